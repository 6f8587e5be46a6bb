/** Options that cut a pair of entry and jewel all by themselves, whatever way one takes: looked for where pairs are many. */
import type { ChokeCase, Option } from "./cuts.ts";
import { reachTo, type Path } from "./paths.ts";

/** Of the options on the paths to one jewel, those that are tried: the ones that lie on most of them. */
const mostTried = 6;

/** By path, the options that separate its pair; none where no single one of those tried does. */
export function separators(given: ChokeCase): ReadonlyMap<Path, readonly Option[]> {
  const { paths, graph, budget } = given;
  const steps = brokenBy(given);
  const found = new Map<Path, Option[]>(paths.map((path) => [path, doorOptions(given, path)]));
  const shut = new Uint8Array(graph.steps.length);
  for (const [jewel, own] of Map.groupBy(paths, (path) => path.jewel))
    for (const option of triedFor(given, own)) {
      const broken = steps(option);
      for (const step of broken) shut[step] = 1;
      const { via } = reachTo(graph, jewel, (step) => shut[step] === 0, budget);
      for (const step of broken) shut[step] = 0;
      if (budget.left <= 0) return new Map();
      for (const path of own)
        if (via[graph.entries[path.entry]!.vertex] === -1) found.get(path)!.push(option);
    }
  return found;
}

/** What closes every way through the door that a path begins at. */
function doorOptions({ graph, optionsOf }: ChokeCase, { entry }: Path): Option[] {
  const { out, firstDoor, entries } = graph;
  const { vertex } = entries[entry]!;
  if (vertex < firstDoor) return [];
  const [first = [], ...others] = [...out.edges.subarray(out.start[vertex], out.start[vertex + 1])].map(
    optionsOf,
  );
  const closes = (option: Option, options: readonly Option[]): boolean =>
    options.some((other) => other.every((edit) => option.includes(edit)));
  return first.filter((option) => others.every((options) => closes(option, options)));
}

function triedFor({ graph, optionsOf }: ChokeCase, paths: readonly Path[]): readonly Option[] {
  const counts = new Map<string, { readonly option: Option; paths: number }>();
  for (const { steps } of paths)
    for (const step of steps) {
      if (graph.tails[step]! >= graph.firstDoor) continue;
      for (const option of optionsOf(step)) {
        const key = option.join();
        const known = counts.get(key);
        if (known === undefined) counts.set(key, { option, paths: 1 });
        else known.paths += 1;
      }
    }
  return [...counts.values()]
    .sort((a, b) => b.paths - a.paths)
    .slice(0, mostTried)
    .map(({ option }) => option);
}

/** The steps that an option breaks. */
function brokenBy({ graph, optionsOf }: ChokeCase): (option: Option) => readonly number[] {
  const known = new Map<string, { readonly option: Option; readonly steps: number[] }>();
  for (const step of graph.out.edges)
    for (const option of optionsOf(step)) {
      const key = option.join();
      const entry = known.get(key);
      if (entry === undefined) known.set(key, { option, steps: [step] });
      else entry.steps.push(step);
    }
  return (option) => {
    if (option.length === 1) return known.get(option.join())?.steps ?? [];
    const within = [...known.values()].filter((entry) => entry.option.every((edit) => option.includes(edit)));
    return within.flatMap(({ steps }) => steps);
  };
}
