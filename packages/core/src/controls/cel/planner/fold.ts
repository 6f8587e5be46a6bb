/** The loops of macros over lists and maps, and what they charge. */
import { find, newKey, mapKeys } from "../values/equality.ts";
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

/** What a loop runs over: the elements of a list or the keys of a map, or why there are none. */
function itemsOf(range: Value): Values | Failure {
  if (isList(range)) return range;
  if (isMap(range)) return mapKeys(range);
  if (range instanceof Failure) return range;
  return fail("no-such-overload", `got '${typeName(range)}', expected iterable type`);
}

/** Sets the variables for one turn of a loop. */
function turn({ first, second }: Body, range: Value, items: Values, i: number): void {
  checkBudget();
  const item = items[i] ?? null;
  if (second === undefined) {
    first.value = item;
  } else if (isMap(range)) {
    first.value = item;
    second.value = find(range, item) ?? null;
  } else {
    first.value = i;
    second.value = item;
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
  const range = body.range(frame);
  const items = itemsOf(range);
  if (items instanceof Failure) return items;
  let result: Value = !decisive;
  for (let i = 0; i < items.length; i++) {
    meter.cost += condition;
    if (result === decisive) break;
    turn(body, range, items, i);
    meter.cost++;
    const value = body.each(frame);
    if (value === decisive) result = decisive;
    else if (result === !decisive && value !== result) result = notBool(value);
  }
  meter.cost++;
  return result;
}

function notBool(value: Value): Failure {
  return value instanceof Failure ? value : noOverload("_&&_", value);
}

/** `exists_one`: whether just one element is true; each is looked at, and each failure counts. */
export function countOne(body: Body): Run {
  return (frame) => {
    const range = body.range(frame);
    const items = itemsOf(range);
    if (items instanceof Failure) return items;
    let count = 0;
    let failed: Failure | undefined;
    for (let i = 0; i < items.length; i++) {
      turn(body, range, items, i);
      const value = body.each(frame);
      if (value === true) {
        meter.cost += 2;
        count++;
      } else if (value !== false) failed = notBool(value);
    }
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
    const range = body.range(frame);
    const items = itemsOf(range);
    if (items instanceof Failure) return items;
    const list: Value[] = [];
    let failed: Failure | undefined;
    for (let i = 0; i < items.length; i++) {
      turn(body, range, items, i);
      const chosen = taken(condition, frame);
      if (chosen instanceof Failure) failed = chosen;
      if (chosen !== true) continue;
      meter.cost++;
      const value = each(frame);
      meter.cost += cost;
      if (value instanceof Failure) failed ??= value;
      else list.push(value);
    }
    checkSize(list.length);
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
  const form = newKey(key);
  if (form === undefined) return fail("invalid", "unsupported key type");
  if (map.has(form)) return fail("invalid", `insert failed: key ${String(key)} already exists`);
  map.set(form, [key, value]);
  return undefined;
}

type Put = (map: Entries, each: Run, frame: Frame) => Failure | undefined;

function collect(body: Body, evaluatesAll: boolean, put: Put): Run {
  const { condition, each } = body;
  return (frame) => {
    const range = body.range(frame);
    const items = itemsOf(range);
    if (items instanceof Failure) return items;
    const map: Entries = new Map();
    let failed: Failure | undefined;
    for (let i = 0; i < items.length; i++) {
      turn(body, range, items, i);
      const chosen = taken(condition, frame);
      if (chosen instanceof Failure) failed = chosen;
      if (chosen !== true) continue;
      meter.cost++;
      if (failed !== undefined && !evaluatesAll) continue;
      const wrong = put(map, each, frame);
      failed ??= wrong;
    }
    meter.cost++;
    return failed ?? new CelMap(map);
  };
}
