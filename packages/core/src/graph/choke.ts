/** The fewest and cheapest edits that cut the paths, wherever on them they lie, and what they cut one after another. */
import type { AttackGraph } from "./build.ts";
import { cheapestCover, type Clause } from "./cover.ts";
import { fixedSteps, type ChokeCase, type Option, type Options } from "./cuts.ts";
import { pathsTo, reachTo, wayFrom, wayTo, type Path } from "./paths.ts";
import { withoutRedundant } from "./redundant.ts";
import { lists, separators } from "./separators.ts";
import { mostHops, reach, type Reach } from "./reach.ts";

/** One of the choke points: edits that together cut pairs, and how many are cut once they are made, those before too. */
export interface Choke {
  readonly edits: Option;
  readonly cut: number;
}

export interface Chokes {
  /** In the order of what they cut for their cost. */
  readonly chokes: readonly Choke[];
  /** How many edits cut all pairs together; 0 where the budget ended before any did. */
  readonly edits: number;
  /** No other edits that cut them all cost less. */
  readonly exact: boolean;
  /** The budget ended before the choice was settled: some of the edits may not be needed. */
  readonly partial: boolean;
}

/** Rounds in which a choice is made anew over all paths found so far. */
const mostRounds = 30;
/** Past so many pairs, what separates a pair all by itself is taken before what cuts one of its many paths. */
const manyPairs = 500;

/**
 * The paths known so far are cut as cheaply as can be; where another way of a pair stays open, it is found and cut too,
 * and the choice is made anew over all of them, until nothing is open. Every path that counts is a real one, so that no
 * edit of the answer is redundant.
 */
export function chokePoints(asked: ChokeCase): Chokes {
  const given = { ...asked, optionsOf: shared(asked.optionsOf) };
  const isLarge = given.paths.length > (given.manyPairs ?? manyPairs);
  const { whole, exact, partial, apart } = isLarge ? bySeparators(given) : byRounds(given);
  if (whole === undefined) return { chokes: [], edits: 0, exact: false, partial: true };
  return { chokes: inOrder(given, whole, apart), edits: whole.size, exact, partial };
}

/** Equal options as one object, so that they are told apart without a look into them. */
function shared(optionsOf: Options): Options {
  const known = new Map<string, Option>();
  const same = new Map<Option, Option>();
  const made: (readonly Option[] | undefined)[] = [];
  const one = (option: Option): Option => {
    let found = same.get(option);
    if (found !== undefined) return found;
    const key = option.join();
    found = known.get(key) ?? option;
    known.set(key, found);
    same.set(option, found);
    return found;
  };
  return (step) => (made[step] ??= optionsOf(step).map(one));
}

interface Found extends Pick<Chokes, "exact" | "partial"> {
  readonly whole: ReadonlySet<number> | undefined;
  /** By path, options that are known to cut its pair whatever way one takes. */
  readonly apart: ReadonlyMap<Path, readonly Option[]>;
}

function byRounds(given: ChokeCase): Found {
  const { paths, costOf, budget, exactWork = 300_000 } = given;
  const clauses = clausesFor();
  const reached = reachedIn(given);
  for (const { steps } of paths) clauses.add(steps.flatMap(given.optionsOf));
  let cover = cheapestCover(clauses.all(), costOf, 0);
  let whole = grown(given, reached, clauses, cover.chosen);
  for (let [round, most] = [0, 0]; round < mostRounds && budget.left > 0; round += 1) {
    cover = cheapestCover(clauses.all(), costOf, most);
    const next = grown(given, reached, clauses, cover.chosen);
    if (next === undefined) break;
    whole = next;
    if (next.size > cover.chosen.size) continue;
    if (most > 0 || exactWork === 0) break;
    most = exactWork;
  }
  const settled = whole?.size === cover.chosen.size;
  return { whole, exact: cover.exact && settled, partial: !settled, apart: new Map() };
}

/** Where pairs are many, so are the ways around any one step: those options come first that leave none around them. */
function bySeparators(given: ChokeCase): Found {
  const { paths, costOf } = given;
  const clauses = clausesFor();
  const apart = separators(given);
  const added = new Set<readonly Option[]>();
  for (const path of paths) {
    const own = apart.get(path) ?? [];
    if (own.length === 0) clauses.add(path.steps.flatMap(given.optionsOf));
    else if (!added.has(own)) clauses.add(own);
    added.add(own);
  }
  const cover = cheapestCover(clauses.all(), costOf, 0);
  const whole = grown(given, reachedIn(given), clauses, cover.chosen);
  if (whole === undefined) return { whole, exact: false, partial: true, apart };
  const needed = withoutRedundant(given, whole);
  return { whole: needed ?? whole, exact: false, partial: needed === undefined, apart };
}

