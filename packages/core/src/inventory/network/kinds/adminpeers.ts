/** Subjects and peers of the cluster-scoped policies: pods by namespace, nodes, networks, domain names. */
import { isJsonArray, type JsonObject } from "../../../model/json.ts";
import { requirementsOf, selects } from "../labels.ts";
import { anyOf, allOf, both, type Match } from "../match.ts";
import type { PodParty } from "../party.ts";
import type { Direction, Selector } from "../policy.ts";
import { canonical, isPresent, notUnderstood, objectAt, strangers, stringsAt } from "./fields.ts";
import { blockSelector, doubtful, podSelector } from "./selectors.ts";

/** `namespaces`, or `pods` with `namespaceSelector` and `podSelector`. Host-network pods are never meant. */
export function readSubject(subject: JsonObject): Selector {
  const found = readPods(subject);
  return found ?? doubtful(`the subject ${notUnderstood}`, "inside");
}

/** Exactly one field is set; what is set and not known here may be anything. */
export function readClusterPeer(peer: JsonObject, direction: Direction): Selector {
  const pods = readPods(peer);
  if (pods !== undefined) return pods;
  const keys = Object.keys(peer).filter((key) => isPresent(peer, key));
  const nodes = objectAt(peer, "nodes");
  if (direction === "egress" && keys.length === 1) {
    if (nodes !== undefined) return nodeSelector(nodes);
    if (isJsonArray(peer["networks"])) return networkSelector(stringsAt(peer, "networks"));
    if (isJsonArray(peer["domainNames"]))
      return doubtful(
        `which addresses the names ${stringsAt(peer, "domainNames").join(", ")} have is not known`,
        "everything",
      );
  }
  return doubtful(`a peer ${notUnderstood} (${keys.join(", ") || "empty"})`, "everything");
}

function readPods(peer: JsonObject): Selector | undefined {
  const namespaces = objectAt(peer, "namespaces");
  const pods = objectAt(peer, "pods");
  if ((namespaces === undefined) === (pods === undefined) || Object.keys(peer).length !== 1) return undefined;
  if (namespaces !== undefined) return inNamespaces(namespaces, undefined);
  const labels = objectAt(pods!, "podSelector");
  // v0.1.1 of the API nested the namespaces of a pod peer in an object of their own.
  const nested = objectAt(pods!, "namespaces");
  if (strangers(pods!, ["namespaces", "namespaceSelector", "podSelector"]).length > 0) return undefined;
  if (nested !== undefined) return inNamespaces(nested, labels);
  return podSelector({
    namespaces: objectAt(pods!, "namespaceSelector") ?? {},
    pods: labels,
    hostNetwork: false,
  });
}

/** A label selector, or (v0.1.1) an object of `namespaceSelector`, `sameLabels`, `notSameLabels`. */
function inNamespaces(namespaces: JsonObject, pods: JsonObject | undefined): Selector | undefined {
  if (strangers(namespaces, ["matchLabels", "matchExpressions"]).length === 0)
    return podSelector({ namespaces, pods, hostNetwork: false });
  const [key, ...more] = Object.keys(namespaces).filter((entry) => isPresent(namespaces, entry));
  if (key === undefined || more.length > 0) return undefined;
  const nested = objectAt(namespaces, "namespaceSelector");
  if (nested !== undefined) return podSelector({ namespaces: nested, pods, hostNetwork: false });
  const labels = stringsAt(namespaces, key);
  if (key === "sameLabels") return relativeSelector(labels, true, pods);
  return key === "notSameLabels" ? relativeSelector(labels, false, pods) : undefined;
}

/**
 * Pods of namespaces that have all of the labels, with the values that the subject's namespace has (`same`), or with
 * another value for at least one of them. No labels select nothing.
 */
function relativeSelector(labels: readonly string[], same: boolean, pods: JsonObject | undefined): Selector {
  return {
    key: `${same ? "same" : "not same"} ${labels.join(" ")} ${canonical(pods)}`,
    relative: true,
    reads: pods === undefined ? [] : requirementsOf(pods).map(({ key }) => key),
    matches: (party, subject) => {
      if (party.kind !== "pod" || party.hostNetwork || labels.length === 0) return false;
      const equal = (label: string): Match => sameLabel(label, party, subject);
      const namespaces = same
        ? allOf(labels, equal)
        : both(
            allOf(labels, (label) => hasLabel(label, party)),
            () => anyOf(labels, (label) => otherLabel(label, party, subject)),
          );
      return both(namespaces, () => selects(pods, party.labels));
    },
  };
}

function hasLabel(label: string, { namespaceLabels }: PodParty): Match {
  if (Object.hasOwn(namespaceLabels.values, label)) return true;
  return namespaceLabels.doubt?.(label) ?? false;
}

function sameLabel(label: string, peer: PodParty, subject: PodParty): Match {
  if (peer.namespace === subject.namespace) return hasLabel(label, peer);
  return both(hasLabel(label, peer), () =>
    both(hasLabel(label, subject), () => haveSame(label, peer, subject)),
  );
}

function haveSame(label: string, peer: PodParty, subject: PodParty): boolean {
  const values = [peer, subject].map(({ namespaceLabels }) => namespaceLabels.values[label]);
  return values.includes(undefined) || values[0] === values[1];
}

/** The API does not say whether a value differs from that of a subject whose namespace has none. */
function otherLabel(label: string, peer: PodParty, subject: PodParty): Match {
  if (hasLabel(label, subject) === false) return `the namespace of the subject has no label ${label}`;
  const same = sameLabel(label, peer, subject);
  return typeof same === "string" ? same : !same;
}

/** Nodes by the labels of the Node; host-network pods have the address of theirs. */
function nodeSelector(selector: JsonObject): Selector {
  return {
    key: `nodes ${canonical(selector)}`,
    looksAt: "nodes",
    matches: (party) => {
      if (party.kind === "node") return selects(selector, party.labels);
      if (party.kind === "pod") return party.hostNetwork ? selects(selector, party.nodeLabels) : false;
      return false;
    },
  };
}

function networkSelector(networks: readonly string[]): Selector {
  const blocks = networks.map((cidr) =>
    blockSelector({ cidr, except: [], direction: "egress", inside: "by address" }),
  );
  return {
    key: `networks ${networks.join(" ")}`,
    blocks: blocks.flatMap((block) => block.blocks ?? []),
    matches: (party, subject) => anyOf(blocks, (block) => block.matches(party, subject)),
  };
}
