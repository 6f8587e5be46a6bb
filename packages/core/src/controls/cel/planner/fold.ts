/** The loops of macros over lists and maps, and what they charge. */
import { find, keyOf, mapKeys } from "../values/equality.ts";
import { checkBudget, checkSize, meter } from "../meter.ts";
import type { Frame, Run } from "./path.ts";
import type { Cell } from "./scope.ts";
import { CelMap, Failure, fail, isList, isMap, noOverload, typeName } from "../values/value.ts";
import type { Key, Value, Values } from "../values/value.ts";

/** A loop: what it runs over, the variables it sets, and what it evaluates for each element. */
export interface Body {
  readonly range: Run;
  /** The element or key; with `second`, the index or key. */
  readonly first: Cell;
  /** The element or value. */
  readonly second?: Cell;
  /** Only elements for which this holds are taken. */
  readonly condition?: Run;
  readonly each: Run;
  /** Whether `each` is a constant, so that a list of it is too. */
  readonly isConstant?: boolean;
}

/** Runs a step for each element of a range until it gives false; a Failure where the range is none. */
function forEach(body: Body, frame: Frame, step: () => boolean): Failure | undefined {
  const { first, second } = body;
  const range = body.range(frame);
  if (isList(range)) return overList(range, first, second, step);
  if (isMap(range)) {
    for (const key of mapKeys(range)) {
      first.value = key;
      if (second !== undefined) second.value = find(range, key) ?? null;
      if (!step()) break;
      checkBudget();
    }
    return undefined;
  }
  return range instanceof Failure
    ? range
    : fail("no-such-overload", `got '${typeName(range)}', expected iterable type`);
}

function overList(list: Values, first: Cell, second: Cell | undefined, step: () => boolean): undefined {
  for (let i = 0; i < list.length; i++) {
    const element = list[i] ?? null;
    first.value = second === undefined ? element : i;
    if (second !== undefined) second.value = element;
    if (!step()) break;
    checkBudget();
  }
}

/** `all`: false where one element is false, else a failure where one failed. */
export function allOf(body: Body): Run {
  return (frame) => quantify(body, frame, false, 2);
}

/** `exists`: true where one element is true, else a failure where one failed. */
export function existsIn(body: Body): Run {
  return (frame) => quantify(body, frame, true, 3);
}

/** Looks for a decisive element; `condition` is what it costs to ask whether one was found. */
function quantify(body: Body, frame: Frame, decisive: boolean, condition: number): Value {
  const { each } = body;
  let result: Value = !decisive;
  const failure = forEach(body, frame, () => {
    meter.cost += condition;
    if (result === decisive) return false;
    meter.cost++;
    const value = each(frame);
    if (value === decisive) result = decisive;
    else if (result === !decisive && value !== result) result = notBool(value);
    return true;
  });
  if (failure !== undefined) return failure;
  meter.cost++;
  return result;
}

function notBool(value: Value): Failure {
  return value instanceof Failure ? value : noOverload("_&&_", value);
}

/** `exists_one`: whether just one element is true; each is looked at, and each failure counts. */
export function countOne(body: Body): Run {
  const { each } = body;
  return (frame) => {
    let count = 0;
    let failed: Failure | undefined;
    const failure = forEach(body, frame, () => {
      const value = each(frame);
      if (value === true) {
        meter.cost += 2;
        count++;
      } else if (value !== false) failed = notBool(value);
      return true;
    });
    if (failure !== undefined) return failure;
    meter.cost += 2;
    return failed ?? count === 1;
  };
}

/** Whether an element is taken; notes a failure of the condition. */
function taken(condition: Run | undefined, frame: Frame): boolean | Failure {
  if (condition === undefined) return true;
  const value = condition(frame);
  return typeof value === "boolean" ? value : notBool(value);
}

/** `map`, `filter` and `transformList`. */
export function listOf(body: Body): Run {
  const { condition, each, isConstant } = body;
  const cost = isConstant === true ? 1 : 11;
  return (frame) => {
    const list: Value[] = [];
    let failed: Failure | undefined;
    const failure = forEach(body, frame, () => {
      const chosen = taken(condition, frame);
      if (chosen instanceof Failure) failed = chosen;
      if (chosen !== true) return true;
      meter.cost++;
      const value = each(frame);
      meter.cost += cost;
      if (value instanceof Failure) failed ??= value;
      else {
        list.push(value);
        checkSize(list.length);
      }
      return true;
    });
    if (failure !== undefined) return failure;
    meter.cost++;
    return failed ?? list;
  };
}

/** `transformMap`; after a failure nothing more is evaluated. */
export function mapOf(body: Body): Run {
  return collect(body, false, (map, value, frame) => {
    meter.cost++;
    const key = body.first.value ?? null;
    const made = value(frame);
    meter.cost++;
    return made instanceof Failure ? made : insert(map, key, made);
  });
}

/** `transformMapEntry`; after a failure elements are still evaluated. */
export function mergeOf(body: Body): Run {
  return collect(body, true, (map, value, frame) => {
    const made = value(frame);
    meter.cost++;
    if (made instanceof Failure) return made;
    if (!isMap(made)) return noOverload("cel.@mapInsert", made);
    for (const key of mapKeys(made)) {
      const failure = insert(map, key, find(made, key) ?? null);
      if (failure !== undefined) return failure;
    }
    return undefined;
  });
}

type Entries = Map<Key, readonly [Value, Value]>;

function insert(map: Entries, key: Value, value: Value): Failure | undefined {
  const form = keyOf(key);
  if (form === undefined) return fail("invalid", "unsupported key type");
  if (map.has(form)) return fail("invalid", `insert failed: key ${String(key)} already exists`);
  map.set(form, [key, value]);
  return undefined;
}

type Put = (map: Entries, each: Run, frame: Frame) => Failure | undefined;

function collect(body: Body, evaluatesAll: boolean, put: Put): Run {
  const { condition, each } = body;
  return (frame) => {
    const map: Entries = new Map();
    let failed: Failure | undefined;
    const failure = forEach(body, frame, () => {
      const chosen = taken(condition, frame);
      if (chosen instanceof Failure) failed = chosen;
      if (chosen !== true) return true;
      meter.cost++;
      if (failed === undefined || evaluatesAll) {
        const wrong = put(map, each, frame);
        failed ??= wrong;
      }
      return true;
    });
    if (failure !== undefined) return failure;
    meter.cost++;
    return failed ?? new CelMap(map);
  };
}
