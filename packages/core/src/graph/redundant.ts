/** Leaves out of a cut the edits without which it cuts as much. */
import type { ChokeCase } from "./cuts.ts";
import type { Path } from "./paths.ts";
import { mostHops, reach, unseen } from "./reach.ts";

/** Jewels that the same entries lead to: all pairs of them are to stay cut. */
interface Group {
  readonly starts: readonly number[];
  readonly targets: ReadonlySet<number>;
  /** By vertex, the hops from the entries once the edits that are kept are made. */
  readonly hops: Uint8Array;
}

/** What is told of a step. */
const [untold, open, shut] = [0, 1, 2] as const;

/** Groups are looked at one by one; past so many, everything is kept. */
const mostGroups = 16;

/**
 * Dearest first: without an edit, only what it broke is open again, so that nothing but ways over that are looked at.
 * `undefined` where it would take too long.
 */
export function withoutRedundant(
  given: ChokeCase,
  chosen: ReadonlySet<number>,
): ReadonlySet<number> | undefined {
  const { graph, optionsOf, costOf, budget } = given;
  const kept = new Set(chosen);
  // Asked of every step time and again, and changed by few edits: told once, until one of them comes or goes.
  const told = new Uint8Array(graph.steps.length);
  const isOpen = (step: number): boolean => {
    if (told[step] === untold) {
      const isBroken = optionsOf(step).some((option) => option.every((edit) => kept.has(edit)));
      told[step] = isBroken ? shut : open;
    }
    return told[step] === open;
  };
  const hopsFrom = (starts: readonly number[]): Uint8Array =>
    reach(
      { edges: graph.out, ends: graph.heads, hops: graph.hops, count: graph.vertices.length },
      starts,
      isOpen,
      budget,
    ).hops;
  const groups = groupsOf(given).map((group): Group => ({ ...group, hops: hopsFrom(group.starts) }));
  if (groups.length > mostGroups) return undefined;
  const broken = brokenBy(given, chosen);
  const forget = (edit: number): void => {
    for (const step of broken.get(edit) ?? []) told[step] = untold;
  };
  for (const edit of [...chosen].sort((a, b) => costOf(b) - costOf(a) || b - a)) {
    if (budget.left <= 0) return undefined;
    kept.delete(edit);
    forget(edit);
    const again = (broken.get(edit) ?? []).filter(isOpen);
    const nearer = nearerIn(groups, (group) => reopened(given, group, again, isOpen));
    if (nearer === undefined) {
      kept.add(edit);
      forget(edit);
    } else for (const [group, hops] of nearer) for (const [vertex, at] of hops) group.hops[vertex] = at;
  }
  return kept;
}

/** What comes nearer in each group; `undefined` where a target is reached in one. */
function nearerIn(
  groups: readonly Group[],
  find: (group: Group) => ReadonlyMap<number, number> | undefined,
): readonly (readonly [Group, ReadonlyMap<number, number>])[] | undefined {
  const found: (readonly [Group, ReadonlyMap<number, number>])[] = [];
  for (const group of groups) {
    const nearer = find(group);
    if (nearer === undefined) return undefined;
    found.push([group, nearer]);
  }
  return found;
}

function groupsOf({ graph, paths }: ChokeCase): readonly Omit<Group, "hops">[] {
  const byJewel = Map.groupBy(paths, ({ jewel }) => jewel);
  const starts = (own: readonly Path[]): readonly number[] =>
    own.map(({ entry }) => graph.entries[entry]!.vertex).sort((a, b) => a - b);
  return [...Map.groupBy(byJewel, ([, own]) => starts(own).join()).values()].map((jewels) => ({
    starts: starts(jewels[0]![1]),
    targets: new Set(jewels.flatMap(([jewel]) => graph.jewels[jewel]!.vertices)),
  }));
}

/** By edit, the steps that it breaks, be it with others. */
function brokenBy(
  { graph, optionsOf }: ChokeCase,
  chosen: ReadonlySet<number>,
): ReadonlyMap<number, readonly number[]> {
  const broken = new Map<number, number[]>();
  for (const step of graph.out.edges)
    for (const edit of new Set(optionsOf(step).flat())) {
      if (!chosen.has(edit)) continue;
      const list = broken.get(edit);
      if (list === undefined) broken.set(edit, [step]);
      else list.push(step);
    }
  return broken;
}

/**
 * By vertex, the hops of what steps that are open again bring nearer: on from whatever is nearer now than before.
 * `undefined` where a way over them leads to a target.
 */
function reopened(
  { graph, budget }: ChokeCase,
  { hops, targets }: Group,
  again: readonly number[],
  isOpen: (step: number) => boolean,
): ReadonlyMap<number, number> | undefined {
  const { out, tails, heads, firstDoor } = graph;
  const nearer = new Map<number, number>();
  const hopsAt = (vertex: number): number => nearer.get(vertex) ?? hops[vertex]!;
  let steps: readonly number[] = again;
  for (let round = 0; steps.length > 0 && round <= graph.vertices.length; round += 1) {
    const next = new Set<number>();
    for (const step of steps) {
      const [tail, head] = [tails[step]!, heads[step]!];
      const at = hopsAt(tail) + graph.hops[step]!;
      if (hopsAt(tail) === unseen || at > mostHops) continue;
      if (targets.has(head) && tail < firstDoor) return undefined;
      if (at >= hopsAt(head)) continue;
      nearer.set(head, at);
      next.add(head);
    }
    steps = [...next].flatMap((vertex) =>
      [...out.edges.subarray(out.start[vertex], out.start[vertex + 1])].filter(isOpen),
    );
    budget.left -= steps.length;
  }
  return nearer;
}
