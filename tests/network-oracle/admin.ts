/** AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy, read from the network-policy-api documentation. */
import { addressOf, fits, inBlock, isHostNetwork, labelsOfNamespace, namesPort } from "./cluster.ts";
import type { Attempt, End, Manifest } from "./cluster.ts";
import type { Way } from "./namespaced.ts";

export type Tier = "Admin" | "Baseline";
export type Said = "Allow" | "Deny" | "Pass";

/**
 * What a tier says of an attempt. "Policies with lower priority values have higher precedence"; the order of equal ones
 * and of policies of two API versions is not documented: any that matches may be the first.
 */
export function byTier(tier: Tier, way: Way, pod: Manifest, other: End, attempt: Attempt): Said | undefined {
  const versions = ["policy.networking.k8s.io/v1alpha1", "policy.networking.k8s.io/v1alpha2"];
  const said = versions.flatMap((version) => {
    const policies = attempt.cluster.policies.filter(
      (policy) => policy.apiVersion === version && tierOf(policy) === tier && isSubject(policy, pod, attempt),
    );
    const priorities = [...new Set(policies.map(priorityOf))].sort((a, b) => a - b);
    for (const priority of priorities) {
      const same = policies.filter((policy) => priorityOf(policy) === priority);
      const found = same.flatMap((policy) => firstRule(policy, way, pod, other, attempt) ?? []);
      if (found.length > 0) return [oneOf(found, attempt)];
    }
    return [];
  });
  return said.length === 0 ? undefined : oneOf(said, attempt);
}

function oneOf(said: readonly Said[], attempt: Attempt): Said {
  return new Set(said).size === 1 ? said[0]! : said[attempt.choose(said.length)]!;
}

function tierOf({ kind, spec }: Manifest): Tier | undefined {
  if (kind === "AdminNetworkPolicy") return "Admin";
  return kind === "BaselineAdminNetworkPolicy" ? "Baseline" : spec.tier;
}

function priorityOf({ spec }: Manifest): number {
  return spec.priority ?? 0;
}

/** "Note that host-networked pods are not included in subject selection." */
function isSubject({ spec }: Manifest, pod: Manifest, attempt: Attempt): boolean {
  return !isHostNetwork({ pod }) && podsFit(spec.subject, pod, pod, attempt);
}

function podsFit(selection: Manifest, candidate: Manifest, subject: Manifest, attempt: Attempt): boolean {
  const own = labelsOfNamespace(attempt.cluster, candidate.metadata.namespace);
  const theirs = labelsOfNamespace(attempt.cluster, subject.metadata.namespace);
  const inNamespaces = (namespaces: Manifest): boolean => {
    const { namespaceSelector, sameLabels, notSameLabels } = namespaces;
    if (namespaceSelector !== undefined) return fits(namespaceSelector, own);
    if (sameLabels !== undefined)
      return (
        sameLabels.length > 0 &&
        sameLabels.every((label: string) => label in own && own[label] === theirs[label])
      );
    if (notSameLabels !== undefined) {
      if (notSameLabels.length === 0 || !notSameLabels.every((label: string) => label in own)) return false;
      if (notSameLabels.some((label: string) => label in theirs && own[label] !== theirs[label])) return true;
      // Whether a value differs from one that is not there is not documented.
      return notSameLabels.some((label: string) => !(label in theirs)) && attempt.choose(2) === 1;
    }
    return fits(namespaces, own);
  };
  if (selection.namespaces !== undefined) return inNamespaces(selection.namespaces);
  const { namespaces, namespaceSelector = {}, podSelector } = selection.pods;
  return inNamespaces(namespaces ?? { namespaceSelector }) && fits(podSelector, candidate.metadata.labels);
}

/** "A rule that appears at the top of the rules would take the highest precedence." */
function firstRule(
  policy: Manifest,
  way: Way,
  pod: Manifest,
  other: End,
  attempt: Attempt,
): Said | undefined {
  const target: End = way === "ingress" ? { pod } : other;
  for (const rule of policy.spec[way] ?? []) {
    const peers: readonly Manifest[] = way === "ingress" ? rule.from : rule.to;
    if (!peers.some((peer) => peerFits(peer, pod, other, attempt))) continue;
    const ports: readonly Manifest[] | undefined = rule.ports ?? rule.protocols;
    if (ports !== undefined && !ports.some((port) => portFits(port, target, attempt))) continue;
    return rule.action === "Accept" ? "Allow" : rule.action;
  }
  return undefined;
}

function peerFits(peer: Manifest, subject: Manifest, other: End, attempt: Attempt): boolean {
  if (peer.networks !== undefined) {
    const address = addressOf(other, attempt);
    // A node may have addresses that nobody listed.
    if (address === undefined) return !("ip" in other) && attempt.choose(2) === 1;
    return peer.networks.some((cidr: string) => inBlock(address, cidr));
  }
  if (peer.nodes !== undefined) {
    const name =
      "node" in other
        ? other.node
        : isHostNetwork(other) && "pod" in other
          ? other.pod.spec.nodeName
          : undefined;
    const node = attempt.cluster.nodes.find((entry) => entry.metadata.name === name);
    return node !== undefined && fits(peer.nodes, node.metadata.labels);
  }
  if (!("pod" in other) || other.asNode || isHostNetwork(other)) return false;
  return podsFit(peer, other.pod, subject, attempt);
}

function portFits(port: Manifest, target: End, attempt: Attempt): boolean {
  const name = port.namedPort ?? port.destinationNamedPort;
  if (name !== undefined) return namesPort(target, name, attempt);
  if (port.portNumber !== undefined || port.portRange !== undefined) {
    const { protocol, port: number, start = number, end = number } = port.portNumber ?? port.portRange;
    return protocol === attempt.protocol && attempt.port >= start && attempt.port <= end;
  }
  const own = port[attempt.protocol.toLowerCase()];
  if (own === undefined) return false;
  const { number, range } = own.destinationPort ?? { range: { start: 1, end: 65_535 } };
  return number === undefined
    ? attempt.port >= range.start && attempt.port <= range.end
    : attempt.port === number;
}
