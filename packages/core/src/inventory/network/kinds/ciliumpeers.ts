/** The peers of a Cilium rule: endpoints by labels, entities, CIDRs; services, names and groups are doubts. */
import { isJsonArray, isJsonObject, type JsonObject } from "../../../model/json.ts";
import { matchesSelector } from "../../selector.ts";
import { requirementsOf } from "../labels.ts";
import { allOf, type Match } from "../match.ts";
import { isOwnNode, type Party, type PodParty } from "../party.ts";
import type { Selector } from "../policy.ts";
import { canonical, isPresent, notUnderstood, objectsAt, strangers, stringsAt } from "./fields.ts";
import { blockSelector, doubtful, everything } from "./selectors.ts";

export interface CiliumPeers {
  /** `undefined`: the rule names no peers at all. */
  readonly peers: readonly Selector[] | undefined;
  /** Keys of the rule that are no peers. */
  readonly others: readonly string[];
}

/** Reads `fromEndpoints`, `fromEntities` … or `toEndpoints` … of a rule; `prefix` says which. An empty list selects nothing. */
export function readCiliumPeers(rule: JsonObject, prefix: "from" | "to", namespace: string): CiliumPeers {
  const keys = Object.keys(rule).filter((key) => isPresent(rule, key));
  const own = keys.filter((key) => key.startsWith(prefix) && key !== "toPorts");
  return {
    peers: own.length === 0 ? undefined : own.flatMap((key) => peersAt(rule, key, prefix, namespace)),
    others: keys.filter((key) => !own.includes(key)),
  };
}

function peersAt(
  rule: JsonObject,
  key: string,
  prefix: "from" | "to",
  namespace: string,
): readonly Selector[] {
  const direction = prefix === "from" ? "ingress" : "egress";
  const block = (cidr: string, except: readonly string[] = []): Selector =>
    blockSelector({ cidr, except, direction, inside: "never" });
  switch (key.slice(prefix.length)) {
    case "Endpoints":
      return objectsAt(rule, key).map((selector) =>
        endpointSelector(selector, namespace === "" ? { any: true } : { unlessNamed: namespace }),
      );
    case "Entities":
      return stringsAt(rule, key).map(entitySelector);
    case "CIDR":
      return stringsAt(rule, key).map((cidr) => block(cidr));
    case "CIDRSet":
      return objectsAt(rule, key).map((set) =>
        typeof set["cidr"] === "string" && strangers(set, ["cidr", "except"]).length === 0
          ? block(set["cidr"], stringsAt(set, "except"))
          : doubtful("a rule names CIDR groups", "outside"),
      );
    case "FQDNs":
    case "Groups":
      return [doubtful(`which addresses ${key} stands for is not known`, "outside")];
    case "Nodes":
      return [nodesDoubt];
    case "Services":
      return [doubtful("which pods toServices stands for is not worked out", "everything")];
    default:
      return [doubtful(`a rule ${notUnderstood} (${key})`, "everything")];
  }
}

const nodesDoubt: Selector = {
  key: "cilium nodes",
  matches: (party) =>
    party.kind === "node" || (party.kind === "pod" && party.hostNetwork)
      ? "selecting nodes by label depends on how Cilium is set up"
      : false,
};

interface Scope {
  /** Of every namespace. */
  readonly any?: true;
  /** Of this namespace whatever the selector says. */
  readonly only?: string;
  /** Of this namespace where the selector names none. */
  readonly unlessNamed?: string;
}

const namespaceKey = "io.kubernetes.pod.namespace";
const namespaceLabelPrefix = "io.cilium.k8s.namespace.labels.";
const accountKey = "io.cilium.k8s.policy.serviceaccount";

/** Labels of pods that Cilium leaves out of an identity unless told otherwise (its default label filter). */
const leftOut =
  /^(io\.kubernetes|kubernetes\.io|beta\.kubernetes\.io|k8s\.io|topology\.kubernetes\.io|annotation|etcd_node$|pod-template-generation|pod-template-hash|controller-revision-hash|controller-uid|statefulset\.kubernetes\.io\/pod-name$|apps\.kubernetes\.io\/pod-index$|batch\.kubernetes\.io\/(job-completion-index|controller-uid)$)/;

/**
 * Pods by the labels that make a Cilium identity: their own, their namespace, its labels, their account. Host-network pods
 * are no endpoints. Source: pkg/k8s/apis/cilium.io/utils/utils.go, getEndpointSelector.
 */
