import { expect, test } from "vitest";
import { exampleSnapshot, scan, type Report, type Resource } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { mergedReport } from "./merged.ts";

const pod = (name: string, privileged: boolean): Resource => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: { hostNetwork: true, containers: [{ name: "app", image: "x", securityContext: { privileged } }] },
});

function reportOf(name: string, resources: readonly Resource[]): Report {
  const snapshot = exampleSnapshot(resources);
  const placed = snapshot.resources.map(({ resource }) => ({ resource, source: { file: "cluster" } }));
  const header = { ...snapshot.header, server: { kind: "cluster", name } as const };
  return scan({ ...snapshot, header, resources: placed }, library, { toolVersion: "0" });
}

const [east, west] = [
  reportOf("east", [pod("web", true)]),
  reportOf("west", [pod("web", false), pod("api", false)]),
];
const both = mergedReport([east, west]);

test("one report stays as it is", () => {
  expect(mergedReport([east])).toBe(east);
});

test("ids and places say the cluster, and stay unique", () => {
  const ids = both.results.map(({ id }) => id);
  expect(new Set(ids).size).toBe(east.results.length + west.results.length);
  expect(ids.every((id) => /@(east|west)$/.test(id))).toBe(true);
  expect(new Set(both.results.map(({ source }) => source.file))).toEqual(
    new Set(["cluster:east", "cluster:west"]),
  );
});

test("edits, actions and results still find each other", () => {
  const results = new Set(both.results.map(({ id }) => id));
  const edits = new Set(both.edits.map(({ id }) => id));
  expect(both.edits.flatMap(({ resolves }) => resolves).every((id) => results.has(id))).toBe(true);
  expect(both.priorities.act.every(({ edit }) => edits.has(edit))).toBe(true);
  expect(both.results.every(({ edit }) => edit === undefined || edits.has(edit))).toBe(true);
});

test("a requirement is as good as in the worst cluster; counts add up", () => {
  const find = (report: Report) =>
    report.requirements.find(
      ({ framework, controls }) => framework === "pss-baseline" && controls.includes("privileged-container"),
    )!;
  expect([find(east).status, find(west).status, find(both).status]).toEqual(["failed", "met", "failed"]);
  expect(find(both).because).toContain("in 1 of 2 clusters");
  expect(find(both).namespaces).toMatchObject({ "east/shop": 1 });
  expect(both.coverage.outcomes.fail).toBe(east.coverage.outcomes.fail + west.coverage.outcomes.fail);
  expect(both.coverage.resources).toBe(3);
});

test("the paths of all clusters, each with its name; counts add up, and edits are found", () => {
  const admin: Resource = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "all" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:unauthenticated" },
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:authenticated" },
    ],
  };
  const [north, south] = [reportOf("north", [admin, pod("web", true)]), reportOf("south", [admin])];
  const { paths, edits } = mergedReport([north, west, south]);
  const all = [north, west, south].flatMap((report) => report.paths ?? []);
  const total = (key: "pairs" | "cut" | "narrowed" | "uncutCount"): number =>
    all.reduce((sum, own) => sum + own[key], 0);
  expect(paths).toMatchObject({
    pairs: total("pairs"),
    cut: total("cut"),
    narrowed: total("narrowed"),
    uncutCount: total("uncutCount"),
  });
  expect(paths!.cut).toBeGreaterThan(1);
  expect(paths!.chokePoints.at(-1)!.cut).toBe(paths!.cut);
  const ids = new Set(edits.map(({ id }) => id));
  const used = [
    ...paths!.top.flatMap(({ cutBy }) => cutBy),
    ...paths!.chokePoints.flatMap((choke) => choke.edits),
  ];
  expect(used.length).toBeGreaterThan(1);
  expect(used.every((id) => ids.has(id))).toBe(true);
  const connected = [north, west, south].filter((report) => (report.paths?.pairs ?? 0) > 0);
  expect(connected.length).toBeGreaterThan(1);
  expect(new Set(paths!.top.map(({ entry }) => entry.split(":")[0]))).toEqual(
    new Set(connected.map(({ server }) => server.name)),
  );
});

test("incomplete in one is incomplete", () => {
  const broken: Report = { ...west, coverage: { ...west.coverage, complete: false } };
  expect(mergedReport([east, broken]).coverage.complete).toBe(false);
});
