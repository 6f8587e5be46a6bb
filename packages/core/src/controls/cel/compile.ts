/**
 * CEL as a ValidatingAdmissionPolicy may use it: source text in, a program out that judges values.
 *
 * The limits, the errors and the costs are those of Kubernetes. Nothing is ever generated as source or evaluated as
 * such, and patterns are RE2's, so that an expression of an untrusted author can cost no more than its budget.
 */
import type { CelFailure } from "./failure.ts";
import { EXPRESSION_BUDGET, SIZE_BUDGET, meter, spent } from "./meter.ts";
import { parse } from "./parse.ts";
import type { Frame, Run } from "./path.ts";
import { plan } from "./plan.ts";
import { openScope } from "./scope.ts";
import { Failure, fail, typeName } from "./value.ts";
import type { Value } from "./value.ts";

export { CelError } from "./failure.ts";
export type { CelFailure, FailureKind } from "./failure.ts";
export { EXPRESSION_BUDGET, POLICY_BUDGET } from "./meter.ts";
export type { Value } from "./value.ts";

/** What an evaluation gives: a value or an error, and its cost in Kubernetes' units. */
export type CelOutcome =
  | { readonly value: Value; readonly error?: undefined; readonly cost: number }
  | { readonly value?: undefined; readonly error: CelFailure; readonly cost: number };

/** A compiled expression. `frame` holds the values of the variables, in the order in which they were named. */
export interface Program {
  readonly source: string;
  /** The variables that the expression uses. */
  readonly references: ReadonlySet<string>;
  /** Evaluates the expression. `budget` is the most it may cost (default: Kubernetes' limit of an expression). */
  readonly evaluate: (frame: readonly unknown[], budget?: number) => CelOutcome;
  /** Evaluates an expression that is a condition: true, false, or why it is neither. Makes no garbage. */
  readonly test: (frame: readonly unknown[], budget?: number) => boolean | CelFailure;
}

/** Compiles an expression over named variables. Throws CelError at the first mistake in it. */
export function compile(source: string, names: readonly string[]): Program {
  const scope = openScope(source, names);
  const { run } = plan(scope, parse(source));
  return {
    source,
    references: scope.used,
    test: (frame, budget) => test(run, frame as Frame, budget),
    evaluate: (frame, budget) => evaluate(run, frame as Frame, budget),
  };
}

const overBudget: Failure = fail(
  "budget",
  `the expression costs more than its budget, or makes a value of more than ${SIZE_BUDGET} elements`,
);

/** Runs an expression with a meter of its own. */
function metered(run: Run, frame: Frame, budget: number): Value {
  const { cost, limit } = meter;
  meter.cost = 0;
  meter.limit = budget;
  try {
    const value = run(frame);
    return meter.cost > budget ? overBudget : value;
  } catch (error) {
    if (error === spent) return overBudget;
    throw error;
  } finally {
    last.cost = meter.cost;
    meter.cost = cost;
    meter.limit = limit;
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
