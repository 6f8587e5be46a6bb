import { expect, test } from "vitest";
import { createInventory } from "../inventory/build.ts";
import type { Gap } from "../model/gap.ts";
import type { Resource } from "../model/resource.ts";
import { scan } from "../scan.ts";
import { defineControl, type Control } from "./control.ts";
import { evaluate } from "./evaluate.ts";
import { exampleSnapshot } from "./example.ts";

const words = {
  title: "t",
  severity: "high",
  why: "w",
  remediation: "Do it. Then rest.",
  equivalents: [],
  examples: { pass: [], fail: [] },
} as const;

const privileged = defineControl({
  ...words,
  id: "privileged",
  target: "container",
  path: "securityContext.privileged",
  validate: "!container.?securityContext.?privileged.orValue(false)",
  message: "It is privileged",
  grants: "node-takeover",
  fix: [{ set: "securityContext.privileged", to: false }],
});
const hostPath = defineControl({
  ...words,
  id: "host-path",
  target: "pod",
  each: "spec.volumes",
  path: "hostPath",
  validate: "!has(item.hostPath)",
  message: "m",
  fix: [{ remove: "" }],
});
const failing = defineControl({
  ...words,
  id: "failing",
  target: "pod",
  path: "",
  validate: "pod.spec.nothing == 1",
  message: "m",
  noFix: "none",
});
const newer = defineControl({
  ...words,
  id: "newer",
  target: "pod",
  path: "",
  since: "1.34",
  versions: [{ until: "1.35", validate: "false" }],
  validate: "true",
  message: "m",
  noFix: "none",
});
const typed = defineControl({
  ...words,
  id: "typed",
  target: "namespace",
  reads: ["networking.k8s.io/v1/NetworkPolicy"],
  *judge(inventory) {
    for (const { resource } of inventory.ofKind("v1/Namespace")) {
      yield {
        resource: { apiVersion: "v1", kind: "Namespace", namespace: "", name: resource.metadata.name! },
        result: "fail",
        because: "none seen",
      };
    }
  },
  noFix: "none",
});

const pod: Resource = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "shop" },
  spec: {
    initContainers: [{ name: "init", image: "a", securityContext: { privileged: true } }],
    containers: [{ name: "app", image: "a" }],
    volumes: [
      { name: "a", hostPath: { path: "/" } },
      { name: "b" },
      { name: "c", hostPath: { path: "/etc" } },
    ],
  },
};
const namespace: Resource = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };

function judge(
  control: Control,
  resources: readonly Resource[],
  gaps: readonly Gap[] = [],
  version?: string,
) {
  return evaluate(
    createInventory({ ...exampleSnapshot(resources, version), gaps }),
    [control],
    true,
  ).judged.map(({ result }) => result);
}

test("a container control looks at every container and names the place", () => {
  expect(
    judge(privileged, [pod]).map(({ id, result, container, value }) => [id, result, container, value]),
  ).toEqual([
    ["privileged:v1/Pod/shop/p:spec.containers[app].securityContext.privileged", "pass", "app", undefined],
    ["privileged:v1/Pod/shop/p:spec.initContainers[init].securityContext.privileged", "fail", "init", true],
  ]);
});

test.each([
  ["names that end where their keys end", ["web-10", "web", "web-2", "api", "web.a"]],
  ["names with a colon, whose end cannot be told", ["web:b", "web", "web-2", "web:a", "api"]],
])("results are sorted by id: %s", (_, names) => {
  const pods = names.map((name) => ({ ...pod, metadata: { name, namespace: "shop" } }));
  const ids = judge(hostPath, pods).map(({ id }) => id);
  expect(ids).toHaveLength(names.length * 3);
  expect(ids).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)));
});

