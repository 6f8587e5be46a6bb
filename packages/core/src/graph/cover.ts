/** The cheapest edits of which every clause is met: exactly where few, else greedily and without a redundant one. */
import type { Option } from "./cuts.ts";

/** A path to cut: any one of its options will do. */
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

/** Of all options, the one that meets most open clauses for what it still costs, until none is open. */
function greedyCover(clauses: readonly Clause[], costOf: CostOf): ReadonlySet<number> {
  const chosen = new Set<number>();
  let open = clauses.filter((clause) => clause.length > 0);
  while (open.length > 0) {
    const worth = new Map<string, { readonly option: Option; clauses: number }>();
    for (const option of open.flat()) {
      const key = option.join();
      const known = worth.get(key);
      if (known === undefined) worth.set(key, { option, clauses: 1 });
      else known.clauses += 1;
    }
    let best: { readonly option: Option; readonly rate: number } | undefined;
    for (const { option, clauses: count } of worth.values()) {
      const rate = count / missingCost(option, chosen, costOf);
      if (best === undefined || rate > best.rate) best = { option, rate };
    }
    for (const edit of best!.option) chosen.add(edit);
    open = open.filter((clause) => !clause.some((option) => isMet(option, chosen)));
  }
  return chosen;
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
