import { expect, test } from "vitest";
import { defineControl } from "../controls/control.ts";
import { evaluate } from "../controls/evaluate.ts";
import { exampleSnapshot } from "../controls/example.ts";
import { attackGraph } from "../graph/build.ts";
import { chokePoints } from "../graph/choke.ts";
import { uncutPaths } from "../graph/cuts.ts";
import { defineEdge } from "../graph/edge.ts";
import { hostsOf, workloadVertex } from "../graph/hosts.ts";
import { connections } from "../graph/lateral.ts";
import { allPaths, alternatives, pathsTo } from "../graph/paths.ts";
import { createInventory } from "../inventory/build.ts";
import { random, type Random } from "../inventory/rbac/fixtures/random.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { editsFor } from "../remediation/patches/edits.ts";
import { fixesFor } from "../remediation/patches/fixes.ts";
import { scan } from "../scan.ts";
import { costOf, curesOf } from "./cures.ts";
import { narrowingsOf } from "./narrowing.ts";

const words = {
  title: "A thing is as it should be",
  severity: "high",
  why: "w",
  remediation: "Do it.",
  equivalents: [],
  message: "m",
  examples: { pass: [], fail: [] },
} as const;
const privileged = defineControl({
  ...words,
  id: "privileged",
  target: "container",
  validate: "!container.?securityContext.?privileged.orValue(false)",
  path: "securityContext.privileged",
  fix: [{ set: "securityContext.privileged", to: false }],
});
const automount = defineControl({
  ...words,
  id: "token-automount",
  target: "pod",
  validate: "!pod.spec.?automountServiceAccountToken.orValue(true)",
  path: "spec.automountServiceAccountToken",
  fix: [{ set: "spec.automountServiceAccountToken", to: false }],
});
const admin = defineControl({
  ...words,
  id: "cluster-admin",
  target: "binding",
  validate: "object.roleRef.name != 'admin'",
  path: "roleRef",
  noFix: "n",
  grants: "secret-access",
});
const edgeWords = {
  technique: "T1611",
  tactic: "privilege-escalation",
  examples: { present: [], absent: [] },
} as const;
const escape = defineEdge({
  ...edgeWords,
  id: "escape",
  title: "Escapes to the node",
  from: "workload",
  to: "node",
  why: "w",
  brokenBy: ["privileged"],
  *find(inventory) {
    for (const workload of inventory.workloads) {
      const { raw, name } = workload.containers[0]!;
      if (JSON.stringify(raw["securityContext"] ?? {}) !== '{"privileged":true}') continue;
      for (const to of hostsOf(workload, inventory))
        yield {
          from: workloadVertex(workload),
          to,
          resource: workload.ref,
          container: name,
          conditions: ["privileged"],
        };
    }
  },
});
const exposed = defineEdge({
  ...edgeWords,
  id: "exposed-workload",
  title: "Is exposed",
  from: "outside",
  to: "workload",
  why: "w",
  brokenBy: [],
  *find(inventory) {
    for (const workload of inventory.workloads)
      if (inventory.exposureOf(workload).level === "internet")
        yield {
          from: { kind: "outside", place: "internet" },
          to: workloadVertex(workload),
          resource: workload.ref,
          conditions: [],
        };
  },
});
const lateral = defineEdge({
  ...edgeWords,
  id: "lateral-connection",
  title: "Connects",
  from: "workload",
  to: "workload",
  why: "w",
  brokenBy: [],
  find: connections,
});
const library = {
  controls: [privileged, automount, admin],
  frameworks: [],
  edges: [escape, exposed, lateral],
};

type Fields = { readonly [key: string]: Json };
const rbac = "rbac.authorization.k8s.io/v1";

function make(apiVersion: string, kind: string, name: string, more: Fields, meta: Fields = {}): Resource {
  return { apiVersion, kind, metadata: { namespace: "shop", name, ...meta }, ...more } as Resource;
}

interface Pod {
  readonly name: string;
  readonly privileged: boolean;
  readonly token: boolean;
  readonly data: boolean;
  readonly exposed: boolean;
  readonly admin: boolean;
}

