/** The order in which policies decide, applied to many peers at once; each set says what is possible, so that doubts stay doubts. */
import { intersection, isEmpty, noBits, union, without, type Bits } from "./bits.ts";
import type { Action } from "./policy.ts";

/** A rule on one port: the peers it surely matches, and those it may match (the sure ones included). */
export interface RuleBits {
  readonly action: Action;
  readonly sure: Bits;
  readonly may: Bits;
}

/** A policy that selects the subject, or may. */
export interface Ruling {
  readonly sure: boolean;
  /** Policies of two API versions: nothing says which of them is asked first. */
  readonly family: string;
  readonly priority: number;
  readonly isolates: boolean;
  readonly rules: readonly RuleBits[];
}

export interface Layers {
  readonly admin: readonly Ruling[];
  readonly namespace: readonly Ruling[];
  readonly baseline: readonly Ruling[];
  /** Peers that are the subject's own node, which no policy of a namespace refuses. */
  readonly ownNode: { readonly sure: Bits; readonly may: Bits };
}

/** Per peer: it may be that the connection is allowed, it may be that it is denied; one of them at least. */
export interface Possible {
  readonly allowed: Bits;
  readonly denied: Bits;
}

/**
 * Admin, then NetworkPolicy for pods it isolates, then baseline, then allowed.
 * Source: network-policy-api, apis/v1alpha2/clusternetworkpolicy_types.go, ClusterNetworkPolicySpec.Tier.
 */
export function decide(all: Bits, layers: Layers): Possible {
  const admin = decideInOrder(all, layers.admin);
  const open = union(admin.undecided, admin.passed);
  if (isEmpty(open)) return admin;
  const middle = decideNamespace(open, layers);
  const baseline = decideInOrder(middle.open, layers.baseline);
  return {
    allowed: union(admin.allowed, middle.admitted, baseline.allowed, baseline.passed, baseline.undecided),
    denied: union(admin.denied, middle.closed, middle.refused, baseline.denied),
  };
}

interface Ordered extends Possible {
  readonly passed: Bits;
  readonly undecided: Bits;
}

/** Families side by side; within one, by priority; rules in the order they are written: the first that matches decides. */
function decideInOrder(start: Bits, rulings: readonly Ruling[]): Ordered {
  const nothing = start.slice().fill(0);
  if (rulings.length === 0) return { allowed: nothing, denied: nothing, passed: nothing, undecided: start };
  const families = Map.groupBy(rulings, ({ family }) => family);
  return anyOrder([...families.values()].map((family) => inSequence(start, family)));
}

function inSequence(start: Bits, rulings: readonly Ruling[]): Ordered {
  const groups = [...Map.groupBy(rulings, ({ priority }) => priority)].sort(([a], [b]) => a - b);
  const none = start.slice().fill(0);
  let sum: Ordered = { allowed: none, denied: none, passed: none, undecided: start };
  for (const [, group] of groups) {
    const next = anyOrder(group.map((ruling) => firstMatch(sum.undecided, ruling)));
    sum = {
      allowed: union(sum.allowed, next.allowed),
      denied: union(sum.denied, next.denied),
      passed: union(sum.passed, next.passed),
      undecided: next.undecided,
    };
  }
  return sum;
}

/** Any of them may be asked first: each outcome is possible, and undecided only what all leave so. */
function anyOrder(outcomes: readonly Ordered[]): Ordered {
  const [first, ...others] = outcomes;
  return others.reduce(
    (sum, next) => ({
      allowed: union(sum.allowed, next.allowed),
      denied: union(sum.denied, next.denied),
      passed: union(sum.passed, next.passed),
      undecided: intersection(sum.undecided, next.undecided),
    }),
    first!,
  );
}

function firstMatch(start: Bits, { rules, sure }: Ruling): Ordered {
  const found: { readonly [A in Action]: Bits } = {
    allow: start.slice().fill(0),
    deny: start.slice().fill(0),
    pass: start.slice().fill(0),
  };
  let left = start;
  for (const rule of rules) {
    const into = found[rule.action];
    into.set(union(into, intersection(left, rule.may)));
    left = without(left, rule.sure);
  }
  return {
    allowed: found.allow,
    denied: found.deny,
    passed: found.pass,
    undecided: sure ? left : start,
  };
}

interface Isolation {
  /** Nothing isolates the subject. */
  readonly open: Bits;
  /** Isolated, and no rule allows it. */
  readonly closed: Bits;
  /** A rule allows it. */
  readonly admitted: Bits;
  /** A rule denies it, whatever others allow (Cilium). */
  readonly refused: Bits;
}

function decideNamespace(start: Bits, { namespace, ownNode }: Layers): Isolation {
  const none = noBits(start.length * 32);
  const own = intersection(start, ownNode.may);
  const first: Isolation = {
    open: without(start, ownNode.sure),
    closed: none,
    admitted: own,
    refused: none,
  };
  return namespace.reduce((state, ruling) => {
    const next = isolate(state, ruling);
    return ruling.sure ? next : either(state, next);
  }, first);
}

/** One policy that selects the subject: what is open is closed, what a rule allows is admitted, what one denies refused. */
function isolate({ open, closed, admitted, refused }: Isolation, { isolates, rules }: Ruling): Isolation {
  const empty = open.slice().fill(0);
  const sum = (action: Action, key: "sure" | "may"): Bits =>
    union(empty, ...rules.filter((rule) => rule.action === action).map((rule) => rule[key]));
  const deny = sum("deny", "sure");
  const allow = sum("allow", "sure");
  const waiting = union(open, closed);
  const left = without(waiting, union(allow, deny));
  return {
    open: isolates ? empty : intersection(left, open),
    closed: isolates ? left : intersection(left, closed),
    admitted: without(union(admitted, intersection(waiting, sum("allow", "may"))), deny),
    refused: union(refused, intersection(union(waiting, admitted), sum("deny", "may"))),
  };
}

function either(first: Isolation, second: Isolation): Isolation {
  return {
    open: union(first.open, second.open),
    closed: union(first.closed, second.closed),
    admitted: union(first.admitted, second.admitted),
    refused: union(first.refused, second.refused),
  };
}
