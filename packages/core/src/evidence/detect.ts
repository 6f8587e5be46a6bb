/** Holds what was seen against the detections: what tells is told once a container, rule and program, with its witnesses. */
import { compile, type Program } from "../controls/cel/compile.ts";
import type { Detection } from "../model/detection.ts";
import type { Observation, ObservationDetail, Watch } from "../model/observation.ts";
import { compareText, detectionKey } from "./behaviour.ts";
import { byContainer, learnedOf, learningTime, type Learned } from "./learned.ts";
import { joinSupport, seenLimits, type Seen } from "./merge.ts";
import type { CelRule, DetectionRule } from "./rule.ts";
import { detailText } from "./tell.ts";

export const ruleVariables = [
  "detail",
  "name",
  "line",
  "origin",
  "container",
  "made",
  "learned",
  "settled",
] as const;

const types = {
  name: "string",
  line: "string",
  origin: "string",
  made: "bool",
  learned: "bool",
  settled: "bool",
};

export interface DetectOptions {
  /** How long a container is learned, milliseconds. */
  readonly learningTime?: number;
  /** RFC 3339: only what was seen since then is asked of. What came before is learned from all the same. */
  readonly since?: string;
}

/** A rule could not say of a behaviour whether it tells: an expression of a user's that fails. */
export interface Undecided {
  readonly rule: string;
  readonly reason: string;
  readonly count: number;
}

export interface Detected {
  /** Sorted by `detectionKey`. */
  readonly detections: readonly Detection[];
  readonly undecided: readonly Undecided[];
}

export type Detector = (seen: Pick<Seen, "observations" | "watches">) => Detected;

export function detectionsOf(
  seen: Pick<Seen, "observations" | "watches">,
  rules: readonly DetectionRule[],
  options: DetectOptions = {},
): Detected {
  return createDetector(rules, options)(seen);
}

/** What was seen of one container, and what it tells: nothing that another did changes that. */
interface Asked {
  readonly observations: readonly Observation[];
  readonly watches: readonly Watch[];
  /** By `detectionKey`. */
  readonly found: ReadonlyMap<string, Detection>;
  readonly failures: ReadonlyMap<string, Undecided>;
}

/** Finds what `detectionsOf` finds, and asks anew only of containers of which something else was seen than when it last asked. */
export function createDetector(rules: readonly DetectionRule[], options: DetectOptions = {}): Detector {
  let known: ReadonlyMap<string, Asked> = new Map();
  return (seen) => {
    const asked = new Map<string, Asked>();
    for (const [key, observations, watches] of byContainer(seen.observations, seen.watches)) {
      const before = known.get(key);
      const isSame =
        before !== undefined &&
        isSameList(before.observations, observations) &&
        isSameList(before.watches, watches);
      asked.set(key, isSame ? before : ask(observations, watches, rules, options));
    }
    known = asked;
    return together([...asked.values()]);
  };
}