interface Clauses {
  /** Any one of the options is to be met. */
  readonly add: (options: readonly Option[]) => Clause;
  readonly all: () => readonly Clause[];
}

/** The paths to cut by what would cut them; paths that the same edits cut are one. Equal options are one object. */
function clausesFor(): Clauses {
  const known = new Map<string, Clause>();
  const numbers = new Map<Option, number>();
  const numberOf = (option: Option): number => {
    let number = numbers.get(option);
    if (number === undefined) numbers.set(option, (number = numbers.size));
    return number;
  };
  return {
    add: (among) => {
      const own = [...new Set(among)];
      const numbered = own.map(numberOf).sort((a, b) => a - b);
      const key = numbered.join();
      let clause = known.get(key);
      if (clause === undefined) known.set(key, (clause = own));
      return clause;
    },
    all: () => [...known.values()],
  };
}

/** Searches that many questions share. */
interface Reached {
  /** From where a jewel is had over steps that nothing breaks. */
  readonly back: (jewel: number) => Reach;
  /** What the entries lead to once some edits are made. */
  readonly on: (entries: readonly number[], chosen: ReadonlySet<number>) => Reach;
}

function reachedIn({ graph, optionsOf, budget }: ChokeCase): Reached {
  const { out, heads, hops, vertices, jewels } = graph;
  const fixed = fixedSteps(graph, optionsOf);
  const backs: (Reach | undefined)[] = jewels.map(() => undefined);
  let last: { entries: string; chosen: ReadonlySet<number>; reach: Reach } | undefined;
  return {
    back: (jewel) => (backs[jewel] ??= reachTo(graph, jewel, (step) => fixed[step] === 1, budget)),
    on: (starts, chosen) => {
      const entries = starts.join();
      if (last?.chosen === chosen && last.entries === entries) return last.reach;
      const field = { edges: out, ends: heads, hops, count: vertices.length };
      const found = reach(field, starts, gateOf(graph, optionsOf, chosen), budget);
      last = { entries, chosen, reach: found };
      return found;
    },
  };
}

/**
 * The choice, and what it takes besides to cut the ways that it leaves open, one jewel after another; `undefined` where
 * the budget ends first.
 */
function grown(
  given: ChokeCase,
  reached: Reached,
  clauses: Clauses,
  start: ReadonlySet<number>,
): ReadonlySet<number> | undefined {
  const { graph, paths, optionsOf, costOf, budget } = given;
  let chosen = start;
  for (const [jewel, own] of Map.groupBy(paths, (path) => path.jewel)) {
    const entries = own.map(({ entry }) => graph.entries[entry]!.vertex);
    for (;;) {
      const open = openWays(given, reached, { jewel, entries, chosen });
      if (budget.left <= 0) return undefined;
      if (open.length === 0) break;
      const more = [...new Set(open.map((way) => clauses.add(way.flatMap(optionsOf))))];
      chosen = new Set([...chosen, ...cheapestCover(more, costOf, 0).chosen]);
    }
  }
  return chosen;
}

interface Question {
  readonly jewel: number;
  readonly entries: readonly number[];
  readonly chosen: ReadonlySet<number>;
}

/** For every open step that is the last one to be broken on ways from the entries to a jewel, one way over it. */
function openWays(
  { graph, optionsOf, budget }: ChokeCase,
  { back, on }: Reached,
  { jewel, entries, chosen }: Question,
): readonly (readonly number[])[] {
  const { into, tails, hops, firstDoor } = graph;
  const [forward, backward] = [on(entries, chosen), back(jewel)];
  const ways: (readonly number[])[] = [];
  for (const head of backward.order) {
    budget.left -= into.start[head + 1]! - into.start[head]!;
    for (let at = into.start[head]!; at < into.start[head + 1]!; at += 1) {
      const step = into.edges[at]!;
      const tail = tails[step]!;
      if (forward.hops[tail]! + hops[step]! + backward.hops[head]! > mostHops || backward.hops[tail] === 0)
        continue;
      if (tail >= firstDoor && backward.via[head] === -1) continue;
      const options = optionsOf(step);
      if (options.length === 0 || isBroken(options, chosen)) continue;
      ways.push(simple([...wayTo(graph, forward, tail), step, ...wayFrom(graph, backward, head)], graph));
    }
  }
  return ways;
}

/** Without the rounds that it takes. */
function simple(way: readonly number[], { tails, heads }: AttackGraph): readonly number[] {
  const kept: number[] = [];
  const at = new Map<number, number>();
  for (const step of way) {
    at.set(tails[step]!, kept.length);
    kept.push(step);
    const seen = at.get(heads[step]!);
    if (seen === undefined) continue;
    for (const left of kept.splice(seen)) at.delete(tails[left]!);
  }
  return kept;
}

