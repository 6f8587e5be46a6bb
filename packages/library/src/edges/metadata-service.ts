/** A pod asks the cloud's metadata service for its node's identity. */
import {
  connectivityOf,
  defineEdge,
  hostsOf,
  someContainer,
  type Inventory,
  type Sighting,
} from "@plimsoll/core";
import { identityExamples, nodeIdentities } from "./node-identity.ts";

const address = { kind: "address", ip: "169.254.169.254" } as const;
const doubts = [
  "the metadata service may refuse pods (a hop limit, a session token, concealment)",
  "what the cloud lets the identity do is not seen",
];

function* find(inventory: Inventory): Generator<Sighting> {
  const identities = nodeIdentities(inventory);
  if (identities.size === 0) return;
  const graph = connectivityOf(inventory);
  for (const workload of inventory.workloads) {
    if (workload.derived || workload.system !== undefined) continue;
    const targets = new Map(
      hostsOf(workload, inventory).flatMap((host) => {
        const to = host.kind === "node" ? identities.get(host.name) : undefined;
        return to === undefined ? [] : [[to.identity, to] as const];
      }),
    );
    if (targets.size === 0) continue;
    const { verdict, because } = graph.verdict({ kind: "pod", workload }, address, { port: 80 });
    if (verdict === "denied") continue;
    const policies = because.flatMap(({ effect, policy }) => (effect === "allows" && policy ? [policy] : []));
    const { namespace } = workload.ref;
    const place =
      policies.length === 0
        ? { resource: { apiVersion: "v1", kind: "Namespace", namespace: "", name: namespace } }
        : {
            resource: policies[0]!,
            brokenBy: policies.length === 1 ? ["network-policy-metadata-service"] : [],
          };
    for (const to of targets.values())
      yield {
        from: someContainer(workload.root, inventory),
        to,
        ...place,
        conditions: [because[0]?.text ?? "no network policy denies it"],
        unsure:
          verdict === "unknown" ? ["whether the network policies allow it is not known", ...doubts] : doubts,
      };
  }
}

export const metadataService = defineEdge({
  id: "metadata-service",
  title: "A pod asks the cloud's metadata service for its node's identity",
  from: "workload",
  to: "cloud",
  technique: "T1552.005",
  tactic: "credential-access",
  why: "One forged request of a web program is enough: the service at 169.254.169.254 hands credentials to whoever asks from the node.",
  reads: ["connections"],
  brokenBy: ["default-deny-egress", "namespace-network-policy"],
  equivalents: ["rbac-police/providerIAM"],
  find,
  examples: {
    present: [identityExamples.open, identityExamples.allowed],
    absent: [identityExamples.noCloud, identityExamples.except],
  },
});
