import { expect, test } from "vitest";
import type { Json } from "../../../model/json.ts";
import type { Resource } from "../../../model/resource.ts";
import type { Verdict } from "../connectivity.ts";
import { base, onApi, type Spec } from "../fixtures/shop.ts";
import { make, namespace, pod, world } from "../fixtures/world.ts";

const group = "policy.networking.k8s.io";
const subject = { namespaces: {} };
const everyPod = [{ namespaces: {} }];
const anp = (name: string, priority: number, spec: Spec): Resource =>
  make(`${group}/v1alpha1`, "AdminNetworkPolicy", name, { spec: { priority, subject, ...spec } });
const banp = (spec: Spec): Resource =>
  make(`${group}/v1alpha1`, "BaselineAdminNetworkPolicy", "default", { spec: { subject, ...spec } });
const cnp = (tier: string, priority: number, spec: Spec): Resource =>
  make(`${group}/v1alpha2`, "ClusterNetworkPolicy", `${tier}-${priority}`.toLowerCase(), {
    spec: { tier, priority, subject, ...spec },
  });
const rule = (action: string, more: Spec = {}): Spec => ({ action, from: everyPod, ...more });
const out = (action: string, to: Json, more: Spec = {}): Spec => ({ action, to, ...more });

interface Row {
  readonly policies: readonly Resource[];
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly verdict: Verdict;
}

