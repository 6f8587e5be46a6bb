/** Which addresses are the cluster's own: those of nodes, and those that nodes give to pods. */
import { parseAddress, parseBlock, type Address } from "../../inventory/network/address.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { isJsonArray, isJsonObject, type Json } from "../../model/json.ts";
import type { Workload } from "../../model/workload.ts";
import { listAt, objectAt } from "../fields/site.ts";

export interface OwnAddresses {
  /** A node's, or the address by which a node speaks to its own pods. */
  readonly isNode: (address: string) => boolean;
  /** The one by which a node speaks to its own pods, and to nobody else's. */
  readonly isGateway: (address: string) => boolean;
  /** Of a block that a node gives its pods addresses from, whoever has it now. */
  readonly isOfPods: (address: string) => boolean;
  /** Whether nodes were read that tell which addresses of a family are pods'. */
  readonly hasBlocks: (family: Address["family"]) => boolean;
}

const made = new WeakMap<Inventory, OwnAddresses>();

export function ownAddresses(inventory: Inventory): OwnAddresses {
  const before = made.get(inventory);
  if (before !== undefined) return before;
  const nodes = inventory.ofKind("v1/Node").map(({ resource }) => resource);
  const own = new Set(
    nodes
      .flatMap((node) => listAt(objectAt(node, "status"), "addresses"))
      .flatMap(({ address }) => keyOf(address)),
  );
  const blocks = nodes.flatMap((node) => {
    const { podCIDR, podCIDRs } = objectAt(node, "spec");
    const list = isJsonArray(podCIDRs) ? podCIDRs : [podCIDR];
    return list.flatMap((block) => (typeof block === "string" ? (parseBlock(block) ?? []) : []));
  });
  // The first address of a block is the bridge's (CNI's host-local and bridge, kubenet).
  const gateways = new Set(blocks.map(({ family, first }) => `${family} ${first + 1n}`));
  const within = ({ family, value }: Address): boolean =>
    blocks.some((block) => block.family === family && value >= block.first && value <= block.last);
  const has = (keys: ReadonlySet<string>, address: string): boolean =>
    keyOf(address).some((key) => keys.has(key));
  const found: OwnAddresses = {
    hasBlocks: (of) => blocks.some(({ family }) => family === of),
    isNode: (address) => has(own, address) || has(gateways, address),
    isGateway: (address) => has(gateways, address),
    isOfPods: (address) => {
      const parsed = parseAddress(address);
      return parsed !== undefined && within(parsed) && !has(own, address) && !has(gateways, address);
    },
  };
  made.set(inventory, found);
  return found;
}

function keyOf(address: Json | undefined): readonly string[] {
  const parsed = typeof address === "string" ? parseAddress(address) : undefined;
  return parsed === undefined ? [] : [`${parsed.family} ${parsed.value}`];
}

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

/** Kubelet asks a container of it there, over the network. */
export function isProbedAt({ containers }: Workload, port: number): boolean {
  return containers.some(({ raw }) =>
    probes.some((name) => {
      const probe = raw[name];
      if (!isJsonObject(probe)) return false;
      const asked = ["httpGet", "tcpSocket", "grpc"].map((how) => objectAt(probe, how)["port"]);
      const named = listAt(raw, "ports").find(
        (entry) => entry["name"] !== undefined && asked.includes(entry["name"]),
      );
      return asked.includes(port) || named?.["containerPort"] === port;
    }),
  );
}
