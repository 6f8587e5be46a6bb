/** Who can connect to whom under the effective network policies (shape; `engine.ts` works it out). */
import type { ResourceRef } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import type { Direction } from "./policy.ts";
import type { PortRange, Protocol } from "./port.ts";

/** `unknown` is never a guess: a reason says what is missing. */
export type Verdict = "allowed" | "denied" | "unknown";

/**
 * One end of a connection.
 * - `pod`: a Pod, or a workload whose template stands for the pods it would make (a template never stands for one and
 *   the same pod: asked about itself, it answers for two of its pods).
 * - `node`: without a name, the node that the pod at the other end runs on (kubelet probes).
 * - `address`: an IP address; one that belongs to a pod or a node that was read stands for that pod or node.
 */
export type Peer =
  | { readonly kind: "pod"; readonly workload: Workload }
  | { readonly kind: "node"; readonly name?: string }
  | { readonly kind: "address"; readonly ip: string };

/** A destination port, by number (1–65535) or by the name that the destination's containers give it. */
export interface Port {
  readonly port: number | string;
  /** Default TCP. */
  readonly protocol?: Protocol;
}

export type Effect = "allows" | "denies" | "isolates" | "passes" | "may decide";

/** One policy that decides, or the fact that does where no policy does. */
export interface Reason {
  readonly effect: Effect;
  /** Absent where no policy decides (no policy selects the pod, traffic within a pod, a node and its own pods). */
  readonly policy?: ResourceRef;
  /** The rule of that policy, from 0, in the list of its direction (and of its action, for Cilium). */
  readonly rule?: number;
  /** One sentence for people. */
  readonly text: string;
}

export interface Side {
  readonly verdict: Verdict;
  readonly because: readonly Reason[];
}

/** A connection is allowed where the source may send it and the destination may receive it. */
export interface Decision {
  readonly verdict: Verdict;
  /** At the source. */
  readonly egress: Side;
  /** At the destination. */
  readonly ingress: Side;
  /** What decides: of the sides that make the verdict, their reasons. */
  readonly because: readonly Reason[];
}

/** Ports of one verdict. Ports that are in no range are denied. */
export interface PortVerdict extends PortRange {
  readonly verdict: "allowed" | "unknown";
}

/** Pods that no policy that was read can tell apart. */
export interface PodClass {
  /** Stable for the same inventory: its first member's reference, as text. */
  readonly id: string;
  readonly namespaces: readonly string[];
  readonly hostNetwork: boolean;
  /** Pods, and workloads none of whose pods was read. Sorted by reference. */
  readonly members: readonly Workload[];
}

export interface Reach {
  readonly class: PodClass;
  /** Never empty. Sorted by protocol and number. */
  readonly ports: readonly PortVerdict[];
}

/** What of the address space outside can connect (ingress) or be connected to (egress). */
export interface Outside {
  /**
   * For at least one public address. `unknown` also where only addresses inside are admitted and a translation on the way
   * (a load balancer, a node port) could make outside traffic appear to come from them.
   */
  readonly verdict: Verdict;
  /** The public address ranges admitted, `198.51.100.0/24`, at most 32; an open cluster has `0.0.0.0/0`-like remainders. */
  readonly ranges: readonly string[];
  /** At least half of all public addresses of a family: no list of known partners. */
  readonly anywhere: boolean;
  readonly because: readonly Reason[];
}

/**
 * What is asked by class (`between`, `reachableFrom`, `reaching`) never contradicts `verdict`, and may be `unknown` where
 * that knows better: a class says nothing of nodes, nor of address families. What a service mesh refuses above the
 * connection is no part of this.
 */
export interface Connectivity {
  readonly classes: readonly PodClass[];
  /** The classes of a pod, of a template, or of the pods that were read of a template; none for a completed pod. */
  readonly classesOf: (workload: Workload) => readonly PodClass[];
  readonly verdict: (from: Peer, to: Peer, port: Port) => Decision;
  /** All ports between two peers, each with the verdict that `verdict` gives on it. */
  readonly ports: (from: Peer, to: Peer) => readonly PortVerdict[];
  /** Ports on which (distinct) pods of one class can connect to pods of another. Empty: none. */
  readonly between: (from: PodClass, to: PodClass) => readonly PortVerdict[];
  /** The classes a peer can connect to, with the ports; a pod itself apart. */
  readonly reachableFrom: (peer: Peer) => Iterable<Reach>;
  /** The classes that can connect to a peer, with the ports at the peer. */
  readonly reaching: (peer: Peer) => Iterable<Reach>;
  /** Whether some policy of its namespace (or of Cilium) isolates a pod, so that only what is named is allowed. */
  readonly isolated: (workload: Workload, direction: Direction) => Isolation;
  /** What of the outside reaches a pod on a port (ingress), or is reached by it (egress). */
  readonly outside: (workload: Workload, direction: Direction, port: Port) => Outside;
  /** Whether an exposure to the internet survives the policies: `outside` for ingress. */
  readonly admitsFromOutside: (workload: Workload, port: Port) => Outside;
}

/** An AdminNetworkPolicy or ClusterNetworkPolicy can deny without isolating; it is no part of this. */
export interface Isolation {
  readonly isolated: "yes" | "no" | "unknown";
  readonly because: readonly Reason[];
}
