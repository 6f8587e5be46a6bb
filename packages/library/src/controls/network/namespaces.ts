/** Namespaces as network controls judge them: those in which pods run on the pod network. */
import type { Inventory, Judgement, ResourceRef, Workload } from "@plimsoll/core";
import { ownWorkloads } from "../identity/place.ts";
import { foreignDefaultDeny } from "./default-deny.ts";
import {
  allowsAll,
  foreignPoliciesIn,
  isolates,
  policiesIn,
  selectsAll,
  type Direction,
} from "./isolation.ts";

export function namespaceRef(name: string): ResourceRef {
  return { apiVersion: "v1", kind: "Namespace", namespace: "", name };
}

/** Workloads that NetworkPolicies apply to: pods on the node's network are out of their reach. */
export function isolatable(inventory: Inventory): readonly Workload[] {
  return ownWorkloads(inventory).filter(({ pod }) => pod.spec["hostNetwork"] !== true);
}

/** Every namespace that is there or that something runs in, sorted, with what runs in it. */
export function populated(inventory: Inventory): readonly (readonly [string, readonly Workload[]])[] {
  const found = new Map<string, Workload[]>();
  for (const { resource } of inventory.ofKind("v1/Namespace")) found.set(resource.metadata.name ?? "", []);
  for (const workload of isolatable(inventory)) {
    const list = found.get(workload.ref.namespace);
    if (list === undefined) found.set(workload.ref.namespace, [workload]);
    else list.push(workload);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whether all that one direction does not allow is denied in each namespace, also to pods that come tomorrow. */
export function* judgeDefaultDeny(inventory: Inventory, direction: Direction): Generator<Judgement> {
  for (const [namespace, workloads] of populated(inventory)) {
    const resource = namespaceRef(namespace);
    if (workloads.length === 0) {
      yield { resource, result: "skip", because: "no pods run on the pod network here" };
      continue;
    }
    const general = policiesIn(inventory, namespace).filter(
      (policy) => selectsAll(policy) && isolates(policy, direction),
    );
    const open = general.find((policy) => allowsAll(policy, direction));
    const foreign = foreignPoliciesIn(inventory, namespace);
    const denying = foreign.length > 0 ? foreignDefaultDeny(inventory, namespace, direction) : undefined;
    if (general.length > 0 && open === undefined)
      yield { resource, result: "pass", because: `NetworkPolicy ${general[0]!.name} holds every pod` };
    else if (denying !== undefined) yield { resource, result: "pass", because: `${denying} holds every pod` };
    else if (foreign.length > 0) yield { resource, result: "unknown", because: unknownBecause(foreign) };
    else if (open !== undefined)
      yield {
        resource,
        result: "fail",
        because: `NetworkPolicy ${open.name} allows all ${direction} to every pod of the namespace`,
      };
    else
      yield {
        resource,
        result: "fail",
        because: `No policy denies ${direction} to the pods of this namespace by default`,
      };
  }
}

export function unknownBecause(foreign: readonly string[]): string {
  const more = foreign.length > 1 ? ` and ${foreign.length - 1} more` : "";
  return `${foreign[0]}${more} may hold pods here; what such policies allow is not worked out: the network plugin's own tool shows it`;
}
