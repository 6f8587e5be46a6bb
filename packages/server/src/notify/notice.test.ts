import { expect, test } from "vitest";
import type { DetectionReport } from "@plimsoll/core";
import { usualSettings, type Channel } from "../settings/settings.ts";
import { alarmsFor, type Notice } from "./notice.ts";
import { cefOf, lineOf, ocsfOf } from "./words.ts";

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

test("told as what happened, not as a finding", () => {
  const [entry] = toldBy({}, miner);
  const notice = entry!.body as Notice;
  expect(lineOf(notice)).toBe("c: critical detected: A program mines: Deployment shop/web: /tmp/xmrig ran");
  expect(ocsfOf(notice, "0")).toMatchObject({ class_uid: 2004, type_uid: 200_401, activity_id: 1 });
  expect(ocsfOf(notice, "0")).not.toHaveProperty("compliance");
  expect(cefOf(notice, "0")).toContain("act=detected");
});
