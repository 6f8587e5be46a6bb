/** Kubernetes' functions of quantities; comparisons are shared with semantic versions. */
import { double } from "../values/value.ts";
import { int } from "../values/integer.ts";
import {
  Quantity,
  addQuantities,
  approximate,
  compareQuantities,
  integerOf,
  negateQuantity,
  parseQuantity,
} from "../values/quantity.ts";
import { Version, compareVersions } from "../values/semver.ts";
import { fail, isInt, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

function ofQuantity(name: string, apply: (quantity: Quantity) => Value) {
  return (value: Value): Value => (value instanceof Quantity ? apply(value) : noOverload(name, value));
}

function ofText(name: string, apply: (text: string) => Value) {
  return (value: Value): Value => (typeof value === "string" ? apply(value) : noOverload(name, value));
}

function sum(name: string, sign: 1 | -1) {
  return (a: Value, b: Value): Value => {
    const other = isInt(b) ? new Quantity(BigInt(b), 0, false) : b;
    if (!(a instanceof Quantity) || !(other instanceof Quantity)) return noOverload(name, a, b);
    return addQuantities(a, sign === 1 ? other : negateQuantity(other));
  };
}

function comparison(name: string, result: (order: number) => Value) {
  return (a: Value, b: Value): Value => {
    if (a instanceof Quantity && b instanceof Quantity) return result(compareQuantities(a, b));
    if (a instanceof Version && b instanceof Version) return result(compareVersions(a, b));
    return noOverload(name, a, b);
  };
}

function compared(id: string, type: string): readonly string[] {
  return ["quantity", "semver"].map((kind) => {
    const of = kind === "quantity" ? "kubernetes.Quantity" : "kubernetes.Semver";
    return `${kind}_${id} ${of}.(${of}) -> ${type}`;
  });
}

const Q = "kubernetes.Quantity";

/** The functions of this library. */
export const quantities: readonly FunctionDefinition[] = [
  define(
    "quantity",
    [`string_to_quantity (string) -> ${Q}`],
    ofText(
      "quantity",
      (text) => parseQuantity(text) ?? fail("invalid", `unable to parse quantity ${JSON.stringify(text)}`),
    ),
  ),
  define(
    "isQuantity",
    ["is_quantity_string (string) -> bool"],
    ofText("isQuantity", (text) => parseQuantity(text) !== undefined),
  ),
  define(
    "sign",
    [`quantity_sign (${Q}) -> int`],
    ofQuantity("sign", ({ digits }) => (digits < 0n ? -1 : Number(digits > 0n))),
  ),
  define(
    "isGreaterThan",
    compared("is_greater_than", "bool"),
    comparison("isGreaterThan", (order) => order > 0),
  ),
  define(
    "isLessThan",
    compared("is_less_than", "bool"),
    comparison("isLessThan", (order) => order < 0),
  ),
  define(
    "compareTo",
    compared("compare_to", "int"),
    comparison("compareTo", (order) => order),
  ),
  define(
    "asApproximateFloat",
    [`quantity_get_float ${Q}.() -> double`],
    ofQuantity("asApproximateFloat", (quantity) => double(approximate(quantity))),
  ),
  define(
    "asInteger",
    [`quantity_get_int ${Q}.() -> int`],
    ofQuantity("asInteger", (quantity) => {
      const value = integerOf(quantity);
      return value === undefined ? fail("invalid", "cannot convert value to integer") : int(value);
    }),
  ),
  define(
    "isInteger",
    [`quantity_is_integer ${Q}.() -> bool`],
    ofQuantity("isInteger", (quantity) => integerOf(quantity) !== undefined),
  ),
  define("add", [`quantity_add ${Q}.(${Q}) -> ${Q}`, `quantity_add_int ${Q}.(int) -> ${Q}`], sum("add", 1)),
  define("sub", [`quantity_sub ${Q}.(${Q}) -> ${Q}`, `quantity_sub_int ${Q}.(int) -> ${Q}`], sum("sub", -1)),
];
