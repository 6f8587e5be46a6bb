/** The cheapest edits of which every clause is met: exactly where few, else greedily and without a redundant one. */
import type { Option } from "./cuts.ts";

/** A path to cut: any one of its options will do. Equal options of different clauses are one object, so that they count together. */
export type Clause = readonly Option[];

export interface Cover {
  readonly chosen: ReadonlySet<number>;
  /** No choice is cheaper. */
  readonly exact: boolean;
}

type CostOf = (edit: number) => number;

/** `work`: clauses looked at in the exact search; 0 for the greedy choice alone. */
export function cheapestCover(clauses: readonly Clause[], costOf: CostOf, work: number): Cover {
  const greedy = pruned(greedyCover(clauses, costOf), clauses, costOf);
  if (work === 0) return { chosen: greedy, exact: clauses.length === 0 };
  const search: Search = { clauses, costOf, best: greedy, cost: total(greedy, costOf), left: work };
  descend(search, new Set(), 0);
  return { chosen: search.best, exact: search.left > 0 };
}

function total(edits: Iterable<number>, costOf: CostOf): number {
  let sum = 0;
  for (const edit of edits) sum += costOf(edit);
  return sum;
}

function isMet(option: Option, chosen: ReadonlySet<number>): boolean {
  return option.every((edit) => chosen.has(edit));
}

function missingCost(option: Option, chosen: ReadonlySet<number>, costOf: CostOf): number {
  return option.reduce((sum, edit) => sum + (chosen.has(edit) ? 0 : costOf(edit)), 0);
}

/** What an option still costs, and how many open clauses it meets. */
interface Choice {
  readonly option: Option;
  /** By index. */
  readonly clauses: number[];
  open: number;
  missing: number;
}

/** Of all options, the one that meets most open clauses for what it still costs, until none is open. */
function greedyCover(clauses: readonly Clause[], costOf: CostOf): ReadonlySet<number> {
  const choices = choicesIn(clauses, costOf);
  const byEdit = new Map<number, Choice[]>();
  for (const choice of choices.values())
    for (const edit of choice.option) byEdit.set(edit, [...(byEdit.get(edit) ?? []), choice]);
  const chosen = new Set<number>();
  const met = new Uint8Array(clauses.length);
  const meet = (clause: number): void => {
    if (met[clause] === 1) return;
    met[clause] = 1;
    for (const option of clauses[clause]!) choices.get(option)!.open -= 1;
  };
  for (let best = bestOf(choices); best !== undefined; best = bestOf(choices)) {
    for (const edit of best.option) {
      if (chosen.has(edit)) continue;
      chosen.add(edit);
      for (const choice of byEdit.get(edit)!) choice.missing -= costOf(edit);
    }
    for (const choice of best.option.flatMap((edit) => byEdit.get(edit)!))
      if (isMet(choice.option, chosen)) for (const clause of choice.clauses) meet(clause);
  }
  return chosen;
}

/** In the order in which clauses name them. */
function choicesIn(clauses: readonly Clause[], costOf: CostOf): ReadonlyMap<Option, Choice> {
  const choices = new Map<Option, Choice>();
  for (const [clause, options] of clauses.entries())
    for (const option of options) {
      const known = choices.get(option);
      if (known === undefined)
        choices.set(option, { option, clauses: [clause], open: 1, missing: total(option, costOf) });
      else {
        known.clauses.push(clause);
        known.open += 1;
      }
    }
  return choices;
}

function bestOf(choices: ReadonlyMap<Option, Choice>): Choice | undefined {
  let best: Choice | undefined;
  for (const choice of choices.values()) {
    if (choice.open === 0) continue;
    if (best === undefined || choice.open * best.missing > best.open * choice.missing) best = choice;
  }
  return best;
}

/** Without the edits that are not needed, dearest first. */
function pruned(
  chosen: ReadonlySet<number>,
  clauses: readonly Clause[],
  costOf: CostOf,
): ReadonlySet<number> {
  const kept = new Set(chosen);
  const byEdit = new Map<number, Clause[]>();
  for (const clause of clauses)
    for (const edit of new Set(clause.flat())) {
      const list = byEdit.get(edit);
      if (list === undefined) byEdit.set(edit, [clause]);
      else list.push(clause);
    }
  for (const edit of [...chosen].sort((a, b) => costOf(b) - costOf(a) || b - a)) {
    kept.delete(edit);
    const needed = byEdit.get(edit)?.some((clause) => !clause.some((option) => isMet(option, kept)));
    if (needed === true) kept.add(edit);
  }
  return kept;
}

interface Search {
  readonly clauses: readonly Clause[];
  readonly costOf: CostOf;
  best: ReadonlySet<number>;
  cost: number;
  left: number;
}

/** Branches on the open clause with fewest options; a branch that cannot be cheaper than the best is left. */
function descend(search: Search, chosen: ReadonlySet<number>, cost: number): void {
  const { clauses, costOf } = search;
  search.left -= clauses.length + 1;
  if (search.left <= 0) return;
  const open = clauses.filter((clause) => !clause.some((option) => isMet(option, chosen)));
  if (open.length === 0) {
    search.best = chosen;
    search.cost = cost;
    return;
  }
  const used = new Set<number>();
  let bound = cost;
  let next = open[0]!;
  for (const clause of open) {
    if (clause.length < next.length) next = clause;
    if (clause.some((option) => option.some((edit) => used.has(edit)))) continue;
    for (const edit of clause.flat()) used.add(edit);
    bound += Math.min(...clause.map((option) => missingCost(option, chosen, costOf)));
  }
  if (bound >= search.cost) return;
  for (const option of next) {
    const added = missingCost(option, chosen, costOf);
    if (cost + added < search.cost) descend(search, new Set([...chosen, ...option]), cost + added);
  }
}
