/** Namespaces that a resource of a kind limits, and those with pods that none does. */
import type { Inventory } from "@plimsoll/core";
import { populated } from "../network/namespaces.ts";

const platform = new Set(["kube-system", "kube-public", "kube-node-lease"]);

/** Each namespace in which pods run, the platform's own left out. */
export function boundedNamespaces(
  inventory: Inventory,
  kind: string,
): readonly { readonly namespace: string; readonly bound: boolean }[] {
  const bound = new Set(inventory.ofKind(kind).map(({ resource }) => resource.metadata.namespace ?? ""));
  return populated(inventory)
    .filter(([namespace, workloads]) => workloads.length > 0 && !platform.has(namespace))
    .map(([namespace]) => ({ namespace, bound: bound.has(namespace) }));
}
