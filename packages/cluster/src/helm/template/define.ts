/** How a function says what it takes and gives: `define("indent", "int string -> string", (spaces, text) => …)`. */
import { unsupported } from "./fault.ts";
import {
  anyDict,
  dictOf,
  intOf,
  isObject,
  listOf,
  type Definition,
  type Parameter,
  type ResultType,
  type Value,
} from "./value.ts";

/** The types of parameters as JavaScript has them. */
export function define(
  name: string,
  signature: string,
  call: (...args: never[]) => unknown,
  traces = false,
): Definition {
  const [taken = "", given = ""] = signature.split("->").map((part) => part.trim());
  const words = taken === "" ? [] : taken.split(" ");
  const last = words.at(-1);
  const rest = last?.startsWith("...") === true ? (last.slice(3) as Parameter) : undefined;
  const parameters = (rest === undefined ? words : words.slice(0, -1)) as Parameter[];
  const definition = { name, parameters, result: given as ResultType, call };
  return { ...definition, ...(rest === undefined ? {} : { rest }), ...(traces ? { traces } : {}) };
}

/** The same function by other names. */
export function aliases(definition: Definition, ...names: readonly string[]): readonly Definition[] {
  return [definition, ...names.map((name) => ({ ...definition, name }))];
}

/** A function that is known by name and that only helm itself can do. */
export function beyond(name: string, why: string): Definition {
  return define(name, "...any -> any", () => {
    throw unsupported(`the function ${name} (${why})`);
  });
}

export function tableOf(...groups: readonly (readonly Definition[])[]): ReadonlyMap<string, Definition> {
  return new Map(groups.flat().map((definition) => [definition.name, definition]));
}

/** What a function gave, as a value. */
export function resultOf(type: ResultType, given: unknown): Value {
  if (isTagged(given)) return given as Value;
  switch (type) {
    case "int":
    case "int64":
      return intOf(given as bigint | number, type);
    case "strings":
      return listOf(given as Value[], "[]string");
    case "ints":
      return listOf(
        (given as number[]).map((item) => intOf(item)),
        "[]int",
      );
    case "list":
      return listOf(given as Value[]);
    case "dict":
      return dictOf(given as Map<string, Value>, anyDict);
    default:
      return given as Value;
  }
}

function isTagged(given: unknown): boolean {
  return isObject(given as Value) && typeof (given as { kind?: unknown }).kind === "string";
}

export const parameterNames: Readonly<Record<Parameter, string>> = {
  any: "interface {}",
  value: "reflect.Value",
  string: "string",
  int: "int",
  int64: "int64",
  float64: "float64",
  bool: "bool",
  dict: anyDict,
  list: "[]interface {}",
  strings: "[]string",
  time: "time.Time",
};
