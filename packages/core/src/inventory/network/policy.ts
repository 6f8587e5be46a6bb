/** What every kind of network policy is read into: an order of layers, and rules whose parts match, do not, or may. */
import type { ResourceRef } from "../../model/resource.ts";
import type { AddressRange } from "./address.ts";
import type { Match } from "./match.ts";
import type { Party, PodParty } from "./party.ts";
import type { PortSelector } from "./port.ts";

export type Direction = "ingress" | "egress";

/**
 * The order in which policies are asked, as ClusterNetworkPolicy's API sets it: `admin` decides first and for good,
 * `namespace` isolates and allows (NetworkPolicy, Cilium), `baseline` is asked for pods that nothing isolates.
 */
export type Layer = "admin" | "namespace" | "baseline";

export interface NetworkRuleset {
  readonly ref: ResourceRef;
  readonly layer: Layer;
  /** Only for `admin` and `baseline`: lower is asked first. Equal ones may be asked in any order. */
  readonly priority: number;
  readonly subject: Selector;
  readonly ingress: Section | undefined;
  readonly egress: Section | undefined;
}

/** What a policy says of one direction. Absent: it says nothing. */
export interface Section {
  /** Selected pods accept only what some rule allows. Only in layer `namespace`. */
  readonly isolates: boolean;
  /** In order of precedence in `admin` and `baseline`; in `namespace` all count and a denial wins. */
  readonly rules: readonly Rule[];
}

export type Action = "allow" | "deny" | "pass";

export interface Rule {
  readonly action: Action;
  /** Its place in the list it was written in, from 0. */
  readonly index: number;
  /** `undefined`: everything, inside and outside. */
  readonly peers: readonly Selector[] | undefined;
  /** `undefined`: every port of every protocol. */
  readonly ports: readonly PortSelector[] | undefined;
  /** Why the rule may not apply to what it matches, e.g. because it looks into the traffic. */
  readonly doubt?: string;
}

/** Selects subjects or peers. */
export interface Selector {
  /** The same key means the same selection: what one selects is worked out once. */
  readonly key: string;
  readonly matches: (party: Party, subject: PodParty) => Match;
  /** Pods outside of this are surely not selected: it saves looking at them. */
  readonly within?: { readonly namespace?: string; readonly label?: readonly [string, string] };
  /** The labels of pods that it looks at. */
  readonly reads?: readonly string[];
  /** The blocks at whose borders its answer about an address can change. */
  readonly blocks?: readonly AddressRange[];
  /** It looks at the labels of the node that a host-network pod runs on. */
  readonly looksAt?: "nodes";
  /** The selection depends on the pod at the other end. */
  readonly relative?: boolean;
}
