/** Near what our own rules tell of nothing is learned, but for what is only news or accepted. */
import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import { nothingExpected } from "../evidence/expected.ts";
import { profilesOf } from "../evidence/profile.ts";
import type { CelRule } from "../evidence/rule.ts";
import { createInventory } from "../inventory/build.ts";
import type { Exception } from "../model/exception.ts";
import type { Observation, ObservationDetail } from "../model/observation.ts";
import type { Resource } from "../model/resource.ts";
import { withGrave } from "./poisoned.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop" },
  spec: { containers: [{ name: "app", image: "a" }] },
} as unknown as Resource;
const inventory = createInventory(exampleSnapshot([pod]));
const container = { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app" };
const seen = (detail: ObservationDetail, second: number): Observation => {
  const time = new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
  const support = [{ pod: "web", provenance: "n", first: time, last: time, count: 1 }];
  return { container, detail, sensor: "test", trust: "kernel", origin: "entrypoint", support };
};
const exec = (path: string): ObservationDetail => ({ kind: "exec", path, args: [] });
const observations = [
  seen(exec("/usr/bin/web"), 0),
  seen(exec("/dev/shm/x"), 1_000),
  seen({ kind: "connection", operation: "connect", direction: "out", protocol: "TCP", port: 4_444 }, 1_005),
];
const rule: CelRule = {
  id: "from-memory",
  title: "t",
  severity: "high",
  why: "w",
  techniques: [],
  equivalents: ["R9"],
  closedBy: [],
  kinds: ["exec"],
  when: "detail.path.startsWith('/dev/shm/')",
  examples: { present: [], absent: [] },
};
const accepting: Exception = {
  id: "ours",
  controls: ["R9"],
  reason: "our tool",
  owner: "web",
  match: { namespace: "shop" },
} as unknown as Exception;

function learned(rules: readonly CelRule[], exceptions: readonly Exception[] = []): readonly boolean[] {
  const all = { observations, watches: [], detections: [] };
  const given = withGrave(all, { controls: [], detections: rules }, inventory, exceptions);
  const [profile] = profilesOf(given, { expectedOf: () => nothingExpected("2026-01-02T00:00:00Z") });
  return observations.map(
    ({ detail }) => profile!.behaviours.find(({ witnesses }) => witnesses[0]!.detail === detail)!.learned,
  );
}

test.each<readonly [string, readonly CelRule[], readonly Exception[], readonly boolean[]]>([
  ["what is grave, and what began near it", [rule], [], [true, false, false]],
  ["what is accepted", [rule], [accepting], [true, true, true]],
  ["what is not grave", [{ ...rule, severity: "medium" }], [], [true, true, true]],
  ["what is only news", [{ ...rule, when: `${rule.when} && (settled || !settled)` }], [], [true, true, true]],
  ["no rule", [], [], [true, true, true]],
])("%s", (_, rules, exceptions, expected) => expect(learned(rules, exceptions)).toEqual(expected));
