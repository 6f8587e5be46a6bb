/**
 * Reads of variables and what is in them: `a.b.?c[d]`.
 *
 * Kubernetes charges 1 for the variable and 1 for each step taken. A step from a place that has no such entry fails,
 * or makes the whole path `none` once a step was optional. Reads are of own properties only: `__proto__` and
 * `constructor` are keys like others.
 */
import { find } from "../values/equality.ts";
import { meter } from "../meter.ts";
import {
  Boxed,
  Double,
  Failure,
  Optional,
  Uint,
  doubleOf,
  fail,
  isList,
  isMap,
  isStruct,
  none,
} from "../values/value.ts";
import type { Struct, Value } from "../values/value.ts";

/** The values of the variables, by slot. */
export type Frame = readonly Value[];

/** A compiled expression: gives its value, and charges its cost to the meter. */
export type Run = (frame: Frame) => Value;

/** One step of a path. A constant key, or a key to be evaluated first. */
export interface Step {
  readonly key: Value | Run;
  readonly optional: boolean;
  /** For the last step of `has`: gives whether the entry is there. */
  readonly test?: boolean;
}

/** Where a path starts and how it goes on, or a choice between two. */
export type Path = Walk | Choice;

export interface Walk {
  readonly kind: "walk";
  readonly base: Run;
  /** The slot that the base reads, where it is a variable of the frame. */
  readonly slot?: number;
  readonly steps: readonly Step[];
}

export interface Choice {
  readonly kind: "choice";
  readonly condition: Run;
  readonly yes: Path;
  readonly no: Path;
}

/** A path with one more step. */
export function extend(path: Path, step: Step): Path {
  if (path.kind === "walk") return { ...path, steps: [...path.steps, step] };
  return { ...path, yes: extend(path.yes, step), no: extend(path.no, step) };
}

/** The evaluation of a path by itself. */
export function runPath(path: Path): Run {
  return path.kind === "walk" ? runWalk(path, isTest(path) ? 0 : 1) : runChoice(path);
}

/** The evaluation of a path as a branch of a choice or as an index, where the variable itself is not charged. */
export function runInner(path: Path): Run {
  return path.kind === "walk" ? runWalk(path, 0) : runChoice(path);
}

function isTest(path: Walk): boolean {
  return path.steps.at(-1)?.test === true;
}

function runChoice(choice: Choice): Run {
  const { condition } = choice;
  const yes = runInner(choice.yes);
  const no = runInner(choice.no);
  return (frame) => {
    const chosen = condition(frame);
    if (chosen === true) return yes(frame);
    if (chosen === false) return no(frame);
    return chosen instanceof Failure ? chosen : fail("no-such-overload", "the condition of ?: is no bool");
  };
}

function runWalk(walk: Walk, cost: number): Run {
  const plain = runPlain(walk, cost);
  if (plain !== undefined) return plain;
  if (walk.steps.every((step) => !step.optional)) return runGeneral(walk, cost);
  const read = peekWalk(walk, cost);
  if (isTest(walk)) {
    return (frame) => {
      const value = read(frame);
      return value instanceof Failure ? value : value !== undefined;
    };
  }
  return (frame) => {
    const value = read(frame);
    return value === undefined ? none : wrap(value);
  };
}

function wrap(value: Value): Value {
  return value instanceof Failure ? value : new Optional(value);
}

/** Field names that a read `object[name]` of a list or any object might find on a prototype. */
function isInherited(name: string): boolean {
  return name in Array.prototype;
}

/** Walks from a value by constant field names only: the most frequent reads, without a loop. */
function runPlain(walk: Walk, cost: number): Run | undefined {
  const { slot, base, steps } = walk;
  const names = steps.map((step) => step.key);
  if (!names.every((name) => typeof name === "string" && !isInherited(name))) return undefined;
  if (steps.some((step) => step.optional || step.test === true)) return undefined;
  const [a, b, c] = names as readonly string[];
  const start: Run = slot === undefined ? base : (frame) => frame[slot] ?? null;
  if (a === undefined) return cost === 0 ? start : (frame) => charge(start(frame), cost);
  if (names.length > 3) return undefined;
  return (frame) => {
    const value = start(frame);
    meter.cost += cost;
    if (value instanceof Optional) return readOptional(value, steps, frame);
    const first = step(value, a);
    if (b === undefined) return first;
    return c === undefined ? step(first, b) : step(step(first, b), c);
  };
}

function charge(value: Value, cost: number): Value {
  meter.cost += cost;
  return value;
}

/** One charged step by a name that no prototype has. A failure is handed on without charge. */
function step(from: Value, name: string): Value {
  if (typeof from === "object" && from !== null) {
    const value = (from as Struct)[name];
    if (value !== undefined && !(from instanceof Boxed)) {
      meter.cost++;
      return value;
    }
  }
  return from instanceof Failure ? from : (meter.cost++, found(qualify(from, name), name));
}

function found(value: Value | undefined, key: Value): Value {
  return value === undefined ? missing(key) : value;
}

