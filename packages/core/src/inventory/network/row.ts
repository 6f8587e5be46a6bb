/** What one pod's policies make of every peer, port by port, in one direction. */
import { hasBit, intersection, union, type Bits } from "./bits.ts";
import { numbersByName, type Columns, type Matched } from "./columns.ts";
import { decide, type Layers, type Possible, type RuleBits, type Ruling } from "./layers.ts";
import type { PodParty } from "./party.ts";
import type { Direction, Layer, NetworkRuleset, Rule, Selector } from "./policy.ts";
import { lastPort, numbersOf, protocols, type PortRange, type PortSelector, type Protocol } from "./port.ts";

/** A policy that selects a pod; `sure` is false where it only may. */
export interface Selecting {
  readonly ruleset: NetworkRuleset;
  readonly sure: boolean;
}

/** A run of ports on which nothing changes, with what is possible for each peer. */
export interface Segment extends PortRange, Possible {}

export type Row = readonly Segment[];

/** Segments of every protocol, from port 1 to 65535. */
export function rowOf(
  subject: PodParty,
  direction: Direction,
  selecting: readonly Selecting[],
  columns: Columns,
): Row {
  const ruled = ruling(selecting, direction);
  const own = ownNodeOf(columns.ownNode(subject), direction);
  const decided = new Map<string, Possible>();
  return protocols.flatMap((protocol) =>
    cuts(ruled, direction, protocol, subject, columns).map((range): Segment => {
      const scope: Scope = { subject, direction, columns, protocol, port: range.from };
      const rules = ruled.map((one) => rulesOn(one, scope));
      const key = rules.map((list) => list.map(({ on }) => on.key).join(",")).join(";");
      const known = decided.get(key) ?? decide(columns.all, layersOf(ruled, rules, scope, own));
      decided.set(key, known);
      return { ...range, ...known };
    }),
  );
}

/** The same for one port. */
export function possibleOn(scope: Scope, selecting: readonly Selecting[]): Possible {
  const { columns, subject, direction } = scope;
  const ruled = ruling(selecting, direction);
  const rules = ruled.map((one) => rulesOn(one, scope));
  return decide(columns.all, layersOf(ruled, rules, scope, ownNodeOf(columns.ownNode(subject), direction)));
}

function ruling(selecting: readonly Selecting[], direction: Direction): readonly Selecting[] {
  return selecting.filter(({ ruleset }) => ruleset[direction] !== undefined);
}

/**
 * "Traffic to and from the node where a Pod is running is always allowed" (the Kubernetes documentation on
 * NetworkPolicy). To it, some network plugins enforce egress policies nevertheless, so that there it is a doubt.
 */
function ownNodeOf({ sure, may }: Matched, direction: Direction): Matched {
  return direction === "ingress" ? { sure, may } : { sure: sure.slice().fill(0), may };
}

export interface Scope {
  readonly subject: PodParty;
  readonly direction: Direction;
  readonly columns: Columns;
  readonly protocol: Protocol;
  readonly port: number;
}

/** The ranges at whose borders some rule begins or ends. */
function cuts(
  ruled: readonly Selecting[],
  direction: Direction,
  protocol: Protocol,
  subject: PodParty,
  columns: Columns,
): readonly PortRange[] {
  const starts = new Set([1]);
  const add = (from: number, to: number): void => {
    starts.add(from);
    if (to < lastPort) starts.add(to + 1);
  };
  for (const { ruleset } of ruled) {
    for (const { ports = [] } of ruleset[direction]?.rules ?? []) {
      for (const selector of ports) {
        if (selector.protocol !== undefined && selector.protocol !== protocol) continue;
        if (!("name" in selector)) add(selector.from, selector.to);
        else
          for (const number of named(selector.name, protocol, direction, subject, columns))
            add(number, number);
      }
    }
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, index) => ({ protocol, from, to: (sorted[index + 1] ?? lastPort + 1) - 1 }));
}

function named(
  name: string,
  protocol: Protocol,
  direction: Direction,
  subject: PodParty,
  columns: Columns,
): readonly number[] {
  return direction === "ingress"
    ? numbersOf(name, protocol, subject.ports)
    : columns.numbersOf(name, protocol);
}