function isSameList(a: readonly object[], b: readonly object[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}

function ask(
  observations: readonly Observation[],
  watches: readonly Watch[],
  rules: readonly DetectionRule[],
  options: DetectOptions,
): Asked {
  const found = new Map<string, Detection>();
  const failures = new Map<string, Undecided>();
  const { learningTime: time = learningTime } = options;
  let made: Learned | undefined;
  const learned = (): Learned => (made ??= learnedOf(observations, watches, time));
  for (const [rule, witnesses] of tellingOf(observations, learned, rules, options, failures)) {
    const detection = detectionOf(rule, witnesses, isOfNews(rule) ? learned().lostBefore : undefined);
    const key = detectionKey(detection);
    const before = found.get(key);
    found.set(key, before === undefined ? detection : joined(before, detection));
  }
  return { observations, watches, found, failures };
}

function together(asked: readonly Asked[]): Detected {
  const failures = new Map<string, Undecided>();
  for (const { failures: own } of asked)
    for (const [rule, failure] of own) {
      const count = (failures.get(rule)?.count ?? 0) + failure.count;
      failures.set(rule, { ...failure, count });
    }
  return {
    detections: asked
      .flatMap(({ found }) => [...found])
      .sort(([a], [b]) => compareText(a, b))
      .map(([, detection]) => detection),
    undecided: [...failures.values()].sort((a, b) => compareText(a.rule, b.rule)),
  };
}

type Telling = readonly [DetectionRule, readonly Observation[]];

function* tellingOf(
  observations: readonly Observation[],
  learned: () => Learned,
  rules: readonly DetectionRule[],
  { since }: DetectOptions,
  failures: Map<string, Undecided>,
): Generator<Telling> {
  const asked = since === undefined ? observations : observations.filter((each) => lastOf(each) >= since);
  if (asked.length === 0) return;
  const facts: Facts = { learned, made: madeIn(observations) };
  const byKind = Map.groupBy(asked, ({ detail }) => detail.kind);
  for (const rule of rules) {
    const ofKinds = rule.kinds.flatMap((kind) => byKind.get(kind) ?? []);
    if ("over" in rule) for (const witnesses of rule.over(ofKinds)) yield [rule, witnesses];
    else
      for (const observation of ofKinds) {
        const answer = holds(rule, observation, facts);
        if (answer === true) yield [rule, [observation]];
        else if (answer !== false) fail(failures, rule.id, answer);
      }
  }
}

function lastOf({ support }: Observation): string {
  return support.reduce((last, entry) => (entry.last > last ? entry.last : last), "");
}

interface Facts {
  /** Made when a rule asks: most do not. */
  readonly learned: () => Learned;
  readonly made: ReadonlySet<string>;
}

/** Files that the container itself made or wrote: no part of its image, whatever their path. */
function madeIn(observations: readonly Observation[]): ReadonlySet<string> {
  const made = new Set<string>();
  for (const { detail, origin } of observations) {
    if (detail.kind !== "file" || detail.refused === true || origin === "set-up") continue;
    if (making.has(detail.operation)) made.add(detail.path);
    if (detail.operation === "rename" && detail.target !== undefined) made.add(detail.target);
  }
  return made;
}

const making: ReadonlySet<string> = new Set(["create", "write", "rename", "link"]);

const programs = new WeakMap<CelRule, Program>();

/** Compiles a rule's expression. Throws `CelError` where it does not compile. */
export function compileRule(rule: CelRule): Program {
  const known = programs.get(rule) ?? compile(rule.when, ruleVariables, { types });
  programs.set(rule, known);
  return known;
}

/** It tells of what was never seen before. */
export function isOfNews(rule: DetectionRule): boolean {
  return !("over" in rule) && compileRule(rule).references.has("settled");
}

function holds(rule: CelRule, observation: Observation, facts: Facts): boolean | string {
  const { detail, origin = "unknown", container } = observation;
  const program = compileRule(rule);
  const path = "path" in detail ? (detail.path ?? "") : "";
  const asks = program.references;
  // What only an exec did while it was learned is no news of a probe; what is bad in itself is told of each exec.
  const learnedBy = asks.has("settled") && origin !== "unknown" ? origin : undefined;
  const answer = program.test([
    detail,
    nameOf(detail, path),
    detail.kind === "exec" ? detail.args.join(" ") : "",
    origin,
    container,
    facts.made.has(path),
    asks.has("learned") && facts.learned().knows(detail, learnedBy),
    // Nothing of the runtime's set-up is ever learned: it is never news.
    asks.has("settled") && origin !== "set-up" && facts.learned().settled(detail.kind),
  ]);
  return typeof answer === "boolean" ? answer : answer.message;
}

/** Programs that are many: which one runs is told by the name that it was called by. */
const multiCall: ReadonlySet<string> = new Set(["busybox", "toybox", "coreutils"]);

function nameOf(detail: ObservationDetail, path: string): string {
  const own = leaf(path);
  if (detail.kind !== "exec" || !multiCall.has(own)) return own;
  const called = detail.args.slice(0, 2).map(leaf);
  return called.find((name) => name !== "" && !multiCall.has(name)) ?? own;
}

function leaf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function fail(failures: Map<string, Undecided>, rule: string, reason: string): void {
  failures.set(rule, { rule, reason, count: (failures.get(rule)?.count ?? 0) + 1 });
}

const mostTold = 3;

function detectionOf(
  rule: DetectionRule,
  witnesses: readonly Observation[],
  lostBefore: Learned["lostBefore"] | undefined,
): Detection {
  const [first] = witnesses;
  const told = witnesses.slice(0, mostTold).map(({ detail }) => witnessText(detail));
  const more = witnesses.length - told.length;
  const lost = lostBefore?.(firstOf(witnesses));
  const program = programOf(first!.detail);
  return {
    container: first!.container,
    sensor: "plimsoll",
    rule: rule.id,
    severity: rule.severity,
    message: `${rule.title}: ${told.join(", ")}${more > 0 ? ` and ${more} more` : ""}${lost === undefined ? "" : `; events were lost at ${lost.slice(0, 16).replace("T", " ")} UTC, so it may have begun earlier`}`,
    ...(program === undefined ? {} : { program }),
    techniques: [...rule.techniques].sort(),
    trust: witnesses.every(({ trust }) => trust === "kernel") ? "kernel" : first!.trust,
    support: joinSupport(
      witnesses.flatMap(({ support }) => support),
      seenLimits.support,
    ),
  };
}

/** A program is told with those that it descends from, nearest first. */
function witnessText(detail: ObservationDetail): string {
  const text = detailText(detail);
  const parents = detail.kind === "exec" ? (detail.parents ?? []) : [];
  return parents.length === 0 ? text : `${text} (by ${parents.join(", ")})`;
}

function firstOf(witnesses: readonly Observation[]): string {
  return witnesses.flatMap(({ support }) => support.map(({ first }) => first)).toSorted()[0]!;
}

function programOf(detail: ObservationDetail): string | undefined {
  return detail.kind === "exec" || detail.kind === "setuid" || detail.kind === "exit"
    ? detail.path
    : undefined;
}

function joined(a: Detection, b: Detection): Detection {
  return {
    ...a,
    message: a.message < b.message ? a.message : b.message,
    trust: a.trust === b.trust ? a.trust : "tool",
    support: joinSupport([...a.support, ...b.support], seenLimits.support),
  };
}
