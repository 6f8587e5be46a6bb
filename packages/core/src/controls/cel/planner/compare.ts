/** Compiles `==`, `!=` and `in`, which are most often asked of constants. */
import { contains } from "../library/standard.ts";
import { meter } from "../meter.ts";
import { equal, keyOf } from "../values/equality.ts";
import { textSize } from "../values/size.ts";
import { Failure, Special, isList, noOverload, typeName } from "../values/value.ts";
import type { Key, Value } from "../values/value.ts";
import { call } from "./call.ts";
import { costOf, equalityCost, inequalityCost, traversal } from "./cost.ts";
import type { Run } from "./path.ts";
import { constantPlan } from "./node.ts";
import type { Plan } from "./node.ts";

/** `==`, or `!=` where not equal is wanted. */
export function equality(left: Plan, right: Plan, wanted: boolean): Run {
  const constant = right.constant;
  if (typeof constant === "string") return equalsText(left.run, right.run, constant, wanted);
  if (typeof constant === "boolean") return equalsBool(left.run, right.run, constant, wanted);
  const [a, b] = [left.run, right.run];
  return (frame) => compareAny(a(frame), b(frame), wanted);
}

function compareAny(x: Value, y: Value, wanted: boolean): Value {
  meter.cost += wanted ? equalityCost(x, y) : inequalityCost(x, y);
  if (x instanceof Failure) return x;
  if (y instanceof Failure) return y;
  if (x instanceof Special && x.refuses(y)) return wanted ? noOverload("_==_", x, y) : true;
  return equal(x, y) === wanted;
}

function equalsText(a: Run, b: Run, text: string, wanted: boolean): Run {
  const size = textSize(text);
  const most = traversal(size);
  return (frame) => {
    const x = a(frame);
    if (typeof x !== "string") return compareAny(x, b(frame), wanted);
    meter.cost += x.length >= 2 * size || x === text ? most : traversal(Math.min(textSize(x), size));
    return (x === text) === wanted;
  };
}

function equalsBool(a: Run, b: Run, flag: boolean, wanted: boolean): Run {
  return (frame) => {
    const x = a(frame);
    if (typeof x !== "boolean") return compareAny(x, b(frame), wanted);
    meter.cost++;
    return (x === flag) === wanted;
  };
}

/** `in`: of a constant list, a set. */
export function planIn(left: Plan, right: Plan, overload: string): Plan {
  const list = right.constant;
  const { run } = left;
  if (overload === "in_list" && list !== undefined && isList(list)) {
    if (list.length === 0) return constantPlan(false);
    if (list.every(isPrimitive)) return { run: inSet(run, new Set(list.map(keyOf))) };
  }
  return { run: call(contains, [run, right.run], costOf("@in", overload), false) };
}

function isPrimitive(value: Value): boolean {
  return ["bool", "int", "uint", "double", "string"].includes(typeName(value));
}

function inSet(run: Run, set: ReadonlySet<Key | undefined>): Run {
  return (frame) => {
    const value = run(frame);
    if (typeof value === "string") return set.has(value);
    if (value instanceof Failure) return value;
    const key = keyOf(value);
    return key !== undefined && set.has(key);
  };
}