/** A rule that has something to say on a port, and for which peers its ports are meant. */
interface RuleOn {
  readonly rule: Rule;
  readonly on: On;
}

interface On extends Matched {
  /** Equal keys, equal sets: so that ports that differ in nothing are decided once. */
  readonly key: string;
}

function rulesOn({ ruleset }: Selecting, scope: Scope): readonly RuleOn[] {
  return (ruleset[scope.direction]?.rules ?? []).flatMap((rule, index) => {
    const on = portsOn(rule, scope, index);
    return on === undefined ? [] : [{ rule, on }];
  });
}

function portsOn({ ports }: Rule, scope: Scope, index: number): On | undefined {
  const { all } = scope.columns;
  if (ports === undefined) return { key: `${index}`, sure: all, may: all };
  let found: On | undefined;
  for (const selector of ports) {
    const next = portOn(selector, scope);
    if (next === undefined) continue;
    found = {
      key: `${found?.key ?? index} ${next.key}`,
      sure: found === undefined ? next.sure : union(found.sure, next.sure),
      may: found === undefined ? next.may : union(found.may, next.may),
    };
  }
  return found;
}

function portOn(
  selector: PortSelector,
  { protocol, port, direction, subject, columns }: Scope,
): On | undefined {
  if (selector.protocol !== undefined && selector.protocol !== protocol) return undefined;
  const none = (bits: Bits): Bits => bits.slice().fill(0);
  if (!("name" in selector)) {
    if (port < selector.from || port > selector.to) return undefined;
    const unsure = selector.doubt !== undefined;
    return { key: unsure ? "?" : "", sure: unsure ? none(columns.all) : columns.all, may: columns.all };
  }
  if (direction === "egress") {
    const matched = columns.naming(selector.name, protocol, port);
    const sure = selector.doubt === undefined ? matched.sure : none(matched.sure);
    return { key: `${selector.name} ${protocol} ${port}`, sure, may: matched.may };
  }
  const numbers = numbersByName(subject).get(`${protocol} ${selector.name}`);
  if (numbers === undefined || !numbers.has(port)) return undefined;
  const unsure = numbers.size > 1 || selector.doubt !== undefined;
  return { key: unsure ? "?" : "", sure: unsure ? none(columns.all) : columns.all, may: columns.all };
}

function layersOf(
  ruled: readonly Selecting[],
  rules: readonly (readonly RuleOn[])[],
  scope: Scope,
  ownNode: Matched,
): Layers {
  const layers: { readonly [L in Layer]: Ruling[] } = { admin: [], namespace: [], baseline: [] };
  ruled.forEach(({ ruleset, sure }, index) => {
    layers[ruleset.layer].push({
      sure,
      family: ruleset.ref.apiVersion,
      priority: ruleset.priority,
      isolates: ruleset[scope.direction]?.isolates ?? false,
      rules: rules[index]!.map((one) => ruleBits(one, scope)),
    });
  });
  return { ...layers, ownNode };
}

function ruleBits({ rule, on }: RuleOn, { subject, columns }: Scope): RuleBits {
  const peers = peersOf(rule.peers, subject, columns);
  const sure = rule.doubt === undefined ? intersection(peers.sure, on.sure) : peers.sure.slice().fill(0);
  return { action: rule.action, sure, may: intersection(peers.may, on.may) };
}

function peersOf(peers: readonly Selector[] | undefined, subject: PodParty, columns: Columns): Matched {
  const { all } = columns;
  if (peers === undefined) return { sure: all, may: all };
  const matched = peers.map((selector) => columns.selected(selector, subject));
  const none = all.slice().fill(0);
  return {
    sure: union(none, ...matched.map(({ sure }) => sure)),
    may: union(none, ...matched.map(({ may }) => may)),
  };
}

/** What is possible for one peer: allowed, denied, or both. */
export function possibleAt({ allowed, denied }: Possible, column: number): "allowed" | "denied" | "unknown" {
  if (!hasBit(denied, column)) return "allowed";
  return hasBit(allowed, column) ? "unknown" : "denied";
}