function resourcesOf(pods: readonly Pod[], policy: boolean): readonly Resource[] {
  const own = pods.flatMap(({ name, ...is }) => [
    make(
      "v1",
      "Pod",
      name,
      {
        spec: {
          serviceAccountName: name,
          nodeName: `node-${name.length % 2}`,
          automountServiceAccountToken: is.token,
          containers: [
            {
              name: "a",
              image: "b",
              ports: [{ containerPort: 80 }],
              securityContext: is.privileged ? { privileged: true } : {},
            },
          ],
          volumes: is.data ? [{ name: "d", persistentVolumeClaim: { claimName: "d" } }] : [],
        },
      },
      { labels: { app: name } },
    ),
    ...(is.exposed
      ? [make("v1", "Service", name, { spec: { type: "LoadBalancer", selector: { app: name } } })]
      : []),
    ...(is.admin ? [bindingOf(name)] : []),
  ]);
  const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
  const role = make(rbac, "ClusterRole", "admin", { rules }, { namespace: "" });
  const spec = {
    podSelector: { matchLabels: { app: "p1" } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "p2" } } }] }],
  };
  return [...own, role, ...(policy ? [make("networking.k8s.io/v1", "NetworkPolicy", "p1", { spec })] : [])];
}

function bindingOf(name: string): Resource {
  const subjects = [{ kind: "ServiceAccount", name, namespace: "shop" }];
  return make(
    rbac,
    "ClusterRoleBinding",
    name,
    { roleRef: { kind: "ClusterRole", name: "admin" }, subjects },
    { namespace: "" },
  );
}

function podsFrom(dice: Random): readonly Pod[] {
  const is = (chance: number): boolean => dice.next() < chance;
  return Array.from({ length: 6 }, (_, at) => ({
    name: `p${at}`,
    privileged: is(0.3),
    token: is(0.4),
    data: is(0.3),
    exposed: is(0.3),
    admin: is(0.2),
  }));
}

function act(resources: readonly Resource[]): readonly string[] {
  return scan(exampleSnapshot(resources), library, { toolVersion: "0" }).priorities.act.map(
    ({ edit }) => edit,
  );
}

const seeds = Array.from({ length: 40 }, (_, at) => at + 1);

test("what is made worse never takes an edit out of Act", () => {
  for (const seed of seeds) {
    const dice = random(seed);
    const pods = podsFrom(dice);
    const policy = dice.next() < 0.5;
    const before = act(resourcesOf(pods, policy));
    for (const fact of ["privileged", "token", "data", "exposed", "admin"] as const) {
      const at = Math.floor(dice.next() * pods.length);
      const worse = pods.map((pod, index) => (index === at ? { ...pod, [fact]: true } : pod));
      const after = act(resourcesOf(worse, policy));
      expect(
        before.filter((edit) => !after.includes(edit)),
        `seed ${seed}, ${fact} of p${at}`,
      ).toEqual([]);
    }
  }
});

test("every connected pair is cut by the edits to act on, or listed as uncut", () => {
  let [cutPairs, uncutPairs] = [0, 0];
  for (const seed of seeds) {
    const dice = random(seed);
    const snapshot = exampleSnapshot(resourcesOf(podsFrom(dice), dice.next() < 0.5));
    // Where no control speaks of privileged containers, nothing breaks the escape.
    const controls = seed % 2 === 0 ? library.controls : [automount, admin];
    const report = scan(snapshot, { ...library, controls }, { toolVersion: "0" });
    const inventory = createInventory(snapshot);
    const { judged } = evaluate(inventory, controls);
    const graph = attackGraph(inventory, library.edges);
    const found = editsFor(judged, fixesFor(judged));
    const edits = [...found.edits, ...narrowingsOf(graph.steps)];
    const options = curesOf(graph.steps, edits, found.membersOf);
    const acted = new Set(report.priorities.act.map(({ edit }) => edit));
    const isOpen = (step: number): boolean =>
      !options(step).some((option) => option.every((edit) => acted.has(edits[edit]!.id)));
    const pair = ({ entry, jewel }: { entry: number; jewel: number }): string =>
      `${graph.entries[entry]!.text} → ${graph.jewels[jewel]!.text}`;
    const left = allPaths(graph, { left: 1e9 }, isOpen).paths.map(pair);
    const uncut = uncutPaths(graph, options, { left: 1e9 }).paths.map(pair);
    expect(left.sort(), `seed ${seed}`).toEqual(uncut.sort());
    expect(report.paths?.uncutCount ?? 0).toBe(uncut.length);
    cutPairs += report.paths?.cut ?? 0;
    uncutPairs += uncut.length;
  }
  expect(cutPairs).toBeGreaterThan(20);
  expect(uncutPairs).toBeGreaterThan(5);
});

