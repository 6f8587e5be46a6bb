import { expect, test } from "vitest";
import type { Resource } from "../../../model/resource.ts";
import type { Verdict } from "../connectivity.ts";
import { base, fromWeb, onApi, onWeb, type Spec } from "../fixtures/shop.ts";
import { fromFiles, make, notListed, policy, world } from "../fixtures/world.ts";
import { connectivityKinds } from "./foreign.ts";

const group = "policy.networking.k8s.io";
const denies = make(`${group}/v1alpha1`, "AdminNetworkPolicy", "a", {
  spec: {
    priority: 1,
    subject: { namespaces: {} },
    ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
  },
});
const calico = (id: string, spec: Spec = {}): Resource =>
  make("crd.projectcalico.org/v1", id.includes("/") ? "NetworkPolicy" : "GlobalNetworkPolicy", id, { spec });

test.each([
  ["Calico, in its namespace", calico("shop/c"), "shop/web", "shop/api", "unknown"],
  ["Calico, in another", calico("other/c"), "shop/web", "shop/api", "allowed"],
  ["Calico, everywhere", calico("c"), "shop/web", "data/db", "unknown"],
  ["Calico, at the other end", calico("data/c", { types: ["Egress"] }), "shop/web", "data/db", "allowed"],
  [
    "Calico, staged",
    make("projectcalico.org/v3", "StagedNetworkPolicy", "shop/c"),
    "shop/web",
    "shop/api",
    "allowed",
  ],
  [
    "a kind that nobody knows",
    make("example.com/v1", "SuperNetworkPolicy", "shop/c"),
    "shop/web",
    "shop/api",
    "unknown",
  ],
  [
    "an egress firewall, of egress",
    make("k8s.ovn.org/v1", "EgressFirewall", "shop/c"),
    "shop/web",
    "data/db",
    "unknown",
  ],
  [
    "an egress firewall, of ingress",
    make("k8s.ovn.org/v1", "EgressFirewall", "shop/c"),
    "data/db",
    "shop/api",
    "allowed",
  ],
  ["a pod and itself", calico("c"), "shop/web", "shop/web", "allowed"],
] as const)("policies that are not evaluated: %s", (_title, resource, from, to, verdict) => {
  expect(world([...base, resource]).ask(from, to)).toBe(verdict);
});

const networkPolicies = "networking.k8s.io/v1/NetworkPolicy";

test.each([
  ["NetworkPolicies", notListed(networkPolicies), [], "unknown"],
  [
    "NetworkPolicies, and one that was read allows",
    notListed(networkPolicies),
    [onApi({ ingress: [{ from: [fromWeb] }] }), onWeb({ egress: [{}] })],
    "allowed",
  ],
  ["NetworkPolicies, and one that was read isolates", notListed(networkPolicies), [onApi({})], "unknown"],
  ["NetworkPolicies, and an admin policy denies", notListed(networkPolicies), [denies], "denied"],
  ["NetworkPolicies of another namespace", notListed(networkPolicies, ["data"]), [], "allowed"],
  ["NetworkPolicies of this namespace", notListed(networkPolicies, ["shop"]), [], "unknown"],
  ["admin policies", notListed(`${group}/v1alpha1/AdminNetworkPolicy`), [onApi({})], "unknown"],
  [
    "the baseline, and a NetworkPolicy decides",
    notListed(`${group}/v1alpha1/BaselineAdminNetworkPolicy`),
    [onApi({})],
    "denied",
  ],
  [
    "the baseline, and nothing else decides",
    notListed(`${group}/v1alpha1/BaselineAdminNetworkPolicy`),
    [],
    "unknown",
  ],
  ["Cilium's", notListed("cilium.io/v2/CiliumNetworkPolicy"), [onApi({ ingress: [{}] })], "unknown"],
  ["Calico's", notListed("crd.projectcalico.org/v1/GlobalNetworkPolicy"), [onApi({})], "unknown"],
  ["something else", notListed("v1/Secret"), [], "allowed"],
] as const)("a kind that could not be listed: %s", (_title, gap, policies, verdict) => {
  expect(world([...base, ...policies], { gaps: [gap] }).ask("shop/web", "shop/api")).toBe(verdict);
});

test("a kind that nobody looked for is unknown; one that was looked for and not found is not", () => {
  const looked = (covered: readonly string[]): Verdict =>
    world(base, { covered }).ask("shop/web", "shop/api");
  expect(looked(["v1/Pod", networkPolicies])).toBe("unknown");
  expect(looked(["v1/Pod", ...connectivityKinds])).toBe("allowed");
  expect(world(base, fromFiles).ask("shop/web", "shop/api")).toBe("allowed");
});

test("isolation where policies could not be listed", () => {
  const isolated = (resources: readonly Resource[], kind: string): string => {
    const { graph, workload } = world([...base, ...resources], { gaps: [notListed(kind)] });
    return graph.isolated(workload("shop/api"), "ingress").isolated;
  };
  expect(isolated([], networkPolicies)).toBe("unknown");
  expect(isolated([policy("shop/p", {})], networkPolicies)).toBe("yes");
});

const agent = (image: string): Resource =>
  make("apps/v1", "DaemonSet", `kube-system/${image.replaceAll(/\W/g, "-")}`, {
    spec: { template: { spec: { containers: [{ name: "agent", image }] } } },
  });

test.each([
  ["one that enforces none", ["ghcr.io/flannel-io/flannel:v0.27.0"], "unknown"],
  ["one that does", ["quay.io/calico/node:v3.31.0"], "denied"],
  ["both", ["ghcr.io/flannel-io/flannel:v0.27.0", "quay.io/calico/node:v3.31.0"], "denied"],
  ["one that nobody knows", ["example.com/net/agent:1"], "denied"],
] as const)("a network plugin: %s", (_title, images, verdict) => {
  const plugins = images.map(agent);
  expect(world([...base, ...plugins, onApi({})]).ask("shop/web", "shop/api")).toBe(verdict);
  expect(world([...base, ...plugins]).ask("shop/web", "shop/api")).toBe("allowed");
});