export function endpointSelector(selector: JsonObject, scope: Scope): Selector {
  const requirements = requirementsOf(selector).map((entry) => requirementOf(entry.key, entry.selector));
  const names = requirements.some(({ key }) => key === namespaceKey || key.startsWith(namespaceLabelPrefix));
  const namespace = scope.only ?? (names ? undefined : scope.unlessNamed);
  // A subject's namespace replaces the one that its selector names.
  const asked = requirements.filter(({ replaced }) => scope.only === undefined || !replaced);
  return {
    key: `endpoints ${namespace ?? "*"} ${scope.only !== undefined} ${canonical(selector)}`,
    reads: asked.map(({ key }) => key),
    ...(namespace === undefined ? {} : { within: { namespace } }),
    matches: (party) => {
      if (party.kind !== "pod" || party.hostNetwork) return false;
      if (namespace !== undefined && party.namespace !== namespace) return false;
      return allOf(asked, ({ key, selector: one }) => matchesIdentity(key, one, party));
    },
  };
}

interface Requirement {
  readonly key: string;
  readonly selector: JsonObject;
  /** It is the label that Cilium itself sets on a subject. */
  readonly replaced: boolean;
}

/** Strips the source of a label: `k8s:app` and `any:app` are `app`; of other sources a pod has none. */
function requirementOf(key: string, selector: JsonObject): Requirement {
  const [, source, name = key] = /^([a-z0-9-]+):(.*)$/.exec(key) ?? [];
  if (source !== undefined && source !== "k8s" && source !== "any") return { key, selector, replaced: false };
  const replaced = key === `k8s:${namespaceKey}` && isJsonObject(selector["matchLabels"]);
  return { key: name, selector: renamed(selector, name), replaced };
}

function renamed(selector: JsonObject, key: string): JsonObject {
  const { matchLabels, matchExpressions } = selector;
  if (isJsonObject(matchLabels)) return { matchLabels: { [key]: Object.values(matchLabels)[0] } };
  const [expression] = isJsonArray(matchExpressions) ? matchExpressions : [];
  return isJsonObject(expression) ? { matchExpressions: [{ ...expression, key }] } : selector;
}

function matchesIdentity(key: string, selector: JsonObject, pod: PodParty): Match {
  const test = (value: string | undefined): boolean =>
    matchesSelector(selector, value === undefined ? {} : { [key]: value });
  if (key === namespaceKey) return test(pod.namespace);
  if (key === accountKey) return test(pod.serviceAccount);
  if (key.startsWith(namespaceLabelPrefix)) {
    const { values, doubt } = pod.namespaceLabels;
    const label = key.slice(namespaceLabelPrefix.length);
    const unsure = Object.hasOwn(values, label) ? undefined : doubt?.(label);
    return unsure ?? test(Object.hasOwn(values, label) ? values[label] : undefined);
  }
  if (leftOut.test(key) || key.includes(":"))
    return `whether Cilium keeps label ${key} depends on how it is set up`;
  const unsure = Object.hasOwn(pod.labels.values, key) ? undefined : pod.labels.doubt?.(key);
  return unsure ?? test(Object.hasOwn(pod.labels.values, key) ? pod.labels.values[key] : undefined);
}

/**
 * Source: Documentation/security/policy/layer3.rst, "Entities based". In native routing, outside traffic that a node
 * forwarded counts as `remote-node`; that is told where the outside is asked about.
 */
function entitySelector(entity: string): Selector {
  if (entity === "all") return everything;
  return {
    key: `entity ${entity}`,
    relative: true,
    matches: (party, subject) => inEntity(entity, party, subject),
  };
}

function inEntity(entity: string, party: Party, subject: PodParty): Match {
  if (party.kind === "address") return addressInEntity(entity, party.address.family);
  if (entity === "cluster" || entity === "cluster-mesh") return true;
  if (party.kind === "pod" && !party.hostNetwork) return false;
  if (entity === "kube-apiserver") return "which addresses are the API server's is not known";
  if (entity !== "host" && entity !== "remote-node") return false;
  const own = isOwn(party, subject);
  if (own === undefined) return "which node the pod runs on is not known";
  return own === (entity === "host");
}

function isOwn(party: Party, subject: PodParty): boolean | undefined {
  if (party.kind === "node") return isOwnNode(subject, party);
  if (party.kind !== "pod" || party.node === undefined || subject.node === undefined) return undefined;
  return party.node === subject.node;
}

function addressInEntity(entity: string, family: 4 | 6): Match {
  if (entity === "world") return true;
  if (entity === "world-ipv4") return family === 4;
  if (entity === "world-ipv6") return family === 6;
  return entity === "kube-apiserver" ? "which addresses are the API server's is not known" : false;
}