const admin: { readonly [title: string]: Row } = {
  "an admin denial beats what a NetworkPolicy allows": {
    policies: [anp("a", 1, { ingress: [rule("Deny")] }), onApi({ ingress: [{}] })],
    verdict: "denied",
  },
  "an admin allowance beats isolation": {
    policies: [anp("a", 1, { ingress: [rule("Allow")] }), onApi({})],
    verdict: "allowed",
  },
  "pass leads to the NetworkPolicies": {
    policies: [anp("a", 1, { ingress: [rule("Pass"), rule("Allow")] }), onApi({})],
    verdict: "denied",
  },
  "pass and no NetworkPolicy leads to the baseline": {
    policies: [anp("a", 1, { ingress: [rule("Pass")] }), banp({ ingress: [rule("Deny")] })],
    verdict: "denied",
  },
  "a NetworkPolicy leaves nothing to the baseline": {
    policies: [onApi({ ingress: [{}] }), banp({ ingress: [rule("Deny")] })],
    verdict: "allowed",
  },
  "isolation of the other direction leaves it to the baseline": {
    policies: [onApi({ policyTypes: ["Egress"] }), banp({ ingress: [rule("Deny")] })],
    verdict: "denied",
  },
  "the lower number goes first": {
    policies: [anp("a", 2, { ingress: [rule("Allow")] }), anp("b", 1, { ingress: [rule("Deny")] })],
    verdict: "denied",
  },
  "equal numbers that say the same": {
    policies: [anp("a", 1, { ingress: [rule("Deny")] }), anp("b", 1, { ingress: [rule("Deny")] })],
    verdict: "denied",
  },
  "equal numbers that differ": {
    policies: [anp("a", 1, { ingress: [rule("Allow")] }), anp("b", 1, { ingress: [rule("Deny")] })],
    verdict: "unknown",
  },
  "the first rule of a policy goes first": {
    policies: [anp("a", 1, { ingress: [rule("Deny"), rule("Allow")] })],
    verdict: "denied",
  },
  "a rule on another port": {
    policies: [
      anp("a", 1, { ingress: [rule("Deny", { ports: [{ portNumber: { protocol: "TCP", port: 443 } }] })] }),
    ],
    verdict: "allowed",
  },
  "a named port": {
    policies: [anp("a", 1, { ingress: [rule("Deny", { ports: [{ namedPort: "http" }] })] })],
    port: "8080",
    verdict: "denied",
  },
  "a range of ports": {
    policies: [anp("a", 1, { ingress: [rule("Deny", { ports: [{ portRange: { start: 70, end: 90 } }] })] })],
    verdict: "denied",
  },
  "the outside is no peer of ingress": {
    policies: [anp("a", 1, { ingress: [rule("Deny")] })],
    from: "203.0.113.7",
    verdict: "allowed",
  },
  "its own node is no peer of ingress": {
    policies: [anp("a", 1, { ingress: [rule("Deny")] })],
    from: "node:",
    verdict: "allowed",
  },
  "networks hold pods as well": {
    policies: [anp("a", 1, { egress: [out("Deny", [{ networks: ["0.0.0.0/0"] }])] })],
    verdict: "denied",
  },
  "nodes by their labels": {
    policies: [anp("a", 1, { egress: [out("Deny", [{ nodes: {} }])] })],
    to: "node:n2",
    verdict: "denied",
  },
  "nodes are no addresses outside": {
    policies: [anp("a", 1, { egress: [out("Deny", [{ nodes: {} }])] })],
    to: "203.0.113.7",
    verdict: "allowed",
  },
  "domain names may be any address": {
    policies: [
      anp("a", 1, {
        egress: [
          out("Allow", [{ domainNames: ["example.com"] }]),
          out("Deny", [{ networks: ["0.0.0.0/0"] }]),
        ],
      }),
    ],
    to: "203.0.113.7",
    verdict: "unknown",
  },
  "a peer that is not understood": {
    policies: [anp("a", 1, { ingress: [rule("Deny", { from: [{ clouds: {} }] })] })],
    verdict: "unknown",
  },
  "the same labels of namespaces (API v0.1.1)": {
    policies: [
      anp("a", 1, { ingress: [rule("Deny", { from: [{ namespaces: { sameLabels: ["team"] } }] })] }),
    ],
    verdict: "denied",
  },
  "tiers: admin before baseline, whatever the numbers": {
    policies: [
      cnp("Baseline", 0, { ingress: [rule("Accept")] }),
      cnp("Admin", 9, { ingress: [rule("Deny")] }),
    ],
    verdict: "denied",
  },
  "tiers: pass in the baseline leads to the default": {
    policies: [
      cnp("Baseline", 0, { ingress: [rule("Pass")] }),
      cnp("Baseline", 1, { ingress: [rule("Deny")] }),
    ],
    verdict: "allowed",
  },
  "tiers: protocols": {
    policies: [
      cnp("Admin", 0, {
        ingress: [rule("Deny", { protocols: [{ tcp: { destinationPort: { number: 80 } } }] })],
      }),
    ],
    verdict: "denied",
  },
  "tiers: another protocol": {
    policies: [
      cnp("Admin", 0, {
        ingress: [rule("Deny", { protocols: [{ udp: { destinationPort: { number: 80 } } }] })],
      }),
    ],
    verdict: "allowed",
  },
  "tiers: an attribute that is not understood": {
    policies: [cnp("Admin", 0, { ingress: [rule("Deny", { protocols: [{ tcp: { flags: "SYN" } }] })] })],
    verdict: "unknown",
  },
  "two API versions that differ": {
    policies: [cnp("Admin", 0, { ingress: [rule("Deny")] }), anp("a", 5, { ingress: [rule("Allow")] })],
    verdict: "unknown",
  },
};

test.each(Object.entries(admin))(
  "cluster-scoped policies: %s",
  (_title, { policies, from = "shop/web", to = "shop/api", port, verdict }) => {
    expect(world([...base, ...policies]).ask(from, to, port)).toBe(verdict);
  },
);

test("pods that differ only in what their namespaces have in common with a subject are told apart", () => {
  const strangers = { from: [{ namespaces: { notSameLabels: ["team"] } }] };
  const { graph, workload } = world([
    ...["a", "b"].flatMap((name) => [
      namespace(name, { team: name }),
      pod(`${name}/one`),
      pod(`${name}/two`),
    ]),
    anp("a", 1, { ingress: [rule("Deny", strangers)] }),
  ]);
  const of = (id: string) => graph.classesOf(workload(id))[0]!;
  expect(graph.classes).toHaveLength(2);
  expect(graph.between(of("a/one"), of("a/two"))).toHaveLength(3);
  expect(graph.between(of("a/one"), of("b/one"))).toEqual([]);
});
