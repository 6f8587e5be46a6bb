/** Sprig's defaults, conditions and questions about types. */
import { define } from "../template/define.ts";
import { kindName, typeName, type Definition, type Value } from "../template/value.ts";
import { deepEqual, isEmptyValue } from "./compare.ts";

export const choices: readonly Definition[] = [
  define("default", "any ...any -> any", (otherwise: Value, ...given: Value[]) =>
    given.length === 0 || isEmptyValue(given[0]) ? otherwise : given[0],
  ),
  define("empty", "any -> bool", isEmptyValue),
  define(
    "coalesce",
    "...any -> any",
    (...values: Value[]) => values.find((value) => !isEmptyValue(value)) ?? null,
  ),
  define("all", "...any -> bool", (...values: Value[]) => !values.some(isEmptyValue)),
  define("any", "...any -> bool", (...values: Value[]) => values.some((value) => !isEmptyValue(value))),
  define("ternary", "any any bool -> any", (yes: Value, no: Value, test: boolean) => (test ? yes : no)),
  define("typeOf", "any -> string", typeName),
  define("typeIs", "string any -> bool", (target: string, value: Value) => target === typeName(value)),
  define("typeIsLike", "string any -> bool", (target: string, value: Value) => {
    const type = typeName(value);
    return target === type || `*${target}` === type;
  }),
  define("kindOf", "any -> string", kindName),
  define("kindIs", "string any -> bool", (target: string, value: Value) => target === kindName(value)),
  define("deepEqual", "any any -> bool", deepEqual),
];
