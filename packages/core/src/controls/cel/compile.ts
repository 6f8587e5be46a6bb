/**
 * CEL as a ValidatingAdmissionPolicy may use it: source text in, a program out that judges values.
 *
 * `syntax/` makes a tree of the text, `checker/` finds types and overloads, `planner/` compiles the tree to closures,
 * `library/` holds the functions and `values/` what they work on.
 *
 * The limits, the errors and the costs are those of Kubernetes v1.35: kubernetes.test.ts holds them against recorded
 * outcomes, and lists the few differences. Nothing is ever generated as source or evaluated as such, and patterns are
 * RE2's, so that an expression of an untrusted author can cost no more than its budget.
 */
import type { CelFailure } from "./failure.ts";
import { EXPRESSION_BUDGET, Interruption, meter, overBudget } from "./meter.ts";
import { check } from "./checker/check.ts";
import type { Checked } from "./checker/state.ts";
import { readType, show } from "./checker/types.ts";
import type { Type } from "./checker/types.ts";
import type { Ast } from "./syntax/ast.ts";
import { parse } from "./syntax/parse.ts";
import type { Frame, Run } from "./planner/path.ts";
import { plan } from "./planner/plan.ts";
import { openScope } from "./planner/scope.ts";
import { Failure, Lazy, fail, typeName } from "./values/value.ts";
import type { Value } from "./values/value.ts";

export { CelError } from "./failure.ts";
export type { CelFailure, FailureKind } from "./failure.ts";
export { EXPRESSION_BUDGET, POLICY_BUDGET } from "./meter.ts";
export type { Value } from "./values/value.ts";
export type { Ast } from "./syntax/ast.ts";
export { children, mapChildren } from "./syntax/ast.ts";
export { parse } from "./syntax/parse.ts";
export { print } from "./syntax/print.ts";
export { readsOf, type Read } from "./syntax/reads.ts";
export { freeNames, replaceNames } from "./syntax/rewrite.ts";

/** What an evaluation gives: a value or an error, and its cost in Kubernetes' units. */
export type CelOutcome =
  | { readonly value: Value; readonly error?: undefined; readonly cost: number }
  | { readonly value?: undefined; readonly error: CelFailure; readonly cost: number };

/** What is known of the variables before they have values. */
export interface Options {
  /** The types of variables, as in `list(string)`; the others are `dyn`, as objects are. */
  readonly types?: Readonly<Record<string, string>>;
  /** The fields of object types that are named there, with their types. */
  readonly objects?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A compiled expression. `frame` holds the values of the variables, in the order in which they were named. */
export interface Program {
  readonly source: string;
  /** The type of what it gives, as in `list(string)`; `dyn` where that is not known before it runs. */
  readonly type: string;
  /** The variables that the expression uses. */
  readonly references: ReadonlySet<string>;
  readonly ast: Ast;
  /** Evaluates the expression. `budget` is the most it may cost (default: Kubernetes' limit of an expression). */
  readonly evaluate: (frame: readonly unknown[], budget?: number) => CelOutcome;
  /** Evaluates an expression that is a condition: true, false, or why it is neither. Makes no garbage. */
  readonly test: (frame: readonly unknown[], budget?: number) => boolean | CelFailure;
}

function checkTree(
  source: string,
  ast: Ast,
  names: readonly string[],
  { types = {}, objects = {} }: Options,
): Checked {
  const known = new Map(names.map((name) => [name, readType(types[name] ?? "dyn")]));
  const fields = Object.entries(objects).map(([name, list]) => [name, readFields(list)] as const);
  return check(source, ast, known, new Map(fields));
}

function readFields(fields: Readonly<Record<string, string>>): Readonly<Record<string, Type>> {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, readType(type)]));
}

/** Compiles an expression over named variables. Throws CelError at the first mistake in it. */
export function compile(source: string, names: readonly string[], options: Options = {}): Program {
  const ast = parse(source);
  const scope = openScope(source, names, checkTree(source, ast, names, options), plan);
  const { run } = plan(scope, ast);
  return {
    source,
    type: show(scope.checked.type),
    references: scope.used,
    ast,
    test: (frame, budget) => test(run, frame as Frame, budget),
    evaluate: (frame, budget) => evaluate(run, frame as Frame, budget),
  };
}

/** A map for a frame whose values are made when they are read: a policy's `variables`. A failure may be given as a value. */
export function lazyMap(read: (name: string) => unknown): Value {
  return new Lazy((name) => read(name) as Value | undefined);
}

/** Runs an expression with a meter of its own. */
function metered(run: Run, frame: Frame, budget: number): Value {
  const { cost, limit, work } = meter;
  meter.cost = 0;
  meter.limit = budget;
  meter.work = 0;
  try {
    const value = run(frame);
    return meter.cost > budget ? overBudget : value;
  } catch (error) {
    if (error instanceof Interruption) return error.failure;
    throw error;
  } finally {
    last.cost = meter.cost;
    meter.cost = cost;
    meter.limit = limit;
    meter.work = work;
  }
}

const last = { cost: 0 };

function test(run: Run, frame: Frame, budget: number = EXPRESSION_BUDGET): boolean | CelFailure {
  const value = metered(run, frame, budget);
  if (typeof value === "boolean" || value instanceof Failure) return value;
  return fail("no-such-overload", `the expression gives ${typeName(value)}, not bool`);
}

function evaluate(run: Run, frame: Frame, budget: number = EXPRESSION_BUDGET): CelOutcome {
  const value = metered(run, frame, budget);
  const { cost } = last;
  return value instanceof Failure ? { error: value, cost } : { value, cost };
}
