import { expect, test } from "vitest";
import type { Resource } from "../../model/resource.ts";
import type { Verdict } from "./connectivity.ts";
import { base, block, fromWeb, onApi, onWeb } from "./fixtures/shop.ts";
import { policy, world } from "./fixtures/world.ts";

interface Row {
  readonly policies: readonly Resource[];
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly verdict: Verdict;
}

const rows: { readonly [title: string]: Row } = {
  "no policy": { policies: [], verdict: "allowed" },
  "a policy without rules isolates": { policies: [onApi({})], verdict: "denied" },
  "a policy without types does not isolate egress": { policies: [onWeb({})], verdict: "allowed" },
  "a policy without types and an empty egress list does not isolate egress": {
    policies: [onWeb({ egress: [] })],
    verdict: "allowed",
  },
  "a policy without types and an egress rule isolates both": {
    policies: [onWeb({ egress: [{ to: [{ podSelector: { matchLabels: { app: "db" } } }] }] })],
    verdict: "denied",
  },
  "egress rules without the type Egress say nothing": {
    policies: [onWeb({ policyTypes: ["Ingress"], egress: [{ to: [{ podSelector: {} }] }] })],
    from: "shop/web",
    to: "data/db",
    verdict: "allowed",
  },
  "a missing from is everything": { policies: [onApi({ ingress: [{}] })], verdict: "allowed" },
  "a null rule is an empty one": { policies: [onApi({ ingress: [null] })], verdict: "allowed" },
  "an empty from is everything": { policies: [onApi({ ingress: [{ from: [] }] })], verdict: "allowed" },
  "a missing from lets in the outside": {
    policies: [onApi({ ingress: [{ ports: [{ port: 80 }] }] })],
    from: "203.0.113.7",
    verdict: "allowed",
  },
  "an empty pod selector is the pods of its own namespace": {
    policies: [onApi({ ingress: [{ from: [{ podSelector: {} }] }] })],
    from: "data/db",
    verdict: "denied",
  },
  "an empty namespace selector is every pod": {
    policies: [onApi({ ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    from: "data/db",
    verdict: "allowed",
  },
  "an empty namespace selector is nothing outside": {
    policies: [onApi({ ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    from: "203.0.113.7",
    verdict: "denied",
  },
  "both selectors of one peer must match": {
    policies: [
      onApi({
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { team: "front" } },
                podSelector: { matchLabels: { app: "db" } },
              },
            ],
          },
        ],
      }),
    ],
    from: "data/db",
    verdict: "denied",
  },
  "the name of a namespace is a label of it": {
    policies: [
      onApi({
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "data" } } }] },
        ],
      }),
    ],
    from: "data/db",
    verdict: "allowed",
  },
  "NotIn matches a label that is not there": {
    policies: [
      onApi({
        ingress: [
          {
            from: [
              {
                namespaceSelector: {
                  matchExpressions: [{ key: "team", operator: "NotIn", values: ["front"] }],
                },
              },
            ],
          },
        ],
      }),
    ],
    from: "data/db",
    verdict: "allowed",
  },
  "policies add up": {
    policies: [onApi({}), policy("shop/more", { ingress: [{ from: [fromWeb] }] })],
    verdict: "allowed",
  },
  "a policy of another namespace selects nothing here": {
    policies: [policy("data/p", {})],
    verdict: "allowed",
  },
  "a port is of TCP unless said": {
    policies: [onApi({ ingress: [{ ports: [{ port: 80 }] }] })],
    port: "80/UDP",
    verdict: "denied",
  },
  "a protocol without a port is every port of it": {
    policies: [onApi({ ingress: [{ ports: [{ protocol: "SCTP" }] }] })],
    port: "9999/SCTP",
    verdict: "allowed",
  },
  "endPort is included": {
    policies: [onApi({ ingress: [{ ports: [{ port: 80, endPort: 90 }] }] })],
    port: "90",
    verdict: "allowed",
  },
  "after endPort is denied": {
    policies: [onApi({ ingress: [{ ports: [{ port: 80, endPort: 90 }] }] })],
    port: "91",
    verdict: "denied",
  },
  "endPort below port is not valid": {
    policies: [onApi({ ingress: [{ ports: [{ port: 80, endPort: 70 }] }] })],
    port: "75",
    verdict: "unknown",
  },
  "a named port is the destination's": {
    policies: [onApi({ ingress: [{ ports: [{ port: "http" }] }] })],
    port: "8080",
    verdict: "allowed",
  },
  "a named port is no other number": {
    policies: [onApi({ ingress: [{ ports: [{ port: "http" }] }] })],
    port: "80",
    verdict: "denied",
  },
  "a named port of egress is the destination's": {
    policies: [onWeb({ policyTypes: ["Egress"], egress: [{ ports: [{ port: "http" }] }] })],
    port: "8080",
    verdict: "allowed",
  },
  "asked by name": {
    policies: [onApi({ ingress: [{ ports: [{ port: 8080 }] }] })],
    port: "http",
    verdict: "allowed",
  },
  "asked by a name that nobody has": { policies: [], port: "grpc", verdict: "unknown" },
  "a named port of an address outside is none": {
    policies: [
      onWeb({ policyTypes: ["Egress"], egress: [{ to: [block("0.0.0.0/0")], ports: [{ port: "http" }] }] }),
    ],
    to: "203.0.113.7",
    port: "8080",
    verdict: "denied",
  },
  "a named port with a block, for a pod": {
    policies: [
      onWeb({ policyTypes: ["Egress"], egress: [{ to: [block("10.0.0.0/8")], ports: [{ port: "http" }] }] }),
    ],
    port: "8080",
    verdict: "unknown",
  },
  "a block holds pods by their address": {
    policies: [onApi({ ingress: [{ from: [block("10.0.0.0/30")] }] })],
    verdict: "allowed",
  },
  "an exception of a block": {
    policies: [onApi({ ingress: [{ from: [block("10.0.0.0/8", "10.0.0.0/30")] }] })],
    verdict: "denied",
  },
  "a block of the other family": {
    policies: [onApi({ ingress: [{ from: [block("::/0")] }] })],
    from: "203.0.113.7",
    verdict: "denied",
  },
  "a block of IPv6": {
    policies: [onApi({ ingress: [{ from: [block("2001:db8::/32", "2001:db8:1::/48")] }] })],
    from: "2001:DB8:2::7",
    verdict: "allowed",
  },
  "an exception of IPv6": {
    policies: [onApi({ ingress: [{ from: [block("2001:db8::/32", "2001:db8:1::/48")] }] })],
    from: "2001:db8:1::7",
    verdict: "denied",
  },
  "IPv4 written as IPv6": {
    policies: [onApi({ ingress: [{ from: [block("203.0.113.0/24")] }] })],
    from: "::ffff:203.0.113.7",
    verdict: "allowed",
  },
  "a block that is none": {
    policies: [onApi({ ingress: [{ from: [block("10.0.0.0/33")] }] })],
    verdict: "unknown",
  },
  "an address of a pod is that pod": {
    policies: [onApi({ ingress: [{ from: [fromWeb] }] })],
    from: "10.0.0.1",
    verdict: "allowed",
  },
  "what is no address": { policies: [], from: "10.0.0.300", verdict: "unknown" },
  "a pod reaches itself": {
    policies: [policy("shop/none", { policyTypes: ["Ingress", "Egress"] })],
    from: "shop/api",
    verdict: "allowed",
  },
  "the node of a pod reaches it": { policies: [onApi({})], from: "node:", verdict: "allowed" },
  "the node of a pod by name": { policies: [onApi({})], from: "node:n1", verdict: "allowed" },
  "another node": { policies: [onApi({})], from: "node:n2", verdict: "denied" },
  "another node and a block": {
    policies: [onApi({ ingress: [{ from: [block("192.168.0.0/24")] }] })],
    from: "node:n2",
    verdict: "unknown",
  },
  "another node, everything admitted": {
    policies: [onApi({ ingress: [{}] })],
    from: "node:n2",
    verdict: "allowed",
  },
  "to its own node": { policies: [onWeb({ policyTypes: ["Egress"] })], to: "node:", verdict: "unknown" },
  "to another node": { policies: [onWeb({ policyTypes: ["Egress"] })], to: "node:n2", verdict: "denied" },
  "to another node in a block": {
    policies: [onWeb({ policyTypes: ["Egress"], egress: [{ to: [block("192.168.0.0/24")] }] })],
    to: "node:n2",
    verdict: "allowed",
  },
  "neither end is a pod": { policies: [], from: "203.0.113.7", to: "node:n1", verdict: "unknown" },
  "an unknown field of a peer": {
    policies: [onApi({ ingress: [{ from: [{ serviceSelector: {} }] }] })],
    verdict: "unknown",
  },
  "an unknown field of a rule": {
    policies: [onApi({ ingress: [{ schedule: "night" }] })],
    verdict: "unknown",
  },
  "an unknown field beside a rule that allows": {
    policies: [onApi({ ingress: [{ from: [{ serviceSelector: {} }] }, {}] })],
    verdict: "allowed",
  },
};

