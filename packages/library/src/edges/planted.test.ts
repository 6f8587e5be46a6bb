import { exampleSnapshot, scan, type Report, type Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";
import { fateOf, plants } from "./fixtures/planted.ts";

const all = { toolVersion: "test", paths: { most: 100_000 } };

test.each(plants("p").map((plant) => [plant.name, plant] as const))("%s: found and cut", (_, plant) => {
  const report = scan(exampleSnapshot(plant.resources), library, all);
  expect(fateOf(report, plant)).toBe("cut");
});

test("all of them side by side are found and cut, with every factor named", () => {
  const planted = plants("p");
  const report = scan(exampleSnapshot(planted.flatMap(({ resources }) => resources)), library, all);
  expect(planted.map((plant) => [plant.name, fateOf(report, plant)])).toEqual(
    planted.map(({ name }) => [name, "cut"]),
  );
  expect(report.paths!.partial).toBe(false);
  const named = [
    "exploit",
    "target",
    "entry",
    "paths cut",
    "privilege gained",
    "blast radius",
    "verdict",
    "effort",
  ];
  for (const { steps } of report.priorities.act)
    for (const name of named) expect(steps.filter((step) => step.startsWith(`${name}: `))).toHaveLength(1);
});

test("a token whose use is not known is taken after the rights that it has are narrowed", () => {
  const [plant] = plants("p").filter(({ name }) => name === "an account that may do everything");
  const { priorities, edits, paths } = scan(exampleSnapshot(plant!.resources), library, all);
  const act = priorities.act.map(({ edit }) => edits.find(({ id }) => id === edit)!);
  const binding = act.findIndex(({ resource }) => resource.kind === "ClusterRoleBinding");
  const token = act.findIndex(
    ({ breakRisk, resource }) => breakRisk !== undefined && resource.kind === "Deployment",
  );
  expect(binding).toBeGreaterThanOrEqual(0);
  if (token >= 0) expect(token).toBeGreaterThan(binding);
  const chosen = paths!.chokePoints.flatMap((choke) => choke.edits);
  expect(chosen.map((id) => edits.find((edit) => edit.id === id)!.breakRisk)).toEqual([undefined]);
});

/** Each plant without each of its kinds, as where that may not be listed. */
const refusals = plants("p").flatMap((plant) =>
  [...new Set(plant.resources.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`))].map(
    (kind) => [plant.name, kind, plant] as const,
  ),
);

test.each(refusals)(
  "%s, and %s not listed: its paths are unsure, or it is said that there may be more",
  (_, kind, { resources }) => {
    const certain = (report: Report): number => report.paths?.top.filter((path) => path.certain).length ?? 0;
    const before = scan(exampleSnapshot(resources), library, all);
    const gap = {
      reason: "forbidden",
      source: "cluster",
      message: `may not list ${kind}`,
      kinds: [kind],
    } as const;
    const kept = resources.filter((each) => `${each.apiVersion}/${each.kind}` !== kind);
    const after = scan({ ...exampleSnapshot(kept), gaps: [gap] }, library, all);
    expect(after.paths).toBeDefined();
    expect(certain(after)).toBeLessThanOrEqual(certain(before));
    if (certain(after) < certain(before) || after.paths!.pairs < before.paths!.pairs)
      expect([
        ...after.paths!.missing,
        ...after.paths!.top.flatMap(({ steps }) => steps.flatMap(({ unsure }) => unsure)),
      ]).not.toEqual([]);
    const name = kind.slice(kind.lastIndexOf("/") + 1);
    expect(after.paths!.missing.some((text) => text.includes(name))).toBe(true);
  },
);

test("a role that several bindings give to several accounts is one place to cut", () => {
  const rbac = "rbac.authorization.k8s.io";
  const role = {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list"] }],
  };
  const holders = ["a", "b", "c"].flatMap((name): readonly Resource[] => [
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name },
      spec: {
        serviceAccountName: name,
        containers: [
          {
            name: "app",
            image: "registry.example.com/app:1.0",
            ports: [{ containerPort: 80, hostPort: 80 }],
          },
        ],
      },
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "reader" },
      subjects: [{ kind: "ServiceAccount", namespace: "shop", name }],
    },
  ]);
  const { paths, edits } = scan(exampleSnapshot([role, ...holders]), library, { toolVersion: "test" });
  expect(paths!.pairs).toBeGreaterThanOrEqual(3);
  expect(paths!.smallestCut).toEqual({ edits: 1, exact: true, partial: false });
  const [choke] = paths!.chokePoints;
  expect(choke!.cut).toBe(paths!.pairs);
  expect(edits.find(({ id }) => id === choke!.edits[0])!.resource).toMatchObject({
    kind: "ClusterRole",
    name: "reader",
  });
});
