import { createInventory, exampleSnapshot, evaluate, type Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { denyAll, networkPolicy, shop, webPod } from "./example.ts";
import { defaultDenyEgress } from "./default-deny-egress.ts";
import { defaultDenyIngress } from "./default-deny-ingress.ts";
import { allowsAll, isolates, selectsAll, type Policy } from "./isolation.ts";
import { namespaceNetworkPolicy } from "./namespace-network-policy.ts";
import { workloadNetworkPolicy } from "./workload-network-policy.ts";

const policy = (spec: Policy["spec"]): Policy => ({ namespace: "shop", name: "x", spec });

test.each([
  [{ podSelector: {} }, true, false],
  [{ podSelector: {}, policyTypes: [] }, true, false],
  [{ podSelector: {}, egress: [{}] }, true, true],
  [{ podSelector: {}, egress: [] }, true, false],
  [{ podSelector: {}, policyTypes: ["Egress"] }, false, true],
  [{ podSelector: {}, policyTypes: ["Ingress", "Egress"] }, true, true],
])("%j holds ingress: %s, egress: %s", (spec, ingress, egress) => {
  expect(isolates(policy(spec), "ingress")).toBe(ingress);
  expect(isolates(policy(spec), "egress")).toBe(egress);
});

test.each([
  [{}, true],
  [{ podSelector: {} }, true],
  [{ podSelector: { matchLabels: {} } }, true],
  [{ podSelector: { matchLabels: { app: "web" } } }, false],
  [{ podSelector: { matchExpressions: [{ key: "app", operator: "Exists" }] } }, false],
])("%j is for every pod: %s", (spec, all) => {
  expect(selectsAll(policy(spec))).toBe(all);
});

test.each([
  [{ ingress: [{}] }, true],
  [{ ingress: [{ from: [], ports: [] }] }, true],
  [{ ingress: [{ from: [{ podSelector: {} }] }] }, false],
  [{ ingress: [{ ports: [{ port: 80 }] }] }, false],
  [{ ingress: [] }, false],
])("%j lets everything in: %s", (spec, all) => {
  expect(allowsAll(policy(spec), "ingress")).toBe(all);
});

const cilium = {
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  metadata: { name: "web", namespace: "shop" },
  spec: { endpointSelector: {} },
};
const everywhere = { ...cilium, kind: "CiliumClusterwideNetworkPolicy", metadata: { name: "all" } };
const open = networkPolicy("open", { podSelector: {}, ingress: [{}] });

test.each([
  ["no policy", [], "fail", "fail", "fail"],
  ["deny all", [denyAll], "pass", "pass", "pass"],
  ["an open policy beside", [denyAll, open], "fail", "pass", "pass"],
  ["a policy of Cilium", [cilium], "unknown", "unknown", "pass"],
  ["one for the whole cluster", [everywhere], "unknown", "unknown", "unknown"],
  ["Cilium beside deny all", [cilium, denyAll], "pass", "pass", "pass"],
] as const)("%s", (_, policies, ingress, egress, any) => {
  const inventory = createInventory(exampleSnapshot([shop, webPod, ...policies] as readonly Resource[]));
  const controls = [defaultDenyIngress, defaultDenyEgress, namespaceNetworkPolicy];
  const { judged } = evaluate(inventory, controls, true);
  const resultOf = (id: string) => judged.find(({ control }) => control.id === id)?.result.result;
  expect(controls.map(({ id }) => resultOf(id))).toEqual([ingress, egress, any]);
});

const pods = {
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  metadata: { name: "web", namespace: "shop" },
};
const other = networkPolicy("api", { podSelector: { matchLabels: { app: "api" } } });

test.each([
  ["Cilium holds it", { endpointSelector: { matchLabels: { app: "web" } }, ingress: [{}] }, "pass"],
  ["Cilium holds others", { endpointSelector: { matchLabels: { app: "api" } }, ingress: [{}] }, "fail"],
])("a workload among policies of two kinds: %s", (_, spec, result) => {
  const inventory = createInventory(
    exampleSnapshot([shop, webPod, other, { ...pods, spec }] as readonly Resource[]),
  );
  const { judged } = evaluate(inventory, [workloadNetworkPolicy], true);
  expect(judged.map((entry) => entry.result.result)).toEqual([result]);
});
