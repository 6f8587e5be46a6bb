/** The cost counter of the evaluation that is running: what Kubernetes would charge for the same work. */

/** The most one expression may cost in Kubernetes, and all expressions of one policy on one object together. */
export const EXPRESSION_BUDGET = 1_000_000;
export const POLICY_BUDGET = 10_000_000;

/** Counts up while an expression runs; one counter, as evaluation never waits. */
export const meter = { cost: 0, limit: EXPRESSION_BUDGET };

/** Thrown to leave an evaluation whose cost has passed its limit; caught where the evaluation was started. */
export const spent = new Error("cost limit exceeded");

/** Leaves the evaluation if its cost has passed the limit. */
export function checkBudget(): void {
  if (meter.cost > meter.limit) throw spent;
}

/** The longest text or list that an expression may make. Kubernetes stops such work by its cost or its memory. */
export const SIZE_BUDGET = 10_000_000;

/** Leaves the evaluation where it would make something too large. */
export function checkSize(size: number): undefined {
  if (size > SIZE_BUDGET) throw spent;
}
