/** Sprig's functions on maps. Where Go walks a map in no order, this walks it sorted. */
import { tick } from "../template/budget.ts";
import { aliases, define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import {
  anyDict,
  dictOf,
  isDict,
  isList,
  isObject,
  plain,
  sortedKeys,
  typeName,
  type Definition,
  type Dict,
  type Value,
} from "../template/value.ts";
import { textOfValue } from "./cast.ts";
import { isEmptyValue } from "./compare.ts";

/** The same map, as a function whose parameter is a plain map sees it. */
function bare(dict: Dict): Dict {
  return dict.type === anyDict ? dict : { kind: "dict", type: anyDict, entries: dict.entries };
}

function dict(...values: Value[]): Dict {
  const made = dictOf();
  for (let at = 0; at < values.length; at += 2) {
    made.entries.set(textOfValue(values[at]), at + 1 < values.length ? values[at + 1] : "");
  }
  return made;
}

function pick(from: Dict, ...names: string[]): Dict {
  return dictOf(names.filter((name) => from.entries.has(name)).map((name) => [name, from.entries.get(name)]));
}

function omit(from: Dict, ...names: string[]): Dict {
  return dictOf([...from.entries].filter(([name]) => !names.includes(name)));
}

/** How mergo merges maps: what is empty in the first is filled; with `overwrite` the second wins. */
function mergeInto(into: Dict, from: Dict, overwrite: boolean): void {
  for (const [key, value] of from.entries) {
    tick();
    const known = into.entries.get(key);
    if (value === null || value === undefined) {
      if (overwrite) into.entries.set(key, value);
    } else if (isDict(value) && isDict(known) && !isEmptyValue(known)) mergeInto(known, value, overwrite);
    else if (overwrite || isEmptyValue(known)) {
      if (isDict(value) && isDict(known)) mergeInto(known, value, overwrite);
      into.entries.set(key, value);
    }
  }
}

function merged(overwrite: boolean): (into: Dict, ...from: Dict[]) => Dict {
  return (into, ...from) => {
    for (const source of from) mergeInto(into, source, overwrite);
    return bare(into);
  };
}

export function deepCopy(value: Value): Value {
  tick(8);
  if (isDict(value)) {
    const entries = new Map([...value.entries].map(([key, item]) => [key, deepCopy(item)]));
    return { ...value, entries };
  }
  return isList(value) ? { ...value, items: value.items.map(deepCopy) } : value;
}

function dig(...steps: Value[]): Value {
  if (steps.length < 3) throw failure("dig needs at least three arguments");
  let current: Value = steps.at(-1);
  const otherwise = steps.at(-2);
  for (const step of steps.slice(0, -2)) {
    const name = plain(step);
    if (typeof name !== "string") {
      throw failure(`interface conversion: interface {} is ${typeName(name)}, not string`);
    }
    if (!isDict(current) || current.type !== anyDict) {
      const given = isObject(current) || current !== null ? typeName(current) : "nil";
      throw failure(`interface conversion: interface {} is ${given}, not map[string]interface {}`);
    }
    if (!current.entries.has(name)) return otherwise;
    current = current.entries.get(name);
  }
  return current;
}

export const dicts: readonly Definition[] = [
  define("dict", "...any -> dict", dict),
  define("get", "dict string -> any", (from: Dict, key: string) =>
    from.entries.has(key) ? from.entries.get(key) : "",
  ),
  define("set", "dict string any -> dict", (into: Dict, key: string, value: Value) => {
    into.entries.set(key, value);
    return bare(into);
  }),
  define("unset", "dict string -> dict", (from: Dict, key: string) => {
    from.entries.delete(key);
    return bare(from);
  }),
  define("hasKey", "dict string -> bool", (from: Dict, key: string) => from.entries.has(key)),
  define("pluck", "string ...dict -> list", (key: string, ...from: Dict[]) =>
    from.filter(({ entries }) => entries.has(key)).map(({ entries }) => entries.get(key)),
  ),
  define("keys", "...dict -> strings", (...from: Dict[]) => from.flatMap(sortedKeys)),
  define("values", "dict -> list", (from: Dict) => sortedKeys(from).map((key) => from.entries.get(key))),
  define("pick", "dict ...string -> dict", pick),
  define("omit", "dict ...string -> dict", omit),
  ...aliases(define("merge", "dict ...dict -> any", merged(false)), "mustMerge"),
  ...aliases(define("mergeOverwrite", "dict ...dict -> any", merged(true)), "mustMergeOverwrite"),
  ...aliases(define("deepCopy", "any -> any", deepCopy), "mustDeepCopy"),
  define("dig", "...any -> any", dig),
];