function missing(key: Value): Failure {
  return typeof key === "number"
    ? fail("out-of-range", `index out of bounds: ${key}`)
    : fail("no-such-key", `no such key: ${String(key)}`);
}

function runGeneral(walk: Walk, cost: number): Run {
  const { base, steps } = walk;
  return (frame) => charge(takeSteps(base(frame), steps, frame), cost);
}

function takeSteps(start: Value, steps: readonly Step[], frame: Frame): Value {
  if (start instanceof Optional) return readOptional(start, steps, frame);
  let value = start;
  for (const { key, test } of steps) {
    if (value instanceof Failure) return value;
    const name = typeof key === "function" ? key(frame) : key;
    meter.cost++;
    if (name instanceof Failure) return name;
    const next = qualify(value, name);
    value = test === true ? presence(next) : found(next, name);
  }
  return value;
}

function presence(value: Value | undefined): Value {
  return value instanceof Failure ? value : value !== undefined;
}

function readOptional(optional: Optional, steps: readonly Step[], frame: Frame): Value {
  if (steps.length === 0) return optional;
  const value = optional.value === undefined ? undefined : walkOptional(optional.value, steps, frame);
  if (steps.at(-1)?.test === true) return presence(value);
  return value === undefined ? none : wrap(value);
}

/** Whether a path gives an optional by its own steps. */
export function isOptional(path: Path): path is Walk {
  return path.kind === "walk" && path.steps.some((step) => step.optional);
}

/** The evaluation of a path that has an optional step: its value, or undefined where it is `none`. */
export function peek(path: Walk): (frame: Frame) => Value | undefined {
  return peekWalk(path, 1);
}

function peekWalk(walk: Walk, cost: number): (frame: Frame) => Value | undefined {
  const { base, steps } = walk;
  const names = steps.map((entry) => entry.key);
  if (steps.every((entry) => entry.optional && typeof entry.key === "string" && !isInherited(entry.key))) {
    const [first, second] = names as readonly string[];
    if (first !== undefined && names.length === 1) return (frame) => firstStep(base(frame), first, cost);
    if (first !== undefined && second !== undefined && names.length === 2) {
      return (frame) => {
        const middle = firstStep(base(frame), first, cost);
        return middle === undefined ? undefined : optionalStep(middle, second);
      };
    }
  }
  return (frame) => {
    const start = base(frame);
    const value = start instanceof Failure ? start : walkOptional(start, steps, frame, true);
    meter.cost += cost;
    return value;
  };
}

/** The first of optional steps, which looks into an optional. */
function firstStep(from: Value, name: string, cost: number): Value | undefined {
  meter.cost += cost;
  if (!(from instanceof Optional)) return optionalStep(from, name);
  return from.value === undefined ? undefined : charged(qualify(from.value, name));
}

function optionalStep(from: Value, name: string): Value | undefined {
  if (typeof from !== "object" || from === null) return undefined;
  const value = (from as Struct)[name];
  if (value !== undefined && !(from instanceof Boxed)) {
    meter.cost++;
    return value;
  }
  return from instanceof Failure ? from : charged(qualify(from, name));
}

function charged(value: Value | undefined): Value | undefined {
  if (value !== undefined && !(value instanceof Failure)) meter.cost++;
  return value;
}

/** Takes steps of which one was optional (or is, when `strict`: until then an absence is a failure). */
function walkOptional(start: Value, steps: readonly Step[], frame: Frame, strict = false): Value | undefined {
  let value: Value = start;
  let lenient = !strict;
  if (value instanceof Optional) {
    if (value.value === undefined) return undefined;
    value = value.value;
    lenient = true;
  }
  for (const { key, optional } of steps) {
    lenient ||= optional;
    const name = typeof key === "function" ? key(frame) : key;
    if (name instanceof Failure) return lenient ? name : charge(name, 1);
    const next = qualify(value, name);
    if (lenient) {
      if (next === undefined || next instanceof Failure) return next;
      meter.cost++;
      value = next;
      continue;
    }
    meter.cost++;
    value = found(next, name);
    if (value instanceof Failure) return value;
  }
  return value;
}

/** Whether a value can be a key or an index at all. */
export function isKey(key: Value): boolean {
  return key !== null && (typeof key !== "object" || key instanceof Uint || key instanceof Double);
}

/** The entry of a map or list; undefined where there is none, a Failure where the key is of no use. */
export function qualify(from: Value, key: Value): Value | undefined {
  if (!isKey(key)) return fail("invalid", "invalid qualifier type");
  if (isStruct(from)) return typeof key === "string" && Object.hasOwn(from, key) ? from[key] : undefined;
  if (isList(from)) {
    const index = indexOf(key);
    return typeof index === "number" ? from[index] : index;
  }
  return isMap(from) ? find(from, key) : undefined;
}

function indexOf(key: Value): number | Failure {
  const real = doubleOf(key);
  const number = key instanceof Uint ? Number(key.value) : (real ?? key);
  if (typeof number === "bigint") return -1;
  if (typeof number !== "number") return fail("invalid", `unsupported index type in list`);
  return Number.isInteger(number) ? number : fail("invalid", `unsupported index value ${number} in list`);
}
