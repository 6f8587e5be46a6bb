/** The verdict on one connection, with the policies that decide. */
import type { Family } from "./address.ts";
import { refKey } from "../../model/resource.ts";
import { columnsOf, numbersByName } from "./columns.ts";
import type { Decision, Reason, Side, Verdict } from "./connectivity.ts";
import { explain } from "./explain.ts";
import { asNode } from "./parties.ts";
import type { Party, PodParty } from "./party.ts";
import type { Direction } from "./policy.ts";
import type { Protocol } from "./port.ts";
import { possibleAt, possibleOn, type Selecting } from "./row.ts";

export interface Judge {
  readonly selecting: (pod: PodParty) => readonly Selecting[];
  readonly hostFirewall: boolean;
}

export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly port: number | string;
  readonly protocol: Protocol;
  /** Both ends are one and the same pod. */
  readonly same: boolean;
}

/** Judges a connection between two parties, in every way in which it may be read. */
export function judge(judge: Judge, connection: Connection): Decision {
  const { from, to } = connection;
  const ended = [from, to].find((party) => party.kind === "pod" && party.completed);
  if (ended !== undefined)
    return settled("denied", "denies", "the pod has completed: nothing sends or listens there");
  if (from.kind !== "pod" && to.kind !== "pod")
    return undecided("neither end is a pod, so that no network policy decides");
  const ports = numbersOf(connection);
  if (ports.length === 0) return undecided(`no container of the destination names a port ${connection.port}`);
  const decisions = ports.map((port) => readings(judge, connection, port));
  const decision = agreement(decisions, "containers give the name to several ports, which fare differently");
  if (!shareNetwork(connection)) return decision;
  const reason: Reason = {
    effect: "allows",
    text: "no policy applies within a pod, or between pods in the network of one node",
  };
  return { ...decision, verdict: "allowed", because: [reason] };
}

export function undecided(text: string): Decision {
  return settled("unknown", "may decide", text);
}

function settled(verdict: Verdict, effect: Reason["effect"], text: string): Decision {
  const side: Side = { verdict, because: [{ effect, text }] };
  return { verdict, egress: side, ingress: side, because: side.because };
}

export function numbersOf({
  to,
  port,
  protocol,
}: Pick<Connection, "to" | "port" | "protocol">): readonly number[] {
  if (typeof port === "number") return [port];
  return to.kind === "pod" ? [...(numbersByName(to).get(`${protocol} ${port}`) ?? [])] : [];
}

/** The same pod, or two host-network pods of one node. A template never is the same pod. */
function shareNetwork({ from, to, same }: Connection): boolean {
  if (from.kind !== "pod" || to.kind !== "pod") return false;
  if (same) return true;
  return (
    from !== to && from.hostNetwork && to.hostNetwork && from.node !== undefined && from.node === to.node
  );
}

/**
 * Host-network pods are treated as pods by some network plugins and as their node by most ("NetworkPolicy behaviour
 * for hostNetwork pods is undefined, but it should be limited to 2 possibilities": the Kubernetes documentation).
 */
function readings(judge: Judge, { from, to, protocol }: Connection, port: number): Decision {
  const asPods = byFamily(judge, from, to, protocol, port);
  const other = [from, to].map((party) =>
    party.kind === "pod" && party.hostNetwork ? asNode(party) : party,
  );
  if (other[0] === from && other[1] === to) return asPods;
  const asNodes = byFamily(judge, other[0]!, other[1]!, protocol, port);
  return agreement(
    [asPods, asNodes],
    "network plugins treat host-network pods as pods or as their node, which fare differently",
  );
}

/**
 * A connection may use any family that both ends have: one that is allowed is enough. Where the addresses of an end are not
 * known, so is the family: then all that the other end has must agree.
 */
function byFamily(judge: Judge, from: Party, to: Party, protocol: Protocol, port: number): Decision {
  const [own, other] = [from, to].map(familiesOf) as [ReadonlySet<Family>, ReadonlySet<Family>];
  const unsure = own.size === 0 || other.size === 0;
  const common = unsure ? own.union(other) : own.intersection(other);
  if (common.size === 0 || (own.size < 2 && other.size < 2)) return pair(judge, from, to, protocol, port);
  const decisions = [...common].map((family) =>
    pair(judge, limited(from, family), limited(to, family), protocol, port),
  );
  if (unsure) return agreement(decisions, "the address family is not known, and families fare differently");
  const best = (["allowed", "unknown", "denied"] as const).find((verdict) =>
    decisions.some((decision) => decision.verdict === verdict),
  );
  const found = decisions.filter(({ verdict }) => verdict === best);
  return best === "denied" ? agreement(found, "") : found[0]!;
}

function familiesOf(party: Party): ReadonlySet<Family> {
  const addresses = party.kind === "address" ? [party.address] : party.addresses;
  return new Set(addresses.map(({ family }) => family));
}

function limited(party: Party, family: Family): Party {
  if (party.kind === "address") return party;
  return { ...party, addresses: party.addresses.filter((address) => address.family === family) };
}

function pair(judge: Judge, from: Party, to: Party, protocol: Protocol, port: number): Decision {
  const egress = sideOf(judge, from, to, "egress", protocol, port);
  const ingress = sideOf(judge, to, from, "ingress", protocol, port);
  const sides = [egress, ingress];
  const verdict = sides.some((side) => side.verdict === "denied")
    ? "denied"
    : (sides.find((side) => side.verdict === "unknown")?.verdict ?? "allowed");
  const because = sides.filter((side) => side.verdict === verdict).flatMap((side) => side.because);
  return { verdict, egress, ingress, because };
}

/** What the policies of one end say. Ends that are no pods have none. */
export function sideOf(
  { selecting, hostFirewall }: Judge,
  subject: Party,
  peer: Party,
  direction: Direction,
  protocol: Protocol,
  port: number,
): Side {
  if (subject.kind === "address") return { verdict: "allowed", because: [] };
  if (subject.kind === "node") return nodeSide(hostFirewall);
  const own = selecting(subject);
  const columns = columnsOf([peer]);
  const verdict = possibleAt(possibleOn({ subject, direction, columns, protocol, port }, own), 0);
  return { verdict, because: explain({ subject, peer, direction, protocol, port, selecting: own }, verdict) };
}

export function nodeSide(hostFirewall: boolean): Side {
  return hostFirewall
    ? {
        verdict: "unknown",
        because: [{ effect: "may decide", text: "Cilium policies that select nodes are not evaluated" }],
      }
    : { verdict: "allowed", because: [] };
}

/** The decision on which all agree, for all their reasons; else unknown, because of what the first that differ say. */
export function agreement(decisions: readonly Decision[], why: string): Decision {
  const [first, ...others] = decisions as readonly [Decision, ...Decision[]];
  const differing = others.find((decision) => decision.verdict !== first.verdict);
  if (differing === undefined)
    return { ...first, because: distinct(decisions.flatMap(({ because }) => because)) };
  const reasons = [first, differing].flatMap(({ because }) => because);
  return { ...first, verdict: "unknown", because: [{ effect: "may decide", text: why }, ...reasons] };
}

function distinct(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.length < 2
    ? reasons
    : [...new Map(reasons.map((reason) => [keyOf(reason), reason])).values()];
}

function keyOf({ policy, rule, text }: Reason): string {
  return `${policy === undefined ? "" : refKey(policy)} ${rule} ${text}`;
}
