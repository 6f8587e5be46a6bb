import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import { createInventory } from "../inventory/build.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { permissionChanges } from "../inventory/rbac/changes.ts";
import { reachChanges } from "./reach-changes.ts";

type Fields = { readonly [key: string]: Json };

function make(apiVersion: string, kind: string, name: string, more: Fields, namespace = "shop"): Resource {
  return { apiVersion, kind, metadata: { namespace, name, labels: { app: name } }, ...more };
}

const pod = (name: string): Resource =>
  make("v1", "Pod", name, {
    spec: { containers: [{ name: "a", image: "b", ports: [{ containerPort: 80 }] }] },
  });
const policy = (name: string, app: string, from: Json): Resource =>
  make("networking.k8s.io/v1", "NetworkPolicy", name, {
    spec: { podSelector: { matchLabels: { app } }, policyTypes: ["Ingress"], ingress: [{ from }] },
  });
const service = (type: string): Resource =>
  make("v1", "Service", "web", { spec: { type, selector: { app: "web" }, ports: [{ port: 80 }] } });
const closed = (app: string): Resource =>
  policy("closed", app, [{ podSelector: { matchLabels: { app: "x" } } }]);
const inventoryOf = (...resources: readonly Resource[]): Inventory =>
  createInventory(exampleSnapshot(resources));
const foreign = make("projectcalico.org/v3", "NetworkPolicy", "foreign", {
  spec: { selector: "app == 'db'", types: ["Ingress"] },
});

function told(before: Inventory, after: Inventory): Fields {
  const { opened, closed: shut, exposure, missing } = reachChanges(before, after);
  const text = (change: (typeof opened)[number]): string =>
    `${change.from.name}>${change.to.name} ${change.before}-${change.after}`;
  return {
    opened: opened.map(text),
    closed: shut.map(text),
    exposure: exposure.map(({ workload, before: was, after: is }) => `${workload.name} ${was}-${is}`),
    missing: [...missing],
  };
}

const none = { opened: [], closed: [], exposure: [], missing: [] };
const both = [pod("web"), pod("db")];

test.each([
  ["the same", both, both, none],
  ["a policy closes", both, [...both, closed("db")], { ...none, closed: ["web>db yes-no"] }],
  ["a policy goes", [...both, closed("db")], both, { ...none, opened: ["web>db no-yes"] }],
  [
    "a workload comes",
    [pod("db")],
    both,
    { ...none, opened: ["db>web no-yes", "web>db no-yes"], exposure: [] },
  ],
  [
    "a policy that is not read in full",
    both,
    [...both, foreign],
    { ...none, closed: ["db>web yes-unknown", "web>db yes-unknown"] },
  ],
  [
    "a Service opens",
    [...both, service("ClusterIP")],
    [...both, service("LoadBalancer")],
    { ...none, exposure: ["web cluster-internet"] },
  ],
])("%s", (_, before, after, expected) => {
  // Of files nothing is known of exposure: these are a cluster's.
  expect(told(clusterOf(before), clusterOf(after))).toEqual(expected);
});

function clusterOf(resources: readonly Resource[]): Inventory {
  const snapshot = exampleSnapshot(resources);
  return createInventory({
    ...snapshot,
    header: { ...snapshot.header, server: { kind: "cluster", name: "c" } },
  });
}

const rbac = "rbac.authorization.k8s.io/v1";
const roleRef = (kind: string, name: string): Json => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
const subjects = [{ kind: "ServiceAccount", name: "ci", namespace: "shop" }];
const role = (name: string, rules: Json): Resource => make(rbac, "Role", name, { rules });
const binding = (name: string, own: string, more: Json = subjects): Resource =>
  make(rbac, "RoleBinding", name, { roleRef: roleRef("Role", own), subjects: more });
const rule = (verbs: readonly string[], resources: readonly string[], more: Fields = {}): Fields => ({
  verbs: [...verbs],
  apiGroups: [""],
  resources: [...resources],
  ...more,
});
const reader = role("reader", [rule(["get", "list"], ["secrets"])]);

test.each([
  ["the same", [reader, binding("a", "reader")], [reader, binding("b", "reader")], [], []],
  [
    "a binding comes",
    [reader],
    [reader, binding("a", "reader")],
    ["ServiceAccount:shop/ci get,list secrets in shop"],
    [],
  ],
  [
    "what a wider rule gives already is nothing new",
    [role("all", [rule(["*"], ["*"])]), binding("a", "all")],
    [role("all", [rule(["*"], ["*"])]), binding("a", "all"), reader, binding("b", "reader")],
    [],
    [],
  ],
  [
    "a rule is narrowed",
    [role("own", [rule(["*"], ["pods", "pods/exec"])]), binding("a", "own")],
    [role("own", [rule(["get"], ["pods"])]), binding("a", "own")],
    [],
    ["ServiceAccount:shop/ci * pods in shop", "ServiceAccount:shop/ci * pods/exec in shop"],
  ],
  [
    "to one name only",
    [reader, binding("a", "reader")],
    [role("reader", [rule(["get"], ["secrets"], { resourceNames: ["db"] })]), binding("a", "reader")],
    [],
    ["ServiceAccount:shop/ci get,list secrets in shop"],
  ],
  [
    "a group gives it as well",
    [reader, binding("a", "reader")],
    [reader, binding("b", "reader", [{ kind: "Group", name: "system:serviceaccounts:shop" }])],
    ["Group:system:serviceaccounts:shop get,list secrets in shop"],
    [],
  ],
])("rights: %s", (_, before, after, gained, lost) => {
  const changes = permissionChanges(inventoryOf(...before), inventoryOf(...after));
  const text = ({ subject, verbs, target, namespace }: (typeof changes.gained)[number]): string =>
    `${subject.kind}:${subject.namespace === "" ? "" : `${subject.namespace}/`}${subject.name} ${verbs.join()} ${target} in ${namespace}`;
  expect([changes.gained.map(text), changes.lost.map(text)]).toEqual([gained, lost]);
});
