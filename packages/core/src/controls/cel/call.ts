/** Compiles calls of functions. */
import type { Ast, Call } from "./ast.ts";
import { functions } from "./library/library.ts";
import { meter } from "./meter.ts";
import { isOptional, peek } from "./path.ts";
import type { Run } from "./path.ts";
import { matcher } from "./pattern.ts";
import { constantPlan, dotted, plan } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { refuse } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { Failure, Optional, noOverload } from "./value.ts";
import type { Value } from "./value.ts";
import type { Apply } from "./registry.ts";

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
const ABSENT = undefined as unknown as Value;

/** The plan of a call. Throws CelError where there is no such function, or none with so many arguments. */
export function planCall(scope: Scope, ast: Call): Plan {
  const { name, args } = resolve(ast);
  const definition = functions.get(name);
  if (definition === undefined) throw refuse(scope, ast.at, `undeclared reference to '${name}'`);
  const plans = args.map((arg) => plan(scope, arg));
  const [first, second] = plans;
  if (ast.target !== undefined && first !== undefined && second !== undefined) {
    if (name === "or" || name === "orValue") return { run: orElse(first, second, name === "or") };
    if (name === "matches" && typeof second.constant === "string") {
      const test = matcher(second.constant);
      if (test instanceof Failure) throw refuse(scope, ast.at, test.message);
      return { run: textTest(first.run, test) };
    }
  }
  if (CONVERSIONS.has(name) && plans.length === 1 && first?.constant !== undefined) {
    const value = definition.apply(first.constant, ABSENT, ABSENT, ABSENT);
    if (value instanceof Failure) throw refuse(scope, ast.at, value.message);
    return constantPlan(value);
  }
  return {
    run: call(
      definition.apply,
      plans.map((made) => made.run),
    ),
  };
}

/** The function's name and its arguments, the target first: `a.b.f(x)` may be a function named `a.b.f`. */
function resolve(ast: Call): { readonly name: string; readonly args: readonly Ast[] } {
  const name = ast.name.startsWith(".") ? ast.name.slice(1) : ast.name;
  if (ast.target === undefined) return { name, args: ast.args };
  const prefix = dotted(ast.target);
  const whole = prefix === undefined ? undefined : `${prefix}.${name}`;
  if (whole !== undefined && functions.has(whole)) return { name: whole, args: ast.args };
  return { name, args: [ast.target, ...ast.args] };
}

function textTest(text: Run, test: (text: string) => boolean): Run {
  return (frame) => {
    const value = text(frame);
    meter.cost++;
    if (typeof value === "string") return test(value);
    return value instanceof Failure ? value : noOverload("matches", value, "");
  };
}

/** `or` and `orValue`: the other side is evaluated only where the first has no value. */
function orElse(first: Plan, second: Plan, keep: boolean): Run {
  const other = second.run;
  if (first.path !== undefined && isOptional(first.path) && !keep) {
    const read = peek(first.path);
    return (frame) => read(frame) ?? other(frame);
  }
  const { run } = first;
  return (frame) => {
    const value = run(frame);
    if (!(value instanceof Optional)) return value;
    if (value.value === undefined) return other(frame);
    return keep ? value : value.value;
  };
}

function call(apply: Apply, args: readonly Run[]): Run {
  const [a, b] = args;
  if (args.length === 1 && a !== undefined) {
    return (frame) => {
      const x = a(frame);
      meter.cost++;
      return x instanceof Failure ? x : apply(x, ABSENT, ABSENT, ABSENT);
    };
  }
  if (args.length === 2 && a !== undefined && b !== undefined) {
    return (frame) => {
      const x = a(frame);
      const y = b(frame);
      meter.cost++;
      if (x instanceof Failure) return x;
      return y instanceof Failure ? y : apply(x, y, ABSENT, ABSENT);
    };
  }
  return (frame) => {
    const values: Value[] = [];
    for (const arg of args) {
      const value = arg(frame);
      if (value instanceof Failure) return value;
      values.push(value);
    }
    meter.cost++;
    return apply(...(values as [Value, Value, Value, Value]));
  };
}