const pod: Pod = { name: "p0", privileged: true, token: false, data: false, exposed: true, admin: false };

test("an edit of the cut says target, entry and paths", () => {
  const { priorities, paths } = scan(exampleSnapshot(resourcesOf([pod], false)), library, {
    toolVersion: "0",
  });
  expect(priorities.act).toMatchObject([
    { reason: "cuts-path", because: expect.stringContaining("Cuts 1 attack path to a node") },
  ]);
  expect(priorities.act[0]!.steps.slice(0, 6)).toEqual([
    "exploit: none is known here",
    "target: a node",
    "entry: Pod shop/p0, from the internet",
    "paths cut: 1",
    "privilege gained: none by itself",
    "blast radius: 1 target, from 1 way in",
  ]);
  expect(paths).toMatchObject({ pairs: 1, cut: 1, uncutCount: 0, partial: false });
  expect(paths!.top[0]!.cutBy).toEqual([priorities.act[0]!.edit]);
});

test.each([
  ["a label names a target", { "plimsoll.dev/crown-jewel": "true" }, undefined, ["Pod shop/db"]],
  ["its value says how grave", { "plimsoll.dev/crown-jewel": "low" }, undefined, ["Pod shop/db (low)"]],
  ["false is none", { "plimsoll.dev/crown-jewel": "false" }, undefined, []],
  ["the settings come first", { "plimsoll.dev/crown-jewel": "low" }, "critical", ["Pod shop/db (critical)"]],
  ["and need no label", {}, "medium", ["Pod shop/db (medium)"]],
] as const)("%s", (_, labels, criticality, expected) => {
  const db = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "db", namespace: "shop", labels },
    spec: { containers: [{ name: "app", image: "r.example/db:1", ports: [{ containerPort: 80 }] }] },
  } as const;
  const crownJewels = criticality === undefined ? [] : [{ kind: "Pod", name: "d*", criticality }];
  const graph = attackGraph(createInventory(exampleSnapshot([db]), { crownJewels }), []);
  expect(graph.jewels.flatMap(({ kind, text }) => (kind === "labelled" ? [text] : []))).toEqual(expected);
});

test("nothing to come in by, no paths", () => {
  const { paths } = scan(exampleSnapshot(resourcesOf([{ ...pod, exposed: false }], false)), library, {
    toolVersion: "0",
  });
  expect(paths?.pairs ?? 0).toBe(0);
});

test("one's own entry and target, with other ways besides the best", () => {
  const resources = resourcesOf([pod, { ...pod, name: "p01", token: true, admin: true }], false);
  const inventory = createInventory(exampleSnapshot(resources));
  const ref = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "p01" };
  const graph = attackGraph(inventory, library.edges, {
    from: [{ kind: "workload", ref }],
    to: [{ kind: "cluster" }],
  });
  const [path] = pathsTo(graph, 0, () => true, { left: 1e6 });
  expect(path!.certain).toBe(true);
  const ways = alternatives(graph, path!, 3, { left: 1e6 });
  expect(new Set(ways.map(({ steps }) => steps.join())).size).toBe(ways.length);
});

test("choke points take one edit for all before one for each; a budget that ends says so", () => {
  const pods = ["p1", "p2", "p3"].map((name) => ({ ...pod, name, privileged: false }));
  const resources = resourcesOf([...pods, { ...pod, name: "p4", exposed: false }], false);
  const inventory = createInventory(exampleSnapshot(resources));
  const { judged } = evaluate(inventory, library.controls);
  const { edits, membersOf } = editsFor(judged, fixesFor(judged));
  const graph = attackGraph(inventory, library.edges);
  const { paths } = allPaths(graph, { left: 1e6 });
  const options = curesOf(graph.steps, edits, membersOf);
  const { chokes, exact } = chokePoints({
    graph,
    paths,
    optionsOf: options,
    costOf: (edit) => costOf(edits[edit]!),
    budget: { left: 1e6 },
  });
  expect(exact).toBe(true);
  expect(chokes.map(({ cut }) => cut)).toEqual([3]);
  expect(allPaths(graph, { left: 1 }).partial).toBe(true);
});
