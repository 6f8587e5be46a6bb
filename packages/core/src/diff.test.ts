import { expect, test } from "vitest";
import { defineControl } from "./controls/control.ts";
import { exampleSnapshot } from "./controls/example.ts";
import { baselineOf, diff, since } from "./diff.ts";
import type { Gap } from "./model/gap.ts";
import type { Resource } from "./model/resource.ts";
import { scan } from "./scan.ts";

const control = defineControl({
  id: "c",
  title: "t",
  severity: "high",
  why: "w",
  remediation: "r",
  equivalents: [],
  target: "pod",
  path: "",
  validate: "!pod.spec.?hostPID.orValue(false)",
  message: "m",
  noFix: "n",
  examples: { pass: [], fail: [] },
});
const library = { controls: [control], frameworks: [] };
const pod = (name: string, hostPID: boolean): Resource => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "n" },
  spec: { hostPID, containers: [{ name: "a", image: "b" }] },
});
const report = (resources: readonly Resource[], gaps: readonly Gap[] = [], baseline?: ReadonlySet<string>) =>
  scan({ ...exampleSnapshot(resources), gaps }, library, {
    toolVersion: "0",
    ...(baseline === undefined ? {} : { baseline }),
  });

test("new and gone findings, and those that stay", () => {
  const changed = diff(report([pod("a", true), pod("b", true)]), report([pod("b", true), pod("c", true)]));
  expect(changed.opened.map(({ resource }) => resource.name)).toEqual(["c"]);
  expect(changed.closed.map(({ resource }) => resource.name)).toEqual(["a"]);
  expect(changed.unchanged).toBe(1);
});

test("what can no longer be told is lost, not closed", () => {
  const gap: Gap = { reason: "forbidden", source: "cluster", message: "no", kinds: ["v1/Pod"] };
  const changed = diff(report([]), report([], [gap]));
  expect(changed.lost).toHaveLength(1);
});

test("a finding that is new since the baseline is acted on first", () => {
  const baseline = baselineOf(report([pod("a", true)]));
  const { act } = report([pod("a", true), pod("b", true)], [], baseline).priorities;
  expect(act).toMatchObject([{ reason: "reverts-regression" }]);
});

test("since a baseline only what is new is left to show and to gate", () => {
  const baseline = baselineOf(report([pod("a", true)]));
  const left = since(report([pod("a", true), pod("b", true)], [], baseline), baseline);
  expect(left.results.map(({ resource }) => resource.name)).toEqual(["b"]);
  expect(left.coverage.bySeverity).toEqual({ critical: 0, high: 1, medium: 0, low: 0 });
  expect(left.edits.flatMap(({ resolves }) => resolves)).toHaveLength(1);
  expect(left.priorities.act).toHaveLength(1);
  expect(since(report([pod("a", true)], [], baseline), baseline).coverage.bySeverity.high).toBe(0);
});
