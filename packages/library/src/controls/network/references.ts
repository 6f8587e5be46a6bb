/** Labels of the pods of a namespace, and whether a resource that is not there is missing or merely elsewhere. */
import type { Inventory, Judgement, Workload } from "@plimsoll/core";
import { ownWorkloads } from "../identity/place.ts";

/** The labels of pods that run or would be made in a namespace. */
export function podLabelsIn(
  inventory: Inventory,
  namespace: string,
): readonly { readonly [key: string]: string }[] {
  return workloadsIn(inventory, namespace).map(({ pod }) => pod.metadata.labels ?? {});
}

export function workloadsIn(inventory: Inventory, namespace: string): readonly Workload[] {
  const known = byNamespace.get(inventory) ?? groupWorkloads(inventory);
  byNamespace.set(inventory, known);
  return known.get(namespace) ?? [];
}

const byNamespace = new WeakMap<Inventory, ReadonlyMap<string, readonly Workload[]>>();

function groupWorkloads(inventory: Inventory): ReadonlyMap<string, readonly Workload[]> {
  const groups = new Map<string, Workload[]>();
  for (const workload of ownWorkloads(inventory)) {
    const list = groups.get(workload.ref.namespace);
    if (list === undefined) groups.set(workload.ref.namespace, [workload]);
    else list.push(workload);
  }
  return groups;
}

/** In a cluster what is not found is missing; files may leave out what is applied from elsewhere. */
export function absent(inventory: Inventory, what: string): Pick<Judgement, "result" | "because"> {
  return inventory.server.kind === "files"
    ? { result: "skip", because: `${what} is not among these files` }
    : { result: "fail", because: `There is no ${what}` };
}
