/**
 * Compiles a syntax tree to closures, never to generated source.
 *
 * What each closure charges to the meter is what Kubernetes charges for the same expression, with the same
 * optimisations: literals of constants cost nothing, `in` a constant list is a set, a variable is free as a branch of
 * `?:` or as an index.
 */
import { dotted } from "../syntax/ast.ts";
import type { Ast, Binary, Conditional, ListLiteral, Logic, MapLiteral } from "../syntax/ast.ts";
import { call, planCall } from "./call.ts";
import { equality, planIn } from "./compare.ts";
import { newKey } from "../values/equality.ts";
import { planMacro } from "./macro.ts";
import { meter } from "../meter.ts";
import {
  add,
  divide,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  modulo,
  multiply,
  negate,
  not,
  subtract,
} from "../values/operators.ts";
import { costOf } from "./cost.ts";
import { constantPlan, pathPlan, planStep } from "./node.ts";
import type { Plan } from "./node.ts";
import { runInner } from "./path.ts";
import { isKey } from "./read.ts";
import type { Path, Run } from "./path.ts";
import { lookup, refuse } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { CelMap, Failure, Optional, fail, noOverload, typeName } from "../values/value.ts";
import type { Key, Value } from "../values/value.ts";

/** Compiles an expression. Throws CelError where it is not valid. */
export function plan(scope: Scope, ast: Ast): Plan {
  switch (ast.kind) {
    case "literal":
      return constantPlan(ast.value);
    case "ident":
    case "select": {
      const path = planName(scope, ast);
      if (path !== undefined) return path;
      if (ast.kind === "ident") throw refuse(scope, ast.at, `undeclared reference to '${ast.name}'`);
      return planStep(plan(scope, ast.operand), { key: ast.field, optional: ast.optional });
    }
    case "index":
      return planStep(plan(scope, ast.operand), {
        key: indexKey(scope, ast.index),
        optional: ast.optional,
      });
    case "call":
      return planMacro(scope, ast) ?? planCall(scope, ast);
    case "unary":
      return { run: unary(plan(scope, ast.operand), ast.operator === "!" ? not : negate) };
    case "binary":
      return planBinary(scope, ast);
    case "logic":
      return { run: planLogic(scope, ast) };
    case "conditional":
      return planConditional(scope, ast);
    case "list":
      return planList(scope, ast);
    case "map":
      return planMap(scope, ast);
    case "message":
      throw refuse(scope, ast.at, `undeclared reference to '${ast.type}'`);
  }
}

/** The plan of a name, which may have dots; undefined where an expression of selects is no name. */
function planName(scope: Scope, ast: Ast): Plan | undefined {
  const name = dotted(ast);
  const binding = name === undefined ? undefined : lookup(scope, name);
  if (binding === undefined) return undefined;
  if (binding.kind === "type") return constantPlan(binding.value);
  if (binding.kind === "local") return pathPlan({ kind: "walk", base: binding.read, steps: [] });
  const { slot } = binding;
  if (scope.checked.types.get(ast)?.name.startsWith("kubernetes.authorization.") === true) {
    const missing = fail("needs-request", `${name} needs a request, and there is none`);
    return pathPlan({ kind: "walk", base: (frame) => frame[slot] ?? missing, steps: [] });
  }
  return pathPlan({ kind: "walk", base: (frame) => frame[slot] ?? null, slot, steps: [] });
}

function indexKey(scope: Scope, ast: Ast): Value | Run {
  const index = plan(scope, ast);
  if (index.constant === undefined) return index.path === undefined ? index.run : runInner(index.path);
  if (!isKey(index.constant)) throw refuse(scope, ast.at, `${typeName(index.constant)} cannot be an index`);
  return index.constant;
}

/** A call of one argument that takes no failure and costs 1. */
function unary(operand: Plan, apply: (value: Value) => Value): Run {
  const { run } = operand;
  return (frame) => {
    const value = run(frame);
    meter.cost++;
    return value instanceof Failure ? value : apply(value);
  };
}

const OPERATORS = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": modulo,
  "<": less,
  "<=": lessOrEqual,
  ">": greater,
  ">=": greaterOrEqual,
} as const;