function isBroken(options: readonly Option[], chosen: ReadonlySet<number>): boolean {
  return options.some((option) => option.every((edit) => chosen.has(edit)));
}

/** Whether a step is open once some edits are made. */
function gateOf(
  { steps }: AttackGraph,
  optionsOf: Options,
  chosen: ReadonlySet<number>,
): (step: number) => boolean {
  const known = new Uint8Array(steps.length);
  return (step) => {
    if (known[step] === 0) known[step] = isBroken(optionsOf(step), chosen) ? 2 : 1;
    return known[step] === 1;
  };
}

/** Paths by the options that cut them: those that the same ones cut are looked at together. */
type Classes = ReadonlyMap<readonly Option[], readonly Path[]>;

const noOptions: readonly Option[] = [];

/** The options on a path, each once; the same list for paths that have the same. */
function cuttingBy(optionsOf: Options): (path: Path) => readonly Option[] {
  const longer = lists();
  return ({ steps }) => {
    let list = noOptions;
    for (const step of steps)
      for (const option of optionsOf(step)) if (!list.includes(option)) list = longer(list, option);
    return list;
  };
}

/** The paths that are left, and for those that are cut another way of the same pair, where there is one. */
function again(
  { graph, optionsOf, budget }: ChokeCase,
  paths: Classes,
  chosen: ReadonlySet<number>,
  isApart: (path: Path) => boolean,
  cutting: (path: Path) => readonly Option[],
): Classes {
  const left = new Map<readonly Option[], readonly Path[]>();
  const cut: Path[] = [];
  for (const [options, own] of paths)
    if (!isBroken(options, chosen)) left.set(options, own);
    else cut.push(...own.filter((path) => !isApart(path)));
  const open = gateOf(graph, optionsOf, chosen);
  const others = [...Map.groupBy(cut, (path) => path.jewel)].flatMap(([jewel, own]) => {
    const found = new Map(pathsTo(graph, jewel, open, budget, [false]).map((path) => [path.entry, path]));
    return own.flatMap(({ entry }) => found.get(entry) ?? []);
  });
  for (const [options, own] of Map.groupBy(others, cutting))
    left.set(options, [...(left.get(options) ?? []), ...own]);
  return left;
}

function countOf(paths: Classes): number {
  return [...paths.values()].reduce((sum, own) => sum + own.length, 0);
}

/** Edits that are taken one by one, to see what each cuts. */
const mostPicks = 20;

/** Of the edits that were chosen, those first that cut most for their cost. */
function inOrder(
  given: ChokeCase,
  all: ReadonlySet<number>,
  apart: ReadonlyMap<Path, readonly Option[]>,
): readonly Choke[] {
  const { paths, optionsOf, costOf, budget, most = 20 } = given;
  const chosen = new Set<number>();
  const isApart = (path: Path): boolean => isBroken(apart.get(path) ?? [], chosen);
  const cutting = cuttingBy(
    remembered((step) => optionsOf(step).filter((option) => option.every((edit) => all.has(edit)))),
  );
  let left: Classes = Map.groupBy(paths, cutting);
  let together: number[] = [];
  const chokes: Choke[] = [];
  for (let pick = 0; left.size > 0 && chokes.length < most; pick += 1) {
    if (pick === mostPicks || budget.left <= 0) break;
    const best = bestOf(left, (option) =>
      option.reduce((sum, edit) => sum + (chosen.has(edit) ? 0 : costOf(edit)), 0),
    );
    if (best === undefined) break;
    for (const edit of best) chosen.add(edit);
    together.push(...best);
    const before = countOf(left);
    left = again(given, left, chosen, isApart, cutting);
    const count = countOf(left);
    if (count === before) continue;
    chokes.push({ edits: [...new Set(together)], cut: paths.length - count });
    together = [];
  }
  // What is not told apart any more: all the rest together, which is known to leave nothing open.
  const rest = [...all].filter((edit) => !chosen.has(edit));
  if (left.size > 0 && chokes.length < most)
    chokes.push({ edits: [...together, ...rest], cut: paths.length });
  return chokes;
}

function remembered(optionsOf: Options): Options {
  const known: (readonly Option[] | undefined)[] = [];
  return (step) => (known[step] ??= optionsOf(step));
}

function bestOf(paths: Classes, costOf: (option: Option) => number): Option | undefined {
  const counts = new Map<Option, number>();
  for (const [options, { length }] of paths)
    for (const option of options) counts.set(option, (counts.get(option) ?? 0) + length);
  let best: { readonly worth: number; readonly option: Option } | undefined;
  for (const [option, cut] of counts) {
    const worth = cut / costOf(option);
    if (
      best === undefined ||
      worth > best.worth ||
      (worth === best.worth && option.join() < best.option.join())
    )
      best = { worth, option };
  }
  return best?.option;
}
