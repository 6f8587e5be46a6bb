/** What one chart may use while it is rendered: charts are other people's programs. */
import { RenderError } from "./fault.ts";

export interface Budget {
  steps: number;
  /** Characters written or made by functions. */
  characters: number;
}

export const ceilings = {
  steps: 10_000_000,
  characters: 256 * 1024 * 1024,
  /** One string. */
  string: 32 * 1024 * 1024,
  /** One list. */
  items: 1_000_000,
  /** Templates calling templates; helm refuses the 1,001st `include` of a name, and text/template goes far deeper. */
  depth: 1_100,
} as const;

export function createBudget(): Budget {
  return { steps: ceilings.steps, characters: ceilings.characters };
}

export function spend(budget: Budget, steps: number, characters = 0): void {
  budget.steps -= steps;
  budget.characters -= characters;
  if (budget.steps < 0) throw over(`more than ${ceilings.steps.toLocaleString("en")} steps`);
  if (budget.characters < 0) throw over("more than 256 MiB of text made on the way");
}

/** The rendering that goes on: one at a time, since none waits for anything. */
let running: Budget | undefined;

/** Has `tick` count for this budget; gives back whose turn it was before. */
export function take(budget: Budget | undefined): Budget | undefined {
  const before = running;
  running = budget;
  return before;
}

/** What goes through values of any size says so at each: a few shared maps can stand for billions. */
export function tick(steps = 1): void {
  if (running !== undefined) spend(running, steps);
}

export function over(what: string): RenderError {
  return new RenderError("budget", `not rendered: ${what}`);
}

/** Refuses a string before it is made. */
export function checkString(length: number): void {
  if (length > ceilings.string) throw over("a string of more than 32 MiB");
}

export function checkItems(length: number): void {
  if (length > ceilings.items) throw over("a list of more than 1,000,000 items");
}
