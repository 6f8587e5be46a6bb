import { expect, test } from "vitest";
import { random, type Random } from "../inventory/rbac/fixtures/random.ts";
import { onPaths, type AttackGraph } from "./build.ts";
import { chokePoints } from "./choke.ts";
import { cheapestCover, type Clause } from "./cover.ts";
import { uncutPaths, type ChokeCase, type Option } from "./cuts.ts";
import { allPaths } from "./paths.ts";
import { mostHops } from "./reach.ts";
import { relation } from "./relations.ts";
import { stepGraph } from "./walk.ts";
import type { Vertex } from "./vertex.ts";

const node = (name: number): Vertex => ({ kind: "node", name: String(name) });
const seeds = Array.from({ length: 300 }, (_, at) => at + 1);

/** Ten vertices, the first two entries and the last two jewels, and steps among them at random. */
function graphOf(dice: Random): AttackGraph {
  const vertices = Array.from({ length: 10 }, (_, name) => name);
  const steps = vertices.flatMap((from) =>
    vertices.flatMap((to) =>
      from !== to && dice.chance(0.22) ? [relation(node(from), node(to), "escape")] : [],
    ),
  );
  const { numbered } = stepGraph(
    [...steps, ...vertices.map((name) => relation(node(name), node(99), "escape"))],
    () => [],
  );
  const at = (name: number): number => numbered.numberOf(node(name))!;
  return onPaths(numbered, {
    entries: [0, 1].map((name) => ({ vertex: at(name), kind: "chosen", text: `e${name}`, certain: true })),
    jewels: [8, 9].map((name) => ({ kind: "data", text: `j${name}`, vertices: [at(name)] })),
    missing: [],
  });
}

const editCount = 9;

function optionFor(dice: Random): Option {
  const edits = [0, ...(dice.chance(0.3) ? [1] : [])].map(() => Math.floor(dice.next() * editCount));
  return [...new Set(edits)].sort();
}

function caseOf(seed: number): ChokeCase & { readonly costs: readonly number[] } {
  const dice = random(seed);
  const graph = graphOf(dice);
  const options = graph.steps.map(() =>
    dice.chance(0.25) ? [] : Array.from({ length: dice.chance(0.3) ? 2 : 1 }, () => optionFor(dice)),
  );
  const costs = Array.from({ length: editCount }, () => 1 + Math.floor(dice.next() * 4));
  const optionsOf = (step: number): readonly Option[] => options[step]!;
  const pair = ({ entry, jewel }: { entry: number; jewel: number }): string => `${entry} ${jewel}`;
  const uncut = new Set(uncutPaths(graph, optionsOf, { left: 1e9 }).paths.map(pair));
  const paths = allPaths(graph, { left: 1e9 }).paths.filter((path) => !uncut.has(pair(path)));
  return { graph, paths, optionsOf, costOf: (edit) => costs[edit]!, costs, budget: { left: 1e9 } };
}

function openAfter({ graph, paths, optionsOf }: ChokeCase, chosen: ReadonlySet<number>): number {
  const isOpen = (step: number): boolean =>
    !optionsOf(step).some((option) => option.every((edit) => chosen.has(edit)));
  const left = allPaths(graph, { left: 1e9 }, isOpen).paths;
  return left.filter(({ entry, jewel }) => paths.some((own) => own.entry === entry && own.jewel === jewel))
    .length;
}

const subsets = Array.from(
  { length: 2 ** editCount },
  (_, bits) =>
    new Set(Array.from({ length: editCount }, (_each, edit) => edit).filter((edit) => bits & (1 << edit))),
);

function costOfSet(chosen: ReadonlySet<number>, costs: readonly number[]): number {
  return [...chosen].reduce((sum, edit) => sum + costs[edit]!, 0);
}

test("the smallest cut costs what the best of all subsets costs, or else at most twice that, without a redundant edit", () => {
  let [cases, larger] = [0, 0];
  const ratios: number[] = [];
  for (const seed of seeds) {
    const given = caseOf(seed);
    if (given.paths.length === 0) continue;
    cases += 1;
    const enough = subsets.filter((chosen) => openAfter(given, chosen) === 0);
    const best = Math.min(...enough.map((chosen) => costOfSet(chosen, given.costs)));
    for (const [exactWork, manyPairs] of [
      [100_000, 99],
      [0, 99],
      [0, 0],
    ] as const) {
      const { chokes, exact, partial } = chokePoints({ ...given, exactWork, manyPairs, most: 99 });
      const chosen = new Set(chokes.flatMap(({ edits }) => edits));
      const cost = costOfSet(chosen, given.costs);
      expect([seed, exact, partial]).toEqual([seed, exactWork > 0, false]);
      expect([seed, openAfter(given, chosen), chokes.at(-1)!.cut]).toEqual([seed, 0, given.paths.length]);
      if (exact) expect([seed, cost]).toEqual([seed, best]);
      else expect(cost).toBeLessThanOrEqual(best * 2);
      ratios.push(cost / best);
      larger += Number(cost > best);
      for (const edit of chosen)
        expect(openAfter(given, chosen.difference(new Set([edit])))).toBeGreaterThan(0);
      for (const [index, { cut }] of chokes.entries()) {
        const upTo = new Set(chokes.slice(0, index + 1).flatMap(({ edits }) => edits));
        expect(cut).toBe(given.paths.length - openAfter(given, upTo));
      }
    }
  }
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  expect(mean).toBeLessThan(1.05);
  expect(cases).toBeGreaterThan(150);
  expect(larger).toBeGreaterThan(0);
}, 60_000);

test("a budget that ends says so, and claims nothing", () => {
  const given = caseOf(seeds.find((seed) => caseOf(seed).paths.length > 2)!);
  expect(chokePoints({ ...given, budget: { left: 1 } })).toEqual({
    chokes: [],
    edits: 0,
    exact: false,
    partial: true,
  });
});

test("a cover without clauses is empty; no way is longer than the most hops", () => {
  expect(cheapestCover([] as readonly Clause[], () => 1, 10)).toEqual({ chosen: new Set(), exact: true });
  for (const seed of seeds.slice(0, 50))
    for (const { steps } of caseOf(seed).paths) expect(steps.length).toBeLessThanOrEqual(mostHops);
});
