import { expect, test } from "vitest";
import type { DetectionReport } from "@plimsoll/core";
import { usualSettings, type Channel } from "../settings/settings.ts";
import { alarmsFor, blindNotices, type Notice } from "./notice.ts";
import { alertsOf, cefOf, lineOf, ocsfOf } from "./words.ts";

const miner: DetectionReport = {
  key: "k",
  rule: "crypto-miner",
  sensor: "plimsoll",
  title: "A program mines",
  severity: "critical",
  message: "/tmp/xmrig ran",
  container: { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" },
  techniques: ["T1496"],
  trust: "kernel",
  first: "2026-01-01T00:00:00Z",
  last: "2026-01-01T00:00:01Z",
  count: 1,
  replicas: 1,
};
const slack = { id: "chat", kind: "slack", urlFile: "/url" } as const;
const toldBy = (channel: Partial<Channel>, ...list: readonly DetectionReport[]) =>
  alarmsFor({ ...usualSettings, notify: [{ ...slack, ...channel } as Channel] }, "c", list, 3_600_000);

test.each<readonly [string, Partial<Channel>, number]>([
  ["without more", {}, 1],
  ["asked for by name", { tell: ["detected"] }, 1],
  ["where only findings are asked for", { tell: ["opened"] }, 0],
  ["of another namespace", { namespaces: ["bank"] }, 0],
  ["of its namespace", { namespaces: ["shop"] }, 1],
])("a detection is told %s", (_, channel, count) => {
  expect(toldBy(channel, miner)).toHaveLength(count);
  expect(toldBy(channel, { ...miner, severity: "low" })).toEqual([]);
});

test.each([
  [
    "begins",
    {},
    "blind",
    "c: high not seen: What happens on a node is not seen: Node n1: its agent is not heard since 1970-01-01T00:00:01Z",
    "startsAt",
  ],
  [
    "ends",
    { to: 9_000 },
    "seen-again",
    "c: high seen again: What happens on a node is not seen: Node n1: its agent was not heard from 1970-01-01T00:00:01Z to 1970-01-01T00:00:09Z",
    "endsAt",
  ],
  [
    "was a loss",
    { to: 9_000, lost: 7 },
    "blind",
    "c: high not seen: Events of a node were lost: Node n1: its agent lost 7 events between 1970-01-01T00:00:01Z and 1970-01-01T00:00:09Z",
    "startsAt",
  ],
])(
  "blindness that %s is told with its times, to all who hear of every namespace",
  (_, more, what, line, edge) => {
    const told = (channel: Partial<Channel>) =>
      blindNotices(
        { ...usualSettings, notify: [{ ...slack, ...channel } as Channel] },
        "c",
        { node: "n1", from: 1_000, ...more },
        9_000,
      );
    const notice = told({})[0]!.body as Notice;
    expect([notice.what, lineOf(notice)]).toEqual([what, line]);
    expect(notice).toMatchObject({ from: 1_000, ...("to" in more ? { to: 9_000 } : {}) });
    expect(alertsOf([notice])).toEqual([
      expect.objectContaining({
        labels: expect.objectContaining({ alertname: "PlimsollBlind", resource: "Node/n1" }),
        [edge]: "1970-01-01T00:00:09.000Z",
      }),
    ]);
    expect([
      told({ tell: ["blind"] }).length,
      told({ tell: ["detected"] }).length,
      told({ namespaces: ["shop"] }).length,
    ]).toEqual([1, 0, 0]);
  },
);

test("told as what happened, not as a finding", () => {
  const [entry] = toldBy({}, miner);
  const notice = entry!.body as Notice;
  expect(lineOf(notice)).toBe("c: critical detected: A program mines: Deployment shop/web: /tmp/xmrig ran");
  expect(ocsfOf(notice, "0")).toMatchObject({ class_uid: 2004, type_uid: 200_401, activity_id: 1 });
  expect(ocsfOf(notice, "0")).not.toHaveProperty("compliance");
  expect(cefOf(notice, "0")).toContain("act=detected");
});
