/** Brings an attack graph up to date after a change: what the changed kinds cannot have touched is kept. */
import { exposureKinds } from "../inventory/exposure.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { connectivityKinds } from "../inventory/network/kinds/foreign.ts";
import { rbacKinds } from "../inventory/rbac/bindings.ts";
import { attackGraph, graphFrom, isUnconnected, namespacesIn, type BuiltGraph } from "./build.ts";
import { closureParts } from "./closure.ts";
import { stepsOfEdge, type AttackEdge } from "./edge.ts";

const rights: ReadonlySet<string> = new Set(Object.values(rbacKinds));
const policies: ReadonlySet<string> = new Set(connectivityKinds.filter((kind) => kind.endsWith("Policy")));
const ways: ReadonlySet<string> = new Set([
  ...exposureKinds,
  ...["GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].flatMap((kind) =>
    ["v1", "v1alpha2"].map((version) => `gateway.networking.k8s.io/${version}/${kind}`),
  ),
]);

/**
 * The graph of an inventory that differs from the one before in objects of these kinds (`v1/Service`) only, and in
 * nothing else: gaps, coverage and what else is known are the same. Equal to a graph built from scratch. A changed
 * binding or role draws the rights anew, a changed policy the connections and exposures; any other kind draws all.
 */
export function updateGraph(
  previous: BuiltGraph,
  inventory: Inventory,
  changed: Iterable<string>,
): BuiltGraph {
  const kinds = [...new Set(changed)];
  const { closure, drawn, unconnected, options, ...before } = previous.parts;
  const edges = [...drawn.keys()];
  if (!kinds.every((kind) => rights.has(kind) || policies.has(kind) || ways.has(kind)))
    return attackGraph(inventory, edges, options);
  const connects = kinds.some((kind) => policies.has(kind));
  const leads = connects || kinds.some((kind) => ways.has(kind));
  const isStale = ({ reads = [] }: AttackEdge): boolean =>
    (connects && reads.includes("connections")) || (leads && reads.includes("exposure"));
  const namespaces = namespacesIn(inventory);
  const grants = kinds.some((kind) => rights.has(kind)) || namespaces !== before.namespaces;
  return graphFrom(inventory, {
    closure: grants
      ? closureParts(inventory, undefined, namespaces === before.namespaces ? closure.holders : undefined)
      : closure,
    drawn: new Map(
      edges.map((edge) => [edge, isStale(edge) ? stepsOfEdge(edge, inventory) : drawn.get(edge)!]),
    ),
    unconnected: connects ? isUnconnected(inventory, edges) : unconnected,
    namespaces,
    options,
  });
}
