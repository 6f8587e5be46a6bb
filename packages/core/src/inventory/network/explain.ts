/** The policies that decide a connection at one of its ends, in the order in which they do. */
import type { Effect, Reason, Verdict } from "./connectivity.ts";
import { anyOf, both, type Match } from "./match.ts";
import { isOwnNode, type Party, type PodParty } from "./party.ts";
import type { Action, Layer, Rule } from "./policy.ts";
import { matchesPort, type Protocol } from "./port.ts";
import type { Selecting } from "./row.ts";
import type { Direction } from "./policy.ts";

/** A connection as one end sees it. */
export interface Asked {
  readonly subject: PodParty;
  readonly peer: Party;
  readonly direction: Direction;
  readonly protocol: Protocol;
  readonly port: number;
  readonly selecting: readonly Selecting[];
}

interface Found {
  readonly layer: Layer;
  readonly reason: Reason;
  readonly priority: number;
  /** The API version: nothing says which of two is asked first. */
  readonly family: string;
}

/** Reasons for a verdict. Of a verdict that stands, only those that make it; of an unknown one, also all doubts. */
export function explain(asked: Asked, verdict: Verdict): readonly Reason[] {
  const found = asked.selecting.flatMap((one) => findingsOf(one, asked));
  const admin = inOrder(found, "admin");
  const effects = admin.map(({ reason }) => reason.effect);
  // Below is asked unless the admin policies surely decide; where they may be asked in any order, one that passes leads there.
  const decided =
    effects.some((effect) => effect === "allows" || effect === "denies") && !effects.includes("passes");
  const reasons = decided ? admin : [...admin, ...below(found, asked)];
  const list = reasons.map(({ reason }) => reason);
  const kept = verdict === "unknown" ? list : list.filter(({ effect }) => supports(effect, verdict));
  const decides = kept.some(({ effect }) => effect !== "passes");
  return decides || verdict === "denied" ? kept : [...kept, openTo(asked, list.length > kept.length)];
}

function supports(effect: Effect, verdict: Verdict): boolean {
  if (effect === "passes") return true;
  return verdict === "allowed" ? effect === "allows" : effect === "denies" || effect === "isolates";
}

function openTo({ subject, direction }: Asked, others: boolean): Reason {
  const text = `no policy${others ? " that matters" : ""} restricts ${direction} of ${nameOf(subject)}`;
  return { effect: "allows", text };
}

/** Below the admin policies: those of the namespace, and where nothing of them surely decides, the baseline. */
function below(found: readonly Found[], asked: Asked): readonly Found[] {
  const own = ownNode(asked);
  const middle = [...own, ...found.filter(({ layer }) => layer === "namespace")];
  const is = (effect: Effect) => middle.filter(({ reason }) => reason.effect === effect);
  const doubts = is("may decide");
  if (is("denies").length > 0) return [...is("denies"), ...doubts];
  if (is("allows").length > 0) return [...is("allows"), ...doubts];
  if (is("isolates").length > 0) return [...is("isolates"), ...doubts];
  return [...doubts, ...inOrder(found, "baseline")];
}

function ownNode({ subject, peer, direction }: Asked): readonly Found[] {
  const own = peer.kind === "node" ? isOwnNode(subject, peer) : false;
  if (own === false) return [];
  const sure = own === true && direction === "ingress";
  const text = sure
    ? "a pod accepts what its own node sends (kubelet probes), whatever policies say"
    : own === true
      ? "the API says that a pod may always reach its own node; some network plugins enforce egress policies there"
      : "the pod may run on that node, and then its policies do not refuse it";
  return [
    { layer: "namespace", priority: 0, family: "", reason: { effect: sure ? "allows" : "may decide", text } },
  ];
}

/** In each API version by priority, up to the first that surely decides; those of equal priority together. */
function inOrder(found: readonly Found[], layer: Layer): readonly Found[] {
  const families = Map.groupBy(
    found.filter((entry) => entry.layer === layer),
    ({ family }) => family,
  );
  return [...families.values()].flatMap((family) => {
    const own = [...family].sort((a, b) => a.priority - b.priority);
    const end = own.find(({ reason }) => reason.effect !== "may decide");
    return end === undefined ? own : own.filter(({ priority }) => priority <= end.priority);
  });
}

function findingsOf({ ruleset, sure }: Selecting, asked: Asked): readonly Found[] {
  const section = ruleset[asked.direction];
  if (section === undefined) return [];
  const { ref, layer, priority } = ruleset;
  const found: Found[] = [];
  const add = (effect: Effect, text: string, rule?: Rule): void => {
    const reason = { effect, policy: ref, text, ...(rule === undefined ? {} : { rule: rule.index }) };
    found.push({ layer, priority, family: ref.apiVersion, reason });
  };
  const selected = sure || ruleset.subject.matches(asked.subject, asked.subject);
  for (const rule of section.rules) {
    const match = matchOf(rule, asked);
    if (match === false) continue;
    const doubt = [match, selected].find((entry) => typeof entry === "string");
    if (doubt === undefined) add(effectOf[rule.action], sentence(ref, rule.action, asked), rule);
    else add("may decide", `${label(ref)} may ${rule.action}: ${doubt}`, rule);
    if (doubt === undefined && layer !== "namespace") break;
  }
  if (!section.isolates || found.some(({ reason }) => reason.effect === "allows")) return found;
  if (typeof selected === "string") add("may decide", `${label(ref)} may isolate: ${selected}`);
  else add("isolates", `${label(ref)} isolates ${nameOf(asked.subject)} and no rule of it allows this`);
  return found;
}

const effectOf: { readonly [A in Action]: Effect } = { allow: "allows", deny: "denies", pass: "passes" };

function matchOf(rule: Rule, { subject, peer, direction, protocol, port }: Asked): Match {
  const target = direction === "ingress" ? subject : peer;
  const named = target.kind === "pod" ? target.ports : undefined;
  const peers = rule.peers === undefined ? true : anyOf(rule.peers, (one) => one.matches(peer, subject));
  return both(
    both(matchesPort(rule.ports, protocol, port, named), () => peers),
    () => rule.doubt ?? true,
  );
}

function sentence(
  ref: NonNullable<Reason["policy"]>,
  action: Action,
  { direction, protocol, port }: Asked,
): string {
  return `${label(ref)} ${effectOf[action]} ${direction} on ${protocol} ${port}`;
}

export function label({ kind, namespace, name }: NonNullable<Reason["policy"]>): string {
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name === "" ? "(not listed)" : name}`;
}

export function nameOf({ workload: { ref } }: PodParty): string {
  return `${ref.kind} ${ref.namespace}/${ref.name}`;
}