test("results of one place are sorted by id where they are found in another order", () => {
  const containers = ["z", "a"].map((name) => ({ name, image: "a" }));
  const mixed = (name: string): Resource => ({
    ...pod,
    metadata: { name, namespace: "shop" },
    spec: { containers },
  });
  const ids = judge(privileged, [mixed("q"), mixed("p")]).map(({ id }) => id);
  expect(ids).toEqual(
    ["p", "q"].flatMap((name) =>
      ["a", "z"].map(
        (container) =>
          `privileged:v1/Pod/shop/${name}:spec.containers[${container}].securityContext.privileged`,
      ),
    ),
  );
});

test("each entry of a list is judged, and their fixes combine into one edit each", () => {
  const results = judge(hostPath, [pod]);
  expect(results.map(({ path, result }) => `${path} ${result}`)).toEqual([
    "spec.volumes[a].hostPath fail",
    "spec.volumes[b].hostPath pass",
    "spec.volumes[c].hostPath fail",
  ]);
});

test("case 46: a check that fails to run is unknown and a gap, never a pass", () => {
  const { judged, gaps } = evaluate(createInventory(exampleSnapshot([pod])), [failing]);
  expect(judged.map(({ result }) => result.result)).toEqual(["unknown"]);
  expect(gaps[0]).toMatchObject({ reason: "evaluation-error", source: "failing" });
});

test.each([
  ["v1.33.0", "skip"],
  ["v1.35.2", "fail"],
  ["v1.36.0", "pass"],
] as const)("on %s the versioned control gives %s", (version, outcome) => {
  const { tallies } = evaluate(createInventory(exampleSnapshot([pod], version)), [newer]);
  expect(tallies.get("newer")).toMatchObject({ [outcome]: 1 });
});

const forbidden: Gap = {
  reason: "forbidden",
  source: "cluster",
  message: "may not list pods",
  kinds: ["v1/Pod"],
};

test("a kind that could not be listed is unknown, by name", () => {
  const results = judge(privileged, [], [forbidden]);
  expect(results).toMatchObject([
    {
      id: "privileged:v1/Pod//*:",
      result: "unknown",
      because: "v1/Pod could not be read: may not list pods",
    },
  ]);
});

test("a typed control is unknown where what it reads was not read whole", () => {
  expect(judge(typed, [namespace]).map(({ result }) => result)).toEqual(["fail"]);
  const gap: Gap = { ...forbidden, kinds: ["networking.k8s.io/v1/NetworkPolicy"] };
  expect(judge(typed, [namespace], [gap]).every(({ result }) => result === "unknown")).toBe(true);
});

test("the same resource in two files is two findings", () => {
  const snapshot = exampleSnapshot([pod, pod]);
  const ids = evaluate(createInventory(snapshot), [privileged]).judged.map(({ result }) => result.id);
  expect(new Set(ids).size).toBe(2);
});

test("a scan groups findings into edits, puts takeover first, and never scores what was not scanned", () => {
  const framework = {
    id: "f",
    title: "f",
    version: "1",
    source: "",
    description: "",
    requirements: [
      { id: "1", title: "", controls: ["privileged"] },
      { id: "2", title: "", controls: [], manual: "look" },
    ],
  };
  const library = { controls: [privileged, hostPath], frameworks: [framework] };
  const service: Resource = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "shop" },
    spec: { type: "LoadBalancer", selector: { a: "b" } },
  };
  const exposed = { ...pod, metadata: { ...pod.metadata, labels: { a: "b" } } };
  const report = scan(exampleSnapshot([exposed, service]), library, { toolVersion: "0" });
  // Both volumes go in one edit: they are entries of one list.
  expect(report.edits.map(({ resolves }) => resolves.length).toSorted()).toEqual([1, 2]);
  expect(report.priorities.act.map(({ because }) => because)).toEqual([
    "Takes away the power over a node from the internet (Service shop/s (LoadBalancer))",
  ]);
  expect(report.priorities.later).toMatchObject([{ edits: 1, findings: 2 }]);
  expect(report.frameworks[0]).toMatchObject({ score: 0, failed: 1, manual: 1 });
  expect(scan(exampleSnapshot([]), library, { toolVersion: "0" }).frameworks[0]?.score).toBeNull();
});
