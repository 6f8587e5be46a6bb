/** Compiles calls of functions. */
import type { Call } from "../syntax/ast.ts";
import { functions } from "../library/library.ts";
import type { Apply } from "../library/registry.ts";
import { checkBudget, meter, spend } from "../meter.ts";
import { matcher, pattern } from "../values/pattern.ts";
import { textSize } from "../values/size.ts";
import { Failure, Optional, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { costOf, needsResult, patternCost } from "./cost.ts";
import type { Cost } from "./cost.ts";
import { isOptional, peek } from "./path.ts";
import type { Run } from "./path.ts";
import { constantPlan } from "./node.ts";
import type { Plan } from "./node.ts";
import { plan, refuse } from "./scope.ts";
import type { Scope } from "./scope.ts";

const CONVERSIONS = new Set([
  "bool",
  "bytes",
  "double",
  "duration",
  "dyn",
  "int",
  "string",
  "timestamp",
  "type",
  "uint",
]);
/** Functions of which Kubernetes compiles a constant pattern once; then a failed text costs nothing. */
const PATTERNED = new Set(["matches", "find", "findAll"]);
/** Functions whose arguments are evaluated only until one fails, where several overloads fit. */
const DISPATCHED = new Set(
  "indexOf lastIndexOf containsIP containsCIDR compareTo isGreaterThan isLessThan add sub join".split(" "),
);
/** An argument that was not given. */
export const ABSENT = undefined as unknown as Value;

/** The plan of a call that was checked. Throws CelError where a constant argument is refused. */
export function planCall(scope: Scope, ast: Call): Plan {
  const { name, args, overload } = scope.checked.calls.get(ast) ?? {
    name: ast.name,
    args: ast.args,
    overload: "",
  };
  const definition = functions.get(name);
  if (definition === undefined) throw refuse(scope, ast.at, `undeclared reference to '${name}'`);
  const plans = args.map((arg) => plan(scope, arg));
  const [first, second] = plans;
  if (first !== undefined && second !== undefined && (name === "or" || name === "orValue")) {
    return { run: orElse(first, second, name === "or") };
  }
  if (PATTERNED.has(name) && typeof second?.constant === "string") {
    const isTest = name === "matches" && first !== undefined;
    const made = isTest ? matcher(second.constant) : pattern(second.constant);
    if (made instanceof Failure) throw refuse(scope, ast.at, made.message);
    if (isTest && typeof made === "function")
      return { run: textTest(first.run, made, second.constant, overload) };
  }
  if (CONVERSIONS.has(name) && first?.constant !== undefined && plans.length === 1) {
    const value = definition.apply(first.constant, ABSENT, ABSENT, ABSENT);
    if (value instanceof Failure) throw refuse(scope, ast.at, value.message);
    return constantPlan(value);
  }
  const dispatched = (overload === "" && DISPATCHED.has(name)) || name === "format";
  const early = dispatched || (PATTERNED.has(name) && second?.constant !== undefined);
  const runs = plans.map((made) => made.run);
  return { run: call(definition.apply, runs, costOf(name, overload), early) };
}

function textTest(text: Run, test: (text: string) => boolean, source: string, overload: string): Run {
  const size = textSize(source);
  const free = overload === "matches";
  return (frame) => {
    const value = text(frame);
    if (typeof value === "string") {
      meter.cost += free ? 1 : patternCost(textSize(value), size);
      spend(value.length / 4);
      return test(value);
    }
    if (value instanceof Failure) return value;
    meter.cost += free ? 1 : patternCost(1, size);
    return noOverload("matches", value, source);
  };
}

/** `or` and `orValue`: the other side is evaluated only where the first has no value; neither is charged. */
function orElse(first: Plan, second: Plan, keep: boolean): Run {
  const other = second.run;
  if (first.path !== undefined && isOptional(first.path) && !keep) {
    const read = peek(first.path);
    if (second.constant !== undefined) {
      const value = second.constant;
      return (frame) => {
        const found = read(frame);
        return found === undefined ? value : found;
      };
    }
    return (frame) => {
      const found = read(frame);
      return found === undefined ? other(frame) : found;
    };
  }
  const { run } = first;
  return (frame) => {
    const value = run(frame);
    if (!(value instanceof Optional)) return value;
    if (value.value === undefined) return other(frame);
    return keep ? value : value.value;
  };
}

/** A call of a function with its arguments compiled. With `early`, those after a failed one are not evaluated. */
export function call(apply: Apply, args: readonly Run[], cost: Cost | undefined, early: boolean): Run {
  const [a, b] = args;
  if (a !== undefined && args.length === 1)
    return cost === undefined ? oneFor1(apply, a) : one(apply, a, cost);
  if (a !== undefined && b !== undefined && args.length === 2 && !early) {
    return cost === undefined ? twoFor1(apply, a, b) : two(apply, a, b, cost);
  }
  return many(apply, args, cost);
}

function oneFor1(apply: Apply, a: Run): Run {
  return (frame) => {
    const x = a(frame);
    meter.cost++;
    return x instanceof Failure ? x : apply(x, ABSENT, ABSENT, ABSENT);
  };
}

function one(apply: Apply, a: Run, cost: Cost): Run {
  if (needsResult(cost)) return many(apply, [a], cost);
  return (frame) => {
    const x = a(frame);
    charge(cost(x, ABSENT, null));
    return x instanceof Failure ? x : apply(x, ABSENT, ABSENT, ABSENT);
  };
}

function twoFor1(apply: Apply, a: Run, b: Run): Run {
  return (frame) => {
    const x = a(frame);
    const y = b(frame);
    meter.cost++;
    if (x instanceof Failure) return x;
    return y instanceof Failure ? y : apply(x, y, ABSENT, ABSENT);
  };
}

function two(apply: Apply, a: Run, b: Run, cost: Cost): Run {
  const after = needsResult(cost);
  return (frame) => {
    const x = a(frame);
    const y = b(frame);
    if (!after) charge(cost(x, y, null));
    const result = x instanceof Failure ? x : y instanceof Failure ? y : apply(x, y, ABSENT, ABSENT);
    if (after) charge(cost(x, y, result));
    return result;
  };
}

/** Charges for work that may be much, and leaves the evaluation if that is too much. */
function charge(cost: number): void {
  meter.cost += cost;
  checkBudget();
}

/** Arguments are evaluated until one fails; unless that was the last one, the call itself is not charged. */
function many(apply: Apply, args: readonly Run[], cost: Cost | undefined): Run {
  const after = cost !== undefined && needsResult(cost);
  return (frame) => {
    const values: Value[] = [];
    let result: Value | undefined;
    for (const arg of args) {
      const value = arg(frame);
      values.push(value);
      if (!(value instanceof Failure)) continue;
      if (values.length < args.length) return value;
      result = value;
    }
    const [a = null, b = null] = values;
    if (!after) charge(cost === undefined ? 1 : cost(a, b, null));
    if (result === undefined) result = apply(...(values as [Value, Value, Value, Value]));
    if (after) charge(cost(a, b, result));
    return result;
  };
}
