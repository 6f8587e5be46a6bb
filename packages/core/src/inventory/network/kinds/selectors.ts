/** The selectors that several kinds share: pods by labels, addresses by block, everything. */
import { isJsonObject, type JsonObject } from "../../../model/json.ts";
import { contains, lastOf, parseBlock, type Address } from "../address.ts";
import { requirementsOf, selects, templateDoubt } from "../labels.ts";
import { both, type Match } from "../match.ts";
import type { NodeParty, PodParty } from "../party.ts";
import type { Direction, Selector } from "../policy.ts";
import { canonical, refusedByServer } from "./fields.ts";

/** Facts about the cluster that change what a policy means. */
export interface Ground {
  /** Cilium enforces the policies (or seems to): it does not match pods and nodes by address. */
  readonly cilium: boolean;
}

export interface PodSelection {
  /** Only pods of this namespace. */
  readonly namespace?: string;
  /** Only pods of namespaces with these labels. */
  readonly namespaces?: JsonObject;
  /** Only pods with these labels; absent: all. */
  readonly pods?: JsonObject | undefined;
  /** False where the API says that host-network pods are never meant. */
  readonly hostNetwork: boolean;
}

export function podSelector(selection: PodSelection): Selector {
  const { namespace, namespaces, pods, hostNetwork } = selection;
  const label = firstPair(pods);
  return {
    key: `pods ${namespace ?? "*"} ${canonical(namespaces)} ${canonical(pods)} ${hostNetwork}`,
    reads: pods === undefined ? [] : requirementsOf(pods).map(({ key }) => key),
    within: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(label === undefined ? {} : { label }),
    },
    matches: (party) => {
      if (party.kind !== "pod" || (party.hostNetwork && !hostNetwork)) return false;
      if (namespace !== undefined && party.namespace !== namespace) return false;
      return both(selects(namespaces, party.namespaceLabels), () => selects(pods, party.labels));
    },
  };
}

/** A label that every selected pod has, so that others need not be looked at; none that a template cannot tell. */
function firstPair(selector: JsonObject | undefined): readonly [string, string] | undefined {
  const pairs = selector?.["matchLabels"];
  if (!isJsonObject(pairs)) return undefined;
  const pair = Object.entries(pairs).find(([key]) => templateDoubt(key) === undefined);
  return pair === undefined || typeof pair[1] !== "string" ? undefined : [pair[0], pair[1]];
}

export const everything: Selector = { key: "everything", matches: () => true };

export function doubtful(why: string, about: "everything" | "outside" | "inside"): Selector {
  return {
    key: `doubt ${about} ${why}`,
    matches: (party) => {
      if (about === "everything") return why;
      return (party.kind === "address") === (about === "outside") ? why : false;
    },
  };
}

export interface BlockSelection {
  readonly cidr: string;
  readonly except: readonly string[];
  readonly direction: Direction;
  /** How the API sees pods and nodes: by their address like any other, or not at all. */
  readonly inside: "by address" | "never" | "may be";
}

/**
 * Addresses in a block and in none of its exceptions. What the source address of a node is, differs: with tunnels it is
 * none of those that the Node lists.
 */
export function blockSelector(selection: BlockSelection): Selector {
  const { cidr, except, direction, inside } = selection;
  const block = parseBlock(cidr);
  const holes = except.map(parseBlock);
  if (block === undefined || holes.includes(undefined))
    return doubtful(`block ${cidr} ${refusedByServer}`, "everything");
  const has = (address: Address): boolean =>
    contains(block, address) && !holes.some((hole) => contains(hole!, address));
  const whole = holes.length === 0 && block.first === 0n && block.last === lastOf(block.family);
  return {
    key: `block ${cidr} ${except.join(" ")} ${direction} ${inside}`,
    blocks: [block, ...holes.map((hole) => hole!)],
    matches: (party) => {
      if (party.kind === "address") return has(party.address);
      if (inside === "never") return false;
      const found =
        party.kind === "pod"
          ? podInBlock(party, has)
          : nodeInBlock(party, has, direction === "ingress" && !whole);
      return found === true && inside === "may be"
        ? "whether pods and nodes are matched by their address depends on the network plugin"
        : found;
    },
  };
}

function podInBlock({ addresses }: PodParty, has: (address: Address) => boolean): Match {
  if (addresses.length === 0) return "the address of the pod is not known";
  const inside = addresses.filter(has).length;
  if (inside === 0) return false;
  return inside === addresses.length ? true : "only some addresses of the pod are in the block";
}

function nodeInBlock({ addresses }: NodeParty, has: (address: Address) => boolean, unsure: boolean): Match {
  if (unsure || addresses.length === 0)
    return "which address of a node a policy sees depends on the network plugin";
  const inside = addresses.filter(has).length;
  if (inside === 0) return false;
  return inside === addresses.length ? true : "only some addresses of the node are in the block";
}
