/**
 * Compiles macros: calls whose arguments bind variables, and `has`.
 *
 * Kubernetes expands macros to loops over an accumulator; what is charged here is what those loops cost.
 */
import type { Ast, Call } from "../syntax/ast.ts";
import { allOf, countOne, existsIn, listOf, mapOf, mergeOf } from "./fold.ts";
import type { Body } from "./fold.ts";
import { functions } from "../library/library.ts";
import { checkUnderflow, meter } from "../meter.ts";
import { ABSENT } from "./call.ts";
import { costOf } from "./cost.ts";
import type { Path, Run } from "./path.ts";
import { pathPlan, planStep } from "./node.ts";
import type { Plan } from "./node.ts";
import { bind, cell, plan, refuse } from "./scope.ts";
import type { Cell, Scope } from "./scope.ts";
import { Failure, Optional, none, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";

/** The plan of a macro, or undefined where the call is none. Throws CelError where its arguments are not right. */
export function planMacro(scope: Scope, ast: Call): Plan | undefined {
  if (ast.target === undefined)
    return ast.name === "has" && ast.args.length === 1 ? planHas(scope, ast) : undefined;
  switch (`${ast.name}/${ast.args.length}`) {
    case "all/2":
    case "all/3":
      return { run: allOf(body(scope, ast)) };
    case "exists/2":
    case "exists/3":
      return { run: existsIn(body(scope, ast)) };
    case "exists_one/2":
    case "exists_one/3":
    case "existsOne/3":
      return { run: countOne(body(scope, ast)) };
    case "map/2":
    case "map/3":
      return { run: transform(scope, ast, 1, listOf) };
    case "filter/2":
      return { run: filter(scope, ast) };
    case "transformList/3":
    case "transformList/4":
      return { run: transform(scope, ast, 2, listOf) };
    case "transformMap/3":
    case "transformMap/4":
      return { run: transform(scope, ast, 2, mapOf) };
    case "transformMapEntry/3":
    case "transformMapEntry/4":
      return { run: transform(scope, ast, 2, mergeOf) };
    case "optMap/2":
    case "optFlatMap/2":
      return optMap(scope, ast, ast.name === "optMap");
    case "sortBy/2":
      return { run: sortBy(scope, ast) };
    default:
      return undefined;
  }
}

/** Kubernetes takes 1 off for a presence test, and a choice is not charged the 1 that this undoes. */
function planHas(scope: Scope, ast: Call): Plan {
  const [arg] = ast.args;
  if (arg?.kind !== "select" || arg.optional) throw refuse(scope, ast.at, "invalid argument to has() macro");
  const operand = plan(scope, arg.operand);
  const { run } = planStep(operand, { key: arg.field, optional: false, test: true });
  if (operand.path?.kind !== "choice") return { run };
  return { run: (frame) => takeOff(run(frame)) };
}

function takeOff(value: Value): Value {
  meter.cost--;
  checkUnderflow();
  return value;
}

/** The name that an argument of a macro binds. */
function variable(scope: Scope, arg: Ast | undefined): string {
  if (arg?.kind !== "ident" || arg.name.startsWith("."))
    throw refuse(scope, arg?.at ?? 0, "argument must be a simple name");
  if (arg.name === "__result__")
    throw refuse(scope, arg.at, "iteration variable overwrites accumulator variable");
  return arg.name;
}

interface Loop {
  readonly range: Run;
  readonly first: Cell;
  readonly second?: Cell;
  readonly inner: Scope;
}

/** The range and the one or two variables of a macro. */
function loop(scope: Scope, ast: Call, variables: number): Loop {
  const range = plan(scope, ast.target as Ast).run;
  const name = variable(scope, ast.args[0]);
  const first = cell();
  const inner = bind(scope, name, first.read);
  if (variables === 1) return { range, first: first.cell, inner };
  const other = variable(scope, ast.args[1]);
  if (other === name) throw refuse(scope, ast.args[1]?.at ?? ast.at, `duplicate variable name: ${name}`);
  const second = cell();
  return { range, first: first.cell, second: second.cell, inner: bind(inner, other, second.read) };
}

/** A macro of a predicate over one or two variables. */
function body(scope: Scope, ast: Call): Body {
  const { range, first, second, inner } = loop(scope, ast, ast.args.length - 1);
  const each = plan(inner, ast.args.at(-1) as Ast).run;
  return { range, first, ...(second === undefined ? {} : { second }), each };
}

/** A macro that makes a collection: after the variables an optional filter, then what each element becomes. */
function transform(scope: Scope, ast: Call, variables: number, make: (body: Body) => Run): Run {
  const { range, first, second, inner } = loop(scope, ast, variables);
  const made = plan(inner, ast.args.at(-1) as Ast);
  const condition =
    ast.args.length === variables + 2 ? plan(inner, ast.args[variables] as Ast).run : undefined;
  return make({
    range,
    first,
    each: made.run,
    isConstant: made.constant !== undefined,
    ...(second === undefined ? {} : { second }),
    ...(condition === undefined ? {} : { condition }),
  });
}

function filter(scope: Scope, ast: Call): Run {
  const { range, first, inner } = loop(scope, ast, 1);
  const condition = plan(inner, ast.args[1] as Ast).run;
  return listOf({ range, first, condition, each: plan(inner, ast.args[0] as Ast).run });
}

/** `sortBy`: the list is kept in a variable, and read twice. */
function sortBy(scope: Scope, ast: Call): Run {
  const { range, first, inner } = loop(scope, ast, 1);
  const held = cell();
  const key = plan(inner, ast.args[1] as Ast);
  const keysOf = listOf({ range: held.read, first, each: key.run, isConstant: key.constant !== undefined });
  const apply = functions.get("@sortByAssociatedKeys")?.apply;
  const cost = costOf("@sortByAssociatedKeys", scope.checked.calls.get(ast)?.overload ?? "");
  return (frame) => {
    const list = range(frame);
    const outer = held.cell.value;
    held.cell.value = list;
    meter.cost += 2;
    const keys = keysOf(frame);
    held.cell.value = outer;
    const wrong = list instanceof Failure ? list : keys;
    const sorted =
      wrong instanceof Failure || apply === undefined ? wrong : apply(list, keys, ABSENT, ABSENT);
    meter.cost += cost === undefined ? 1 : cost(list, keys, sorted);
    return sorted;
  };
}

/**
 * `optMap` and `optFlatMap`: a choice by whether the target has a value. The target is evaluated once to see that, and
 * again where its value is used.
 */
function optMap(scope: Scope, ast: Call, wraps: boolean): Plan {
  const target = plan(scope, ast.target as Ast).run;
  const held: Cell = { value: undefined };
  const value: Run = (frame) => {
    if (held.value === undefined) held.value = valueOf(target(frame));
    return held.value;
  };
  const each = plan(bind(scope, variable(scope, ast.args[0]), value), ast.args[1] as Ast).run;
  const condition: Run = (frame) => {
    const optional = target(frame);
    meter.cost++;
    if (optional instanceof Optional) return optional.value !== undefined;
    return optional instanceof Failure ? optional : noOverload("hasValue", optional);
  };
  const mapped: Run = (frame) => {
    const outer = held.value;
    held.value = undefined;
    const result = each(frame);
    held.value = outer;
    if (!wraps) return result;
    meter.cost++;
    return result instanceof Failure ? result : new Optional(result);
  };
  const absent: Run = () => ((meter.cost += 1), none);
  const branch = (base: Run): Path => ({ kind: "walk", base, steps: [] });
  return pathPlan({ kind: "choice", condition, yes: branch(mapped), no: branch(absent) });
}

function valueOf(optional: Value): Value {
  meter.cost++;
  return optional instanceof Optional && optional.value !== undefined
    ? optional.value
    : noOverload("value", optional);
}
