/** Detections in a report: weighed by what the workload may do, accepted by exceptions, and what would have prevented them. */
import {
  createIncremental,
  exampleSnapshot,
  formats,
  scan,
  type Exception,
  type Report,
  type Resource,
  type Snapshot,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";

function deployment(privileged: boolean): Resource {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "app", image: "example.com/web:1", securityContext: { privileged } }] },
      },
    },
  } as unknown as Resource;
}

const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
const support = [
  {
    pod: "web-1",
    provenance: "node-1",
    first: "2026-01-01T00:00:00.000Z",
    last: "2026-01-01T00:05:00.000Z",
    count: 2,
  },
];

/** A file is made, then run. */
function snapshotOf(privileged = false): Snapshot {
  const behaviours = [
    { kind: "file", operation: "create", path: "/tmp/x", onRootFilesystem: true },
    { kind: "exec", path: "/tmp/x", args: ["x", "\u001b[31mred"] },
    { kind: "exec", path: "/dev/shm/y", args: ["y"] },
  ] as const;
  return {
    ...exampleSnapshot([deployment(privileged)]),
    observations: behaviours.map((detail) => ({
      container,
      detail,
      sensor: "plimsoll-ebpf",
      trust: "kernel",
      origin: "entrypoint",
      support,
    })),
  };
}

function reportOf(snapshot: Snapshot, exceptions: readonly Exception[] = []): Report {
  return scan(snapshot, library, { toolVersion: "0", exceptions });
}

test("nobody observed: there is no word on detections, not an empty list", () => {
  expect(reportOf(exampleSnapshot([deployment(false)])).detections).toBeUndefined();
});

test("for how long a container is learned is a setting: news is told once that is over, by a scan and by the stream alike", () => {
  const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const ran = (path: string, minute: number): Snapshot["observations"][number] => ({
    container,
    detail: { kind: "exec", path, args: [path], parents: ["/bin/sh", "/usr/bin/server"] },
    sensor: "plimsoll-ebpf",
    trust: "kernel",
    origin: "entrypoint",
    support: [{ pod: "web-1", provenance: "node-1", first: at(minute), last: at(minute), count: 1 }],
  });
  const heard = [{ from: at(0), to: at(30) }];
  const watch = {
    container,
    pod: "web-1",
    sensor: "plimsoll-ebpf",
    provenance: "node-1",
    watched: heard,
    heard,
  };
  const snapshot: Snapshot = {
    ...exampleSnapshot([deployment(false)]),
    observations: [ran("/usr/bin/usual", 1), ran("/usr/bin/news", 20)],
    watches: [{ ...watch, fromStart: true, sight: { exec: "whole" }, events: {}, drops: 0 }],
  };
  const told = (learningTime?: number): readonly (readonly string[])[] => {
    const settings = learningTime === undefined ? {} : { learningTime };
    const { server, takenAt } = snapshot.header;
    const stream = createIncremental(library, { toolVersion: "0", server, takenAt });
    const { observations, watches = [] } = snapshot;
    stream.apply([{ op: "observations", observations, watches }]);
    stream.apply([{ op: "settings", settings }]);
    const { detections = [] } = scan(snapshot, library, { toolVersion: "0", ...settings });
    const lists = [detections, stream.detections() ?? []];
    return lists.map((list) => list.map(({ rule, message }) => `${rule}: ${message}`));
  };
  expect(told()).toEqual([[], []]);
  const news =
    "unexpected-process: A program ran that this workload never ran: /usr/bin/news /usr/bin/news (by /bin/sh, /usr/bin/server)";
  expect(told(600_000)).toEqual([[news], [news]]);
});

test("a detection is told of its workload, and the finding that let it happen is to be acted on", () => {
  const report = reportOf(snapshotOf());
  const found = report.detections!.find(({ rule }) => rule === "exec-from-shared-memory");
  expect(found).toMatchObject({
    severity: "high",
    count: 2,
    replicas: 1,
    last: "2026-01-01T00:05:00.000Z",
    workload: { kind: "Deployment", namespace: "shop", name: "web" },
  });
  const act = report.priorities.act.find(({ reason }) => reason === "closes-detection");
  const edit = report.edits.find(({ id }) => id === act?.edit);
  const controls = report.results
    .filter(({ id }) => edit?.resolves.includes(id))
    .map(({ control }) => control);
  expect(controls).toContain("writable-root-filesystem");
});

test("in a workload that may take over its node it is graver", () => {
  const found = reportOf(snapshotOf(true)).detections!.find(({ rule }) => rule === "exec-from-shared-memory");
  expect(found).toMatchObject({ severity: "critical", raised: "the workload may take over its node" });
});

test("an exception accepts it: it is still there, closes nothing, and the exception is used", () => {
  const exception: Exception = {
    id: "e1",
    controls: ["exec-from-shared-memory"],
    reason: "our own tool",
    owner: "team-web",
    match: { namespace: "shop", name: "web" },
    source: ".plimsoll.yaml",
  };
  const report = reportOf(snapshotOf(), [exception]);
  expect(report.detections!.map(({ rule, exception: accepted }) => [rule, accepted?.id])).toContainEqual([
    "exec-from-shared-memory",
    "e1",
  ]);
  expect(report.exceptions[0]).toMatchObject({ state: "used" });
  const elsewhere = reportOf(snapshotOf(), [{ ...exception, match: { namespace: "other" } }]);
  expect(elsewhere.exceptions[0]).toMatchObject({ state: "unused" });
  expect(elsewhere.detections!.every(({ exception: accepted }) => accepted === undefined)).toBe(true);
});

test("what another tool told stands beside ours", () => {
  const detection = {
    container,
    sensor: "falco",
    rule: "Terminal shell in container",
    severity: "medium",
    message: "A shell",
    techniques: ["T1059"],
    trust: "tool",
    support,
  } as const;
  const report = reportOf({ ...snapshotOf(), detections: [detection] });
  expect(report.detections!.map(({ sensor }) => sensor)).toContain("falco");
});

test.each(["table", "json", "markdown", "html"])("%s shows them, and no escape sequence of theirs", (id) => {
  const format = formats.find((each) => each.id === id)!;
  const text = [...format.write(reportOf(snapshotOf()), { color: false, width: 120 } as never)].join("");
  if (id === "table" || id === "json") expect(text).toContain("/dev/shm/y");
  expect(text).not.toContain("\u001b");
});
