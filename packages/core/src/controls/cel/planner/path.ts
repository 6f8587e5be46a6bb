/**
 * Reads of variables and what is in them: `a.b.?c[d]`.
 *
 * Kubernetes charges 1 for the variable and 1 for each step taken. A step from a place that has no such entry fails,
 * or makes the whole path `none` once a step was optional. Reads are of own properties only: `__proto__` and
 * `constructor` are keys like others.
 */
import { meter } from "../meter.ts";
import { Failure, Optional, fail, none } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { fieldOf, hasField, missing, presence, qualify, readField, readFirst, readOptional } from "./read.ts";
import type { Field } from "./read.ts";

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

/** Steps from where a value is. */
export interface Walk {
  readonly kind: "walk";
  readonly base: Run;
  /** The slot that the base reads, where it is a variable of the frame. */
  readonly slot?: number;
  readonly steps: readonly Step[];
}

/** `condition ? yes : no`, where both branches take the steps that follow. */
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
  if (walk.steps.every((step) => !step.optional)) return runPlain(walk, cost) ?? runGeneral(walk, cost);
  const read = peekWalk(walk, cost);
  if (isTest(walk)) return (frame) => presence(read(frame));
  return (frame) => {
    const value = read(frame);
    return value === undefined ? none : wrap(value);
  };
}

function wrap(value: Value): Value {
  return value instanceof Failure ? value : new Optional(value);
}

/** Walks from a value by few constant field names: the most frequent reads, without a loop. */
function runPlain(walk: Walk, cost: number): Run | undefined {
  const { slot, base, steps } = walk;
  const start: Run = slot === undefined ? base : (frame) => frame[slot] ?? null;
  if (steps.length === 0) return cost === 0 ? start : (frame) => charge(start(frame), cost);
  const fields = steps.map((step) => fieldOf(step.key));
  if (fields.length > 3 || fields.includes(undefined)) return undefined;
  const [a, b, c] = fields as [Field, Field?, Field?];
  const last = isTest(walk) ? hasField : readField;
  const read = (value: Value): Value => {
    if (b === undefined) return last(value, a);
    const second = readField(value, a);
    return c === undefined ? last(second, b) : last(readField(second, b), c);
  };
  return (frame) => {
    const value = start(frame);
    meter.cost += cost;
    return value instanceof Optional ? readInside(value, steps, frame) : read(value);
  };
}

function charge(value: Value, cost: number): Value {
  meter.cost += cost;
  return value;
}

function runGeneral(walk: Walk, cost: number): Run {
  const { base, steps } = walk;
  return (frame) => charge(takeSteps(base(frame), steps, frame), cost);
}

function takeSteps(start: Value, steps: readonly Step[], frame: Frame): Value {
  if (start instanceof Optional) return readInside(start, steps, frame);
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

function found(value: Value | undefined, key: Value): Value {
  return value === undefined ? missing(key) : value;
}

function readInside(optional: Optional, steps: readonly Step[], frame: Frame): Value {
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
  const { base, slot, steps } = walk;
  const start: Run = slot === undefined ? base : (frame) => frame[slot] ?? null;
  const fields = steps.map((step) => (step.optional ? fieldOf(step.key) : undefined));
  if (fields.length <= 3 && !fields.includes(undefined))
    return peekFields(start, fields as [Field, Field?, Field?], cost);
  return (frame) => {
    const from = base(frame);
    const value = from instanceof Failure ? from : walkOptional(from, steps, frame, true);
    meter.cost += cost;
    return value;
  };
}

function peekFields(start: Run, [a, b, c]: readonly [Field, Field?, Field?], cost: number) {
  return (frame: Frame): Value | undefined => {
    const first = readFirst(start(frame), a, cost);
    if (b === undefined || first === undefined) return first;
    const second = readOptional(first, b);
    return c === undefined || second === undefined ? second : readOptional(second, c);
  };
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