test.each(Object.entries(rows))(
  "%s",
  (_title, { policies, from = "shop/web", to = "shop/api", port, verdict }) => {
    expect(world([...base, ...policies]).ask(from, to, port)).toBe(verdict);
  },
);

test("the ports that both ends allow are those in common", () => {
  const { graph, ask, workload } = world([
    ...base,
    onWeb({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 80, endPort: 443 }] }] }),
    onApi({ ingress: [{ ports: [{ port: 443, endPort: 8080 }] }] }),
  ]);
  expect(["80", "443", "8080"].map((port) => ask("shop/web", "shop/api", port))).toEqual([
    "denied",
    "allowed",
    "denied",
  ]);
  const [from, to] = ["shop/web", "shop/api"].map((id) => graph.classesOf(workload(id))[0]!);
  expect(graph.between(from!, to!)).toEqual([{ protocol: "TCP", from: 443, to: 443, verdict: "allowed" }]);
});

test("ports without any in common are no connection", () => {
  const { graph, peer, workload } = world([
    ...base,
    onWeb({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 80 }] }] }),
    onApi({ ingress: [{ ports: [{ port: 443 }] }] }),
  ]);
  const reached = [...graph.reachableFrom(peer("shop/web"))].flatMap(({ class: { members } }) => members);
  expect(reached).toEqual([workload("data/db")]);
});
