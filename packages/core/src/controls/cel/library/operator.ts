/** The signatures of operators, by the names that Kubernetes gives them; planner/plan.ts evaluates them. */
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";
import type { Value } from "../values/value.ts";

const keep = (value: Value): Value => value;

/** A signature of two arguments. */
function two(id: string, a: string, b: string, result: string): string {
  return `${id} (${a}, ${b}) -> ${result}`;
}

/** The types that have an order, with their names in overload ids; numbers are also compared with each other. */
const ORDERED = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"];
const NUMBERS = ["int", "uint", "double"];
const WIDE: Readonly<Record<string, string>> = { int: "int64", uint: "uint64" };

function comparison(name: string, id: string): FunctionDefinition {
  const wide = (type: string): string => WIDE[type] ?? type;
  const overloads = ORDERED.flatMap((type) => [
    two(`${id}_${wide(type)}`, type, type, "bool"),
    ...NUMBERS.filter((other) => NUMBERS.includes(type) && other !== type).map((other) =>
      two(`${id}_${wide(type)}_${wide(other)}`, type, other, "bool"),
    ),
  ]);
  return define(name, overloads, keep);
}

/** The signatures of an operator of two values of one type. */
function alike(id: string, types: readonly string[]): string[] {
  return types.map((type) => two(`${id}_${WIDE[type] ?? type}`, type, type, type));
}

/** The operators. */
export const operators: readonly FunctionDefinition[] = [
  define("!_", ["logical_not (bool) -> bool"], keep),
  define("-_", ["negate_double (double) -> double", "negate_int64 (int) -> int"], keep),
  define("_==_", ["equals (A, A) -> bool"], keep),
  define("_!=_", ["not_equals (A, A) -> bool"], keep),
  define("@in", ["in_list (A, list(A)) -> bool", "in_map (A, map(A, B)) -> bool"], keep),
  define("_?_:_", ["conditional (bool, A, A) -> A"], keep),
  define(
    "_[_]",
    [
      "index_list (list(A), int) -> A",
      "index_map (map(A, B), A) -> B",
      "optional_list_index_int (optional_type(list(V)), int) -> optional_type(V)",
      "optional_map_index_value (optional_type(map(K, V)), K) -> optional_type(V)",
    ],
    keep,
  ),
  define(
    "_[?_]",
    [
      "list_optindex_optional_int (list(V), int) -> optional_type(V)",
      "optional_list_optindex_optional_int (optional_type(list(V)), int) -> optional_type(V)",
      "map_optindex_optional_value (map(K, V), K) -> optional_type(V)",
      "optional_map_optindex_optional_value (optional_type(map(K, V)), K) -> optional_type(V)",
    ],
    keep,
  ),
  define(
    "_+_",
    [
      ...alike("add", ["bytes", "double", "int", "string", "uint"]),
      two("add_duration_duration", "duration", "duration", "duration"),
      two("add_duration_timestamp", "duration", "timestamp", "timestamp"),
      two("add_timestamp_duration", "timestamp", "duration", "timestamp"),
      two("add_list", "list(A)", "list(A)", "list(A)"),
    ],
    keep,
  ),
  define(
    "_-_",
    [
      ...alike("subtract", ["double", "int", "uint"]),
      two("subtract_duration_duration", "duration", "duration", "duration"),
      two("subtract_timestamp_duration", "timestamp", "duration", "timestamp"),
      two("subtract_timestamp_timestamp", "timestamp", "timestamp", "duration"),
    ],
    keep,
  ),
  define("_*_", alike("multiply", ["double", "int", "uint"]), keep),
  define("_/_", alike("divide", ["double", "int", "uint"]), keep),
  define("_%_", alike("modulo", ["int", "uint"]), keep),
  comparison("_<_", "less"),
  comparison("_<=_", "less_equals"),
  comparison("_>_", "greater"),
  comparison("_>=_", "greater_equals"),
];