function planBinary(scope: Scope, ast: Binary): Plan {
  const left = plan(scope, ast.left);
  const right = plan(scope, ast.right);
  const { name, overload } = scope.checked.calls.get(ast) ?? { name: ast.operator, overload: "" };
  switch (ast.operator) {
    case "==":
      return { run: equality(left, right, true) };
    case "!=":
      return { run: equality(left, right, false) };
    case "in":
      return planIn(left, right, overload);
    default:
      return { run: call(OPERATORS[ast.operator], [left.run, right.run], costOf(name, overload), false) };
  }
}

function planLogic(scope: Scope, ast: Logic): Run {
  const join = ast.operator === "&&" ? and : or;
  return balanced(
    ast.terms.map((term) => plan(scope, term).run),
    join,
  );
}

/** Joins terms two by two, so that many do not nest deep. */
function balanced(terms: readonly Run[], join: (a: Run, b: Run) => Run): Run {
  const [first, ...rest] = terms;
  if (first === undefined || rest.length === 0) return first ?? (() => true);
  const middle = Math.ceil(terms.length / 2);
  return join(balanced(terms.slice(0, middle), join), balanced(terms.slice(middle), join));
}

function notBool(value: Value, operator: string): Failure {
  return value instanceof Failure ? value : noOverload(`_${operator}_`, value);
}

function and(a: Run, b: Run): Run {
  return (frame) => {
    const x = a(frame);
    if (x === false) return false;
    const y = b(frame);
    if (y === false) return false;
    if (x !== true) return notBool(x, "&&");
    return y === true ? true : notBool(y, "&&");
  };
}

function or(a: Run, b: Run): Run {
  return (frame) => {
    const x = a(frame);
    if (x === true) return true;
    const y = b(frame);
    if (y === true) return true;
    if (x !== false) return notBool(x, "||");
    return y === false ? false : notBool(y, "||");
  };
}

function planConditional(scope: Scope, ast: Conditional): Plan {
  const condition = plan(scope, ast.condition).run;
  const branch = (child: Ast): Path => {
    const made = plan(scope, child);
    return made.path ?? { kind: "walk", base: made.run, steps: [] };
  };
  return pathPlan({ kind: "choice", condition, yes: branch(ast.yes), no: branch(ast.no) });
}

/** Charges for a collection after it was made, even where that failed. */
function made(run: Run, cost: number): Run {
  return (frame) => {
    const value = run(frame);
    meter.cost += cost;
    return value;
  };
}

function planList(scope: Scope, ast: ListLiteral): Plan {
  const elements = ast.elements.map(({ value, optional }) => ({ ...plan(scope, value), optional }));
  if (elements.every((element) => element.constant !== undefined && !element.optional)) {
    return constantPlan(elements.map((element) => element.constant ?? null));
  }
  const run: Run = (frame) => {
    const list: Value[] = [];
    for (const element of elements) {
      const value = element.run(frame);
      if (value instanceof Failure) return value;
      if (!element.optional) list.push(value);
      else if (!(value instanceof Optional))
        return fail("invalid", "an optional element needs an optional value");
      else if (value.value !== undefined) list.push(value.value);
    }
    return list;
  };
  return { run: made(run, 10) };
}

function planMap(scope: Scope, ast: MapLiteral): Plan {
  const entries = ast.entries.map(({ key, value, optional }) => ({
    optional,
    key: plan(scope, key),
    value: plan(scope, value),
  }));
  const run: Run = (frame) => {
    const map = new Map<Key, readonly [Value, Value]>();
    for (const entry of entries) {
      const key = entry.key.run(frame);
      if (key instanceof Failure) return key;
      const failure = addEntry(map, key, entry.value.run(frame), entry.optional);
      if (failure !== undefined) return failure;
    }
    return new CelMap(map);
  };
  const isConstant = entries.every((entry) => isFixed(entry.key) && isFixed(entry.value) && !entry.optional);
  const value = isConstant ? run([]) : undefined;
  return value === undefined || value instanceof Failure ? { run: made(run, 30) } : constantPlan(value);
}

function isFixed({ constant }: Plan): boolean {
  return constant !== undefined;
}

function addEntry(
  map: Map<Key, readonly [Value, Value]>,
  key: Value,
  value: Value,
  optional: boolean,
): Failure | undefined {
  if (value instanceof Failure) return value;
  const form = newKey(key);
  if (form === undefined) return fail("invalid", "unsupported key type");
  if (!optional) map.set(form, [key, value]);
  else if (!(value instanceof Optional)) return fail("invalid", "an optional entry needs an optional value");
  else if (value.value === undefined) map.delete(form);
  else map.set(form, [key, value.value]);
  return undefined;
}
