/** CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, layers 3 and 4, read from Cilium's documentation. */
import {
  addressOf,
  fits,
  inBlock,
  isHostNetwork,
  isOwnNode,
  labelsOfNamespace,
  namesPort,
} from "./cluster.ts";
import type { Attempt, End, Manifest } from "./cluster.ts";
import type { Way } from "./namespaced.ts";

/** `refuse`: a deny rule matches, which wins over every allow. `deny`: default deny, and nothing allows. */
export function byCilium(
  way: Way,
  pod: Manifest,
  other: End,
  attempt: Attempt,
): "allow" | "deny" | "refuse" | undefined {
  if (isHostNetwork({ pod })) return undefined;
  const rules = attempt.cluster.policies
    .filter((policy) => policy.apiVersion === "cilium.io/v2")
    .flatMap((policy) =>
      [policy.spec, ...(policy.specs ?? [])].filter(Boolean).map((spec) => ({ policy, spec })),
    )
    .filter(({ policy, spec }) => isSubject(policy, spec, pod, attempt));
  const listed = (key: string): { policy: Manifest; rule: Manifest }[] =>
    rules.flatMap(({ policy, spec }) => (spec[key] ?? []).map((rule: Manifest) => ({ policy, rule })));
  const matches = ({ policy, rule }: { policy: Manifest; rule: Manifest }): boolean =>
    ruleFits(policy, rule, way, pod, other, attempt);
  if (listed(`${way}Deny`).some(matches)) return "refuse";
  if (listed(way).some(matches)) return "allow";
  const closes = rules.some(({ spec }) => {
    const has = (spec[way] ?? []).length > 0 || (spec[`${way}Deny`] ?? []).length > 0;
    return spec.enableDefaultDeny?.[way] ?? has;
  });
  return closes ? "deny" : undefined;
}

function identity(pod: Manifest, attempt: Attempt): Record<string, string> {
  const own: Record<string, string> = { ...pod.metadata.labels };
  const namespace = labelsOfNamespace(attempt.cluster, pod.metadata.namespace);
  for (const [key, value] of Object.entries(namespace)) own[`io.cilium.k8s.namespace.labels.${key}`] = value;
  own["io.kubernetes.pod.namespace"] = pod.metadata.namespace;
  own["io.cilium.k8s.policy.serviceaccount"] = pod.spec.serviceAccountName ?? "default";
  return own;
}

function plain(selector: Manifest): Manifest {
  const strip = (key: string): string => key.replace(/^(k8s|any):/, "");
  return {
    matchLabels: Object.fromEntries(
      Object.entries(selector.matchLabels ?? {}).map(([key, value]) => [strip(key), value]),
    ),
    matchExpressions: (selector.matchExpressions ?? []).map((entry: Manifest) => ({
      ...entry,
      key: strip(entry.key),
    })),
  };
}

function isSubject(policy: Manifest, spec: Manifest, pod: Manifest, attempt: Attempt): boolean {
  const { namespace } = policy.metadata;
  if (namespace !== undefined && namespace !== pod.metadata.namespace) return false;
  return fits(plain(spec.endpointSelector), identity(pod, attempt));
}

/** "If multiple members are set, all of them need to match in order for the rule to take effect." */
function ruleFits(
  policy: Manifest,
  rule: Manifest,
  way: Way,
  pod: Manifest,
  other: End,
  attempt: Attempt,
): boolean {
  const prefix = way === "ingress" ? "from" : "to";
  const endpoints = rule[`${prefix}Endpoints`];
  const entities = rule[`${prefix}Entities`];
  const blocks = rule[`${prefix}CIDR`];
  const sets = rule[`${prefix}CIDRSet`];
  const named = [endpoints, entities, blocks, sets].some((list) => list !== undefined);
  if (!named && rule.toPorts === undefined) return false;
  const address = addressOf(other, attempt);
  const outside = "ip" in other;
  const peer =
    !named ||
    (endpoints ?? []).some((selector: Manifest) => endpointFits(policy, selector, other, attempt)) ||
    (entities ?? []).some((entity: string) => entityFits(entity, pod, other)) ||
    (outside && (blocks ?? []).some((cidr: string) => inBlock(address!, cidr))) ||
    (outside && (sets ?? []).some((set: Manifest) => setFits(set, address!)));
  const target: End = way === "ingress" ? { pod } : other;
  return (
    peer &&
    (rule.toPorts === undefined || rule.toPorts.some((one: Manifest) => portFits(one, target, attempt)))
  );
}

function setFits(set: Manifest, address: string): boolean {
  return inBlock(address, set.cidr) && !(set.except ?? []).some((except: string) => inBlock(address, except));
}

/** "When omitted, the namespace of the policy is assumed", unless the selector speaks of namespaces itself. */
function endpointFits(policy: Manifest, selector: Manifest, other: End, attempt: Attempt): boolean {
  if (!("pod" in other) || other.asNode || isHostNetwork(other)) return false;
  const asked = plain(selector);
  const keys = [
    ...Object.keys(asked.matchLabels),
    ...asked.matchExpressions.map((entry: Manifest) => entry.key),
  ];
  const speaks = keys.some(
    (key) => key === "io.kubernetes.pod.namespace" || key.startsWith("io.cilium.k8s.namespace.labels."),
  );
  const { namespace } = policy.metadata;
  if (namespace !== undefined && !speaks && other.pod.metadata.namespace !== namespace) return false;
  return fits(asked, identity(other.pod, attempt));
}

function entityFits(entity: string, pod: Manifest, other: End): boolean {
  if (entity === "all") return true;
  if ("ip" in other) return entity === "world";
  if (entity === "cluster") return true;
  const onNode = "node" in other || isHostNetwork(other);
  if (!onNode) return false;
  const own = isOwnNode(pod, "pod" in other ? { ...other, asNode: true } : other);
  return entity === "host" ? own : entity === "remote-node" && !own;
}

function portFits(rule: Manifest, target: End, attempt: Attempt): boolean {
  if (rule.ports === undefined || rule.ports.length === 0) return true;
  return rule.ports.some(({ port, endPort, protocol = "ANY" }: Manifest) => {
    if (protocol !== "ANY" && protocol !== attempt.protocol) return false;
    if (port === "0") return true;
    if (!/^\d+$/.test(port)) return namesPort(target, port, attempt);
    return attempt.port >= Number(port) && attempt.port <= (endPort || Number(port));
  });
}
