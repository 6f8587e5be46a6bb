/** Kubernetes' searches by pattern. */
import { findAll } from "../values/pattern.ts";
import { Failure, isInt, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

function find(text: Value, source: Value): Value {
  if (typeof text !== "string" || typeof source !== "string") return noOverload("find", text, source);
  const found = findAll(text, source, 1);
  return found instanceof Failure ? found : (found[0] ?? "");
}

function findEach(text: Value, source: Value, limit: Value): Value {
  const most = limit === undefined ? -1 : limit;
  if (typeof text !== "string" || typeof source !== "string" || !isInt(most)) {
    return noOverload("findAll", text, source, most);
  }
  return findAll(text, source, Number(most));
}

/** The functions of this library. */
export const patterns: readonly FunctionDefinition[] = [
  define("find", ["string_find_string string.(string) -> string"], find),
  define(
    "findAll",
    [
      "string_find_all_string string.(string) -> list(string)",
      "string_find_all_string_int string.(string, int) -> list(string)",
    ],
    findEach,
  ),
];
