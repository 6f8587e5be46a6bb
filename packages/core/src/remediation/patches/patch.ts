/** Fixes as patches: a control's fix steps made into RFC 6902 operations against one resource, and operations applied. */
import type { FixStep } from "../../controls/control.ts";
import { baseOf, type Place } from "../../controls/places.ts";
import { childAt, parsePath, pointerOf, valueAt } from "../../inventory/path.ts";
import type { PatchOperation } from "../../model/finding.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Path } from "../../model/resource.ts";
import { computedValue } from "./computed.ts";

/**
 * The operations that carry out fix steps at a place, each against the outcome of those before it. None where what a
 * step works out has no value: half a fix is no fix.
 */
export function operationsFor<T extends Json>(
  resource: T,
  place: Place,
  steps: readonly FixStep[],
): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  let state: Json = resource;
  for (const [index, step] of steps.entries()) {
    const more = operationsOf(state, place, step);
    if (more === undefined) return [];
    operations.push(...more);
    if (index < steps.length - 1) state = applyOperations(state, more);
  }
  return operations;
}

/** The operations of one step, none where nothing changes; `undefined` where what it works out has no value. */
function operationsOf(state: Json, place: Place, step: FixStep): readonly PatchOperation[] | undefined {
  const text = "set" in step ? step.set : "remove" in step ? step.remove : step.append;
  const path = [...baseOf(place, step.base), ...(text === "" ? [] : parsePath(text))];
  if ("remove" in step && step.keys !== undefined) {
    const keys = computedValue(step.keys, state, place);
    if (!isJsonArray(keys)) return undefined;
    return keys.flatMap((key) => removeOperation(state, [...path, String(key)]));
  }
  if ("remove" in step) return removeOperation(state, path);
  if (!("from" in step)) return listOf(operationFor(state, path, step));
  const to = computedValue(step.from, state, place);
  return to === undefined ? undefined : listOf(setOperation(state, path, to));
}

function listOf(operation: PatchOperation | undefined): readonly PatchOperation[] {
  return operation === undefined ? [] : [operation];
}

function removeOperation(state: Json, path: Path): readonly PatchOperation[] {
  return valueAt(state, path) === undefined ? [] : [{ op: "remove", path: pointerOf(path) }];
}

type PlainStep = Extract<FixStep, { readonly to: Json } | { readonly append: string }>;

function operationFor(state: Json, path: Path, step: PlainStep): PatchOperation | undefined {
  const found = valueAt(state, path);
  if ("set" in step) return setOperation(state, path, step.to);
  if (!isJsonArray(found)) return setOperation(state, path, [step.value]);
  const enough = [step.value, ...(step.unless ?? [])];
  if (found.some((entry) => enough.some((value) => sameJson(entry, value)))) return undefined;
  return { op: "add", path: `${pointerOf(path)}/-`, value: step.value };
}

/** Sets a value, with one operation that also makes the parents that are missing. */
function setOperation(state: Json, path: Path, value: Json): PatchOperation | undefined {
  const found = valueAt(state, path);
  if (found !== undefined)
    return sameJson(found, value) ? undefined : { op: "replace", path: pointerOf(path), value };
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const parent = valueAt(state, path.slice(0, depth));
    if (!isJsonObject(parent) && !isJsonArray(parent)) continue;
    const made = path.slice(depth + 1).reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
    return { op: "add", path: pointerOf(path.slice(0, depth + 1)), value: made };
  }
  return { op: "replace", path: "", value };
}

/** Applies operations in order to a copy; the parts that do not change are shared. A path that does not exist is an error. */
export function applyOperations<T extends Json>(root: T, operations: readonly PatchOperation[]): T {
  return operations.reduce<Json>(
    (state, operation) => applyOne(state, stepsOfOperation(operation), operation),
    root,
  ) as T;
}

function applyOne(value: Json, steps: readonly string[], operation: PatchOperation): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return operation.op === "remove" ? null : operation.value;
  if (isJsonArray(value)) return applyToList(value, step, rest, operation);
  if (!isJsonObject(value)) throw new RangeError(`patch path ${operation.path} does not exist`);
  if (rest.length > 0) {
    const child = Object.hasOwn(value, step) ? value[step] : undefined;
    if (child === undefined) throw new RangeError(`patch path ${operation.path} does not exist`);
    return { ...value, [step]: applyOne(child, rest, operation) };
  }
  if (operation.op === "remove") return without(value, step);
  return { ...value, [step]: operation.value };
}

function applyToList(
  list: readonly Json[],
  step: string,
  rest: readonly string[],
  operation: PatchOperation,
): Json {
  const index = step === "-" ? list.length : Number(step);
  if (rest.length > 0) return list.with(index, applyOne(list[index]!, rest, operation));
  if (operation.op === "remove") return list.toSpliced(index, 1);
  return operation.op === "add"
    ? list.toSpliced(index, 0, operation.value)
    : list.with(index, operation.value);
}

function without(value: JsonObject, key: string): JsonObject {
  const { [key]: _removed, ...kept } = value;
  return kept;
}

/** What stands at a JSON pointer (RFC 6901), `undefined` where nothing does. */
export function valueAtPointer(root: Json, pointer: string): Json | undefined {
  return stepsOf(pointer).reduce<Json | undefined>(
    (value, step) => childAt(value, isJsonArray(value) && /^\d+$/.test(step) ? Number(step) : step),
    root,
  );
}

const known = new WeakMap<PatchOperation, readonly string[]>();

/** One patch is applied to all resources that are alike. */
function stepsOfOperation(operation: PatchOperation): readonly string[] {
  let steps = known.get(operation);
  if (steps === undefined) known.set(operation, (steps = stepsOf(operation.path)));
  return steps;
}

function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Equal values, whatever the order of keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isJsonArray(a) && isJsonArray(b))
    return a.length === b.length && a.every((entry, index) => sameJson(entry, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
