/** Options that cut a pair of entry and jewel all by themselves, whatever way one takes: looked for where pairs are many. */
import type { ChokeCase, Option } from "./cuts.ts";
import { reachTo, type Path } from "./paths.ts";

/** Of the options on the paths to one jewel, those that are tried: the ones that lie on most of them. */
const mostTried = 6;

/** By path, the options that separate its pair; none where no single one of those tried does. */
export function separators(given: ChokeCase): ReadonlyMap<Path, readonly Option[]> {
  const { paths, graph, budget } = given;
  const steps = brokenBy(given);
  const doors = graph.entries.map((_, entry) => doorOptions(given, entry));
  const longer = lists();
  const found = new Map<Path, readonly Option[]>();
  const shut = new Uint8Array(graph.steps.length);
  for (const [jewel, own] of Map.groupBy(paths, (path) => path.jewel)) {
    const apart = own.map(({ entry }) => doors[entry]!);
    for (const option of triedFor(given, own)) {
      const broken = steps(option);
      for (const step of broken) shut[step] = 1;
      const { via } = reachTo(graph, jewel, (step) => shut[step] === 0, budget);
      for (const step of broken) shut[step] = 0;
      if (budget.left <= 0) return new Map();
      own.forEach(({ entry }, at) => {
        if (via[graph.entries[entry]!.vertex] === -1) apart[at] = longer(apart[at]!, option);
      });
    }
    own.forEach((path, at) => found.set(path, apart[at]!));
  }
  return found;
}

/** A list with one option more; equal ones are one list, for most paths have the same. */
export function lists(): (list: readonly Option[], option: Option) => readonly Option[] {
  const known = new Map<readonly Option[], Map<Option, readonly Option[]>>();
  return (list, option) => {
    let further = known.get(list);
    if (further === undefined) known.set(list, (further = new Map()));
    let longer = further.get(option);
    if (longer === undefined) further.set(option, (longer = [...list, option]));
    return longer;
  };
}

const none: readonly Option[] = [];

/** What closes every way through the door that paths begin at. */
function doorOptions({ graph, optionsOf }: ChokeCase, entry: number): readonly Option[] {
  const { out, firstDoor, entries } = graph;
  const { vertex } = entries[entry]!;
  if (vertex < firstDoor) return none;
  const [first = none, ...others] = [...out.edges.subarray(out.start[vertex], out.start[vertex + 1])].map(
    optionsOf,
  );
  const closes = (option: Option, options: readonly Option[]): boolean =>
    options.some((other) => other.every((edit) => option.includes(edit)));
  return first.filter((option) => others.every((options) => closes(option, options)));
}

function triedFor({ graph, optionsOf }: ChokeCase, paths: readonly Path[]): readonly Option[] {
  const counts = new Map<Option, number>();
  for (const { steps } of paths)
    for (const step of steps) {
      if (graph.tails[step]! >= graph.firstDoor) continue;
      for (const option of optionsOf(step)) counts.set(option, (counts.get(option) ?? 0) + 1);
    }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostTried)
    .map(([option]) => option);
}

/** The steps that an option breaks. */
function brokenBy({ graph, optionsOf }: ChokeCase): (option: Option) => readonly number[] {
  const known = new Map<Option, number[]>();
  for (const step of graph.out.edges)
    for (const option of optionsOf(step)) {
      const steps = known.get(option);
      if (steps === undefined) known.set(option, [step]);
      else steps.push(step);
    }
  return (option) => {
    if (option.length === 1) return known.get(option) ?? [];
    const within = [...known].filter(([other]) => other.every((edit) => option.includes(edit)));
    return within.flatMap(([, steps]) => steps);
  };
}
