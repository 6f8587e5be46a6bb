/** The cost counter of the evaluation that is running: what Kubernetes would charge for the same work. */
import { fail } from "./values/value.ts";
import type { Failure } from "./values/value.ts";

/** The most one expression may cost in Kubernetes, and all expressions of one policy on one object together. */
export const EXPRESSION_BUDGET = 1_000_000;
export const POLICY_BUDGET = 10_000_000;

/**
 * Counts up while an expression runs; one counter, as evaluation never waits. `work` counts steps that Kubernetes does
 * not charge, such as going over a long text to count it.
 */
export const meter = { cost: 0, limit: EXPRESSION_BUDGET, work: 0 };

/** Thrown to leave an evaluation with a failure that nothing can absorb; caught where the evaluation was started. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly code = "cel-interrupted";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The failure of an evaluation that cost more than it may. */
export const overBudget: Failure = fail("budget", "the expression costs more than its budget");

const spent = new Interruption(overBudget);

/** Leaves the evaluation if its cost has passed the limit. */
export function checkBudget(): void {
  if (meter.cost > meter.limit) throw spent;
}

/** Leaves the evaluation if its cost has fallen below 0, which in Kubernetes is more than any limit. */
export function checkUnderflow(): void {
  if (meter.cost >= 0) return;
  meter.cost = 2 ** 64;
  throw spent;
}

/** The longest text or list that an expression may make. Kubernetes stops such work by its cost or its memory. */
export const SIZE_BUDGET = 10_000_000;

const tooLarge = new Interruption(
  fail("budget", `the expression makes a value of more than ${SIZE_BUDGET} characters or elements`),
);

/** Leaves the evaluation where it would make something too large. */
export function checkSize(size: number): undefined {
  if (size > SIZE_BUDGET) throw tooLarge;
}

/** The most steps that an evaluation may take without charge: less than a second of work. */
const WORK_BUDGET = 10_000_000;

const tooMuchWork = new Interruption(
  fail("budget", "the expression goes over too much text or too many elements"),
);

/** Counts steps that are not charged, and leaves the evaluation after too many. */
export function spend(steps: number): void {
  meter.work += steps;
  if (meter.work > WORK_BUDGET) throw tooMuchWork;
}
