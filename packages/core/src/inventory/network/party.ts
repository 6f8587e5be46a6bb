/** The two ends of a connection as policies see them: pods, nodes, addresses. */
import type { Workload } from "../../model/workload.ts";
import type { Address } from "./address.ts";
import type { Labels } from "./labels.ts";
import type { NamedPort } from "./port.ts";

export type Party = PodParty | NodeParty | AddressParty;

/** A pod, or the pod that a template would make. */
export interface PodParty {
  readonly kind: "pod";
  readonly workload: Workload;
  readonly namespace: string;
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
  /** Empty where it has none yet, as a template or a pod that waits. */
  readonly addresses: readonly Address[];
  /** The node it runs on, where that is known. */
  readonly node: string | undefined;
  readonly nodeLabels: Labels;
  readonly ports: readonly NamedPort[];
  /** Its containers have ended for good, so that nothing sends or listens. */
  readonly completed: boolean;
}

/** Traffic of a node itself: its kubelet, its processes, and (as most network plugins see it) its host-network pods. */
export interface NodeParty {
  readonly kind: "node";
  /** `own`: the node that the pod at the other end runs on. `other`: surely not that one. */
  readonly node: { readonly name: string } | "own" | "other" | "unknown";
  readonly labels: Labels;
  readonly addresses: readonly Address[];
}

/** An address that is no pod's and no node's. */
export interface AddressParty {
  readonly kind: "address";
  readonly address: Address;
}

/** Whether a node is the one a pod runs on; `undefined` where that is not known. */
export function isOwnNode(pod: PodParty, { node }: NodeParty): boolean | undefined {
  if (node === "own" || node === "other") return node === "own";
  if (node === "unknown" || pod.node === undefined) return undefined;
  return node.name === pod.node;
}
