import {
  attackGraph,
  createInventory,
  exampleSnapshot,
  updateGraph,
  type BuiltGraph,
  type Json,
  type Resource,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { edges } from "./index.ts";

type Fields = { readonly [key: string]: Json };

/** Mulberry32. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Next = () => number;
const pick = <T>(next: Next, list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
const namespaces = ["shop", "bank", "new"];
const apps = ["a", "b", "c"];
const rbac = "rbac.authorization.k8s.io/v1";

function make(apiVersion: string, kind: string, namespace: string, name: string, more: Fields): Resource {
  const labels = kind === "Pod" ? { labels: { app: name } } : {};
  return { apiVersion, kind, metadata: { namespace, name, ...labels }, ...more };
}

/** By kind, an object of it made at random. */
const makers: { readonly [kind: string]: (next: Next) => Resource } = {
  Pod: (next) => {
    const name = pick(next, apps);
    const container: Fields = {
      name: "a",
      image: "b",
      ports: [{ containerPort: 80 }],
      ...(next() < 0.4 ? { securityContext: { privileged: true } } : {}),
    };
    const volumes = next() < 0.3 ? [{ name: "d", persistentVolumeClaim: { claimName: "d" } }] : [];
    const spec = {
      nodeName: pick(next, ["one", "two"]),
      serviceAccountName: name,
      containers: next() < 0.3 ? [container, { name: "b", image: "b" }] : [container],
      volumes,
    };
    return make("v1", "Pod", pick(next, namespaces.slice(0, 2)), name, { spec });
  },
  Service: (next) => {
    const type = pick(next, ["LoadBalancer", "ClusterIP", "NodePort"]);
    const name = pick(next, apps);
    return make("v1", "Service", pick(next, namespaces), name, { spec: { type, selector: { app: name } } });
  },
  NetworkPolicy: (next) => {
    const from = pick<Json>(next, [[], [{ from: [{ podSelector: {} }] }], [{}]]);
    const spec = {
      podSelector: next() < 0.5 ? {} : { matchLabels: { app: pick(next, apps) } },
      policyTypes: [pick(next, ["Ingress", "Egress"])],
      ingress: from,
    };
    return make("networking.k8s.io/v1", "NetworkPolicy", pick(next, namespaces), pick(next, apps), { spec });
  },
  ClusterRole: (next) => {
    const rules = [
      {
        apiGroups: ["*"],
        resources: [pick(next, ["secrets", "pods", "*"])],
        verbs: [pick(next, ["get", "create", "*"])],
      },
    ];
    return make(rbac, "ClusterRole", "", pick(next, apps), { rules });
  },
  RoleBinding: (next) => {
    const subjects = [{ kind: "ServiceAccount", name: pick(next, apps), namespace: pick(next, namespaces) }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: pick(next, apps) };
    return make(rbac, "RoleBinding", pick(next, namespaces), pick(next, apps), { roleRef, subjects });
  },
};
const kinds = Object.keys(makers);

function shape({ steps, vertices, out, into, near, hops, entries, jewels, missing }: BuiltGraph): unknown {
  return { steps, vertices, out, into, near, hops, entries, jewels, missing };
}

test("a graph brought up to date equals one built from scratch, change after change", () => {
  let [kept, drawn, same] = [0, 0, 0];
  for (let seed = 1; seed <= 25; seed += 1) {
    const next = dice(seed);
    let resources = Array.from({ length: 14 }, () => makers[pick(next, kinds)]!(next));
    let graph = attackGraph(createInventory(exampleSnapshot(resources)), edges);
    for (let change = 0; change < 8; change += 1) {
      const made = makers[pick(next, kinds)]!(next);
      const at = resources.findIndex(({ kind }) => kind === made.kind);
      if (at >= 0 && next() < 0.3) resources = resources.filter((_, index) => index !== at);
      else resources = [...resources, made];
      const inventory = createInventory(exampleSnapshot(resources));
      const before = graph.parts;
      graph = updateGraph(graph, inventory, [`${made.apiVersion}/${made.kind}`]);
      expect(shape(graph), `seed ${seed}, change ${change}`).toEqual(shape(attackGraph(inventory, edges)));
      for (const [key, { steps }] of graph.parts.closure.holders.steps)
        if (graph.parts.closure !== before.closure && before.closure.holders.steps.get(key)?.steps === steps)
          same += steps.length;
      for (const [edge, steps] of graph.parts.drawn)
        if (before.drawn.get(edge) === steps) kept += 1;
        else drawn += 1;
    }
  }
  expect(kept).toBeGreaterThan(1_000);
  expect(drawn).toBeGreaterThan(1_000);
  expect(same).toBeGreaterThan(100);
});
