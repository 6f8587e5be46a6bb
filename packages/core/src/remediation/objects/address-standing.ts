/** Where the other end of a connection stands: in the cluster, at a node of it, outside, or nobody can tell. */
import { parseAddress, parseBlock } from "../../inventory/network/address.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { Peer } from "../../model/observation.ts";
import { ownAddresses } from "../generators/network-nodes.ts";

export type Standing = "inside" | "node" | "outside" | "unknown";

/** Of private use: a pod that is gone, or somebody in the same network. RFC 1918, 6598, 4193, 3927, 4291. */
const ambiguous = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "fc00::/7",
  "fe80::/10",
].flatMap((block) => parseBlock(block) ?? []);

export function standingAt(peer: Peer, inventory: Inventory): Standing {
  const { address, pod, workload, service } = peer;
  if (pod !== undefined || workload !== undefined || service !== undefined) return "inside";
  if (address === undefined) return "unknown";
  if (/^(?:127\.|::1$)/.test(address)) return "inside";
  const { isNode, isOfPods, hasBlocks } = ownAddresses(inventory);
  if (isNode(address)) return "node";
  if (isOfPods(address)) return "inside";
  const parsed = parseAddress(address);
  if (parsed === undefined) return "unknown";
  const isPrivate = ambiguous.some(
    ({ family, first, last }) => family === parsed.family && parsed.value >= first && parsed.value <= last,
  );
  return isPrivate && !hasBlocks(parsed.family) ? "unknown" : "outside";
}
