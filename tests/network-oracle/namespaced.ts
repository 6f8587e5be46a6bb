/** NetworkPolicy, read sentence by sentence from its API documentation (networking.k8s.io/v1). */
import { addressOf, fits, inBlock, labelsOfNamespace, namesPort } from "./cluster.ts";
import type { Attempt, End, Manifest } from "./cluster.ts";

export type Way = "ingress" | "egress";

/** "allow" and "deny" where some NetworkPolicy selects the pod for this direction; undefined where none does. */
export function byNetworkPolicies(
  way: Way,
  pod: Manifest,
  other: End,
  attempt: Attempt,
): "allow" | "deny" | undefined {
  const own = attempt.cluster.policies.filter(
    (policy) =>
      policy.apiVersion === "networking.k8s.io/v1" &&
      policy.metadata.namespace === pod.metadata.namespace &&
      fits(policy.spec.podSelector ?? {}, pod.metadata.labels) &&
      concerns(policy, way),
  );
  if (own.length === 0) return undefined;
  const allows = own.map((policy) =>
    (policy.spec[way] ?? []).map((rule: Manifest) => ruleAllows(rule, way, pod, other, attempt)),
  );
  return allows.flat().includes(true) ? "allow" : "deny";
}

/** "If no policyTypes are specified … Ingress will always be set and Egress will be set if the NetworkPolicy has any egress rules." */
function concerns({ spec }: Manifest, way: Way): boolean {
  if (spec.policyTypes === undefined || spec.policyTypes.length === 0)
    return way === "ingress" || (spec.egress ?? []).length > 0;
  return spec.policyTypes.includes(way === "ingress" ? "Ingress" : "Egress");
}

/** "Each rule allows traffic which matches both the from (to) and ports sections." */
function ruleAllows(rule: Manifest, way: Way, pod: Manifest, other: End, attempt: Attempt): boolean {
  const peers = (way === "ingress" ? rule.from : rule.to) ?? [];
  const ports = rule.ports ?? [];
  const target = way === "ingress" ? { pod } : other;
  const someWay = (port: Manifest | undefined): boolean =>
    peers.length === 0
      ? port === undefined || portFits(port, target, attempt)
      : peers.some((peer: Manifest) => {
          if (!peerFits(peer, way, pod, other, attempt)) return false;
          if (port === undefined) return true;
          if (!portFits(port, target, attempt)) return false;
          // How a named port is resolved for a pod that an ipBlock contains is not documented.
          const unsaid = way === "egress" && typeof port.port === "string" && peer.ipBlock !== undefined;
          return !unsaid || attempt.choose(2) === 1;
        });
  return ports.length === 0 ? someWay(undefined) : ports.some(someWay);
}

function peerFits(peer: Manifest, way: Way, pod: Manifest, other: End, attempt: Attempt): boolean {
  if (peer.ipBlock !== undefined) return blockFits(peer.ipBlock, way, other, attempt);
  if (!("pod" in other) || other.asNode) return false;
  const { metadata } = other.pod;
  if (peer.namespaceSelector === undefined) {
    if (metadata.namespace !== pod.metadata.namespace) return false;
  } else if (!fits(peer.namespaceSelector, labelsOfNamespace(attempt.cluster, metadata.namespace)))
    return false;
  return fits(peer.podSelector ?? {}, metadata.labels);
}

function blockFits(block: Manifest, way: Way, other: End, attempt: Attempt): boolean {
  const node = "node" in other || ("pod" in other && other.asNode === true);
  const address = addressOf(other, attempt);
  const everywhere = block.cidr.endsWith("/0") && (block.except ?? []).length === 0;
  // Which address of a node a policy sees as the source is not documented (a tunnel has one of its own).
  if (node && (address === undefined || (way === "ingress" && !everywhere))) return attempt.choose(2) === 1;
  if (address === undefined) return false;
  return (
    inBlock(address, block.cidr) && !(block.except ?? []).some((except: string) => inBlock(address, except))
  );
}

function portFits(port: Manifest, target: End, attempt: Attempt): boolean {
  if ((port.protocol ?? "TCP") !== attempt.protocol) return false;
  if (port.port === undefined) return true;
  if (typeof port.port === "string") return namesPort(target, port.port, attempt);
  return attempt.port >= port.port && attempt.port <= (port.endPort ?? port.port);
}
