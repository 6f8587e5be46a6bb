/** What compiling an expression gives: its evaluation, and what is known of it before. */
import type { Value } from "../values/value.ts";
import { extend, runPath } from "./path.ts";
import type { Path, Run, Step } from "./path.ts";

/** A compiled expression. `constant` is its value where that is known and free; `path` where it can be read further. */
export interface Plan {
  readonly run: Run;
  readonly constant?: Value;
  readonly path?: Path;
}

/** The plan of a known value that costs nothing. */
export function constantPlan(value: Value): Plan {
  return { run: () => value, constant: value };
}

/** The plan of a path. */
export function pathPlan(path: Path): Plan {
  return { run: runPath(path), path };
}

/** A plan with one step more. */
export function planStep(operand: Plan, step: Step): Plan {
  return pathPlan(extend(operand.path ?? { kind: "walk", base: operand.run, steps: [] }, step));
}
