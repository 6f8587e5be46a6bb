/** Attack paths of a scan: found, cut by edits, and told in words. */
import type { MembersOf } from "../controls/ledger.ts";
import { attackGraph, type AttackGraph } from "../graph/build.ts";
import { someContainer } from "../graph/containers.ts";
import { chokePoints } from "../graph/choke.ts";
import { lastCut, openPairs, uncutPaths, type Cut, type Options } from "../graph/cuts.ts";
import type { AttackEdge } from "../graph/edge.ts";
import { attackEntryKinds, type GraphOptions } from "../graph/entries.ts";
import { jewelKinds, type Jewel } from "../graph/jewels.ts";
import { allPaths, alternatives, defaultWork, pairSet, type Path } from "../graph/paths.ts";
import { powers } from "../graph/powers/index.ts";
import type { Requirement } from "../graph/held.ts";
import { mostHops, type Budget } from "../graph/reach.ts";
import type { Change, Step } from "../graph/step.ts";
import type { Vertex } from "../graph/vertex.ts";
import { wordsOf } from "../graph/words.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { AttackPath, AttackPaths, AttackRight, AttackStep, Edit, UncutPair } from "../model/report.ts";
import { costOf, curesOf, type Curing } from "./cures.ts";
import type { Traffic } from "./traffic.ts";
import { narrowingEdit, narrowingsOf } from "./narrowing.ts";

/** What an edit does for the paths. */
export interface CutPart {
  readonly target: Jewel["kind"];
  readonly targetText: string;
  readonly entryKind: (typeof attackEntryKinds)[number];
  readonly entryText: string;
  /** Pairs whose best path it breaks. */
  readonly paths: number;
  /** The ways in and the targets of those pairs. */
  readonly entries: number;
  readonly targets: number;
}

export interface Attack {
  readonly paths: AttackPaths;
  /** By id of the edit: those of the chosen cut. */
  readonly parts: ReadonlyMap<string, CutPart>;
  /** Edits that the paths ask for, and no finding: those of them that are used. */
  readonly edits: readonly Edit[];
  /** By id of such an edit, what it changes. */
  readonly changes: ReadonlyMap<string, Change>;
  /** Whether an attacker may get to run code in a workload, by its reference at the top of the owners. */
  readonly isReached: (root: ResourceRef) => boolean;
}

const mostTop = 20;
const mostUncut = 50;
/** Work for the choke points, some ten seconds of it: where it ends, those found so far stand. */
const chokeWork = 1_000_000_000;
/** Ways shown of each pair where one asks for an entry or a target. */
const mostAlternatives = 3;

/** `undefined` where there is nowhere to come in or nothing to get, and everything was read. */
export function attackOf(
  inventory: Inventory,
  edges: readonly AttackEdge[],
  edits: readonly Edit[],
  membersOf: MembersOf,
  chosen: GraphOptions = {},
  traffic?: Traffic,
): Attack | undefined {
  if (isBare(inventory)) return undefined;
  return attackOn(attackGraph(inventory, edges, chosen), {
    inventory,
    edges,
    edits,
    membersOf,
    chosen,
    traffic,
  });
}

/** Nothing runs and nobody has rights, as far as all was read. */
export function isBare({ workloads, bindings, gaps }: Inventory): boolean {
  return workloads.length === 0 && bindings.length === 0 && gaps.length === 0;
}

interface Given {
  readonly inventory: Inventory;
  readonly edges: readonly AttackEdge[];
  /** Of the findings. */
  readonly edits: readonly Edit[];
  readonly membersOf: MembersOf;
  readonly chosen?: GraphOptions;
  /** Connections that were seen. */
  readonly traffic?: Traffic | undefined;
  /** Steps that each search looks at before it ends and says so; default: some seconds' worth. */
  readonly work?: number;
}

/** The same over a graph that is built already, or was brought up to date. */
export function attackOn(graph: AttackGraph, given: Given): Attack | undefined {
  const { inventory, edges, membersOf, chosen = {}, traffic, work = defaultWork } = given;
  if ((graph.entries.length === 0 || graph.jewels.length === 0) && graph.missing.length === 0)
    return undefined;
  const narrowings = narrowingsOf(graph.steps);
  const edits = [...given.edits, ...narrowings];
  const options = curesOf(graph.steps, edits, membersOf);
  const found = pairsOf(graph, options, given.edits.length, work);
  const { cut, paths, uncut, cuttable } = found;
  const byCost = (edit: number): number => costOf(edits[edit]!);
  const chokes = chokePoints({
    graph,
    paths: cuttable,
    optionsOf: options,
    costOf: byCost,
    budget: { left: given.work ?? chokeWork },
  });
  const words = wordsFor(edges);
  const isChosen = chosen.from !== undefined || chosen.to !== undefined || chosen.kinds !== undefined;
  const best = topOf(graph, paths, chosen.most);
  const more: Budget = { left: work };
  const top = isChosen ? best.flatMap((path) => alternatives(graph, path, mostAlternatives, more)) : best;
  const used = new Set([
    ...cut.edits.map(({ edit }) => edit),
    ...chokes.chokes.flatMap((choke) => choke.edits),
  ]);
  return {
    parts: partsOf(graph, cut, paths, options, edits),
    edits: narrowings
      .filter((_, at) => used.has(given.edits.length + at))
      .map((narrowing) => narrowingEdit(narrowing, inventory)),
    changes: new Map(narrowings.map(({ id, change }) => [id, change])),
    isReached: (root) =>
      isNear(graph, { kind: "workload", ref: root }) || isNear(graph, someContainer(root, inventory)),
    paths: {
      top: top.map((path) => pathText(graph, path, words, cutsOf(path, cut, options, edits), traffic)),
      pairs: paths.length,
      cut: cuttable.length,
      narrowed: found.narrowed,
      chokePoints: chokes.chokes.map((choke) => ({
        edits: choke.edits.map((edit) => edits[edit]!.id),
        cut: choke.cut,
      })),
      smallestCut: {
        edits: chokes.edits,
        exact: chokes.exact && !found.partial,
        partial: chokes.partial || found.partial,
      },
      uncut: topOf(graph, uncut, mostUncut).map((path) => uncutText(graph, path, words)),
      uncutCount: uncut.length,
      partial: found.partial || more.left <= 0,
      missing: graph.missing,
    },
  };
}

function isNear({ near, numberOf }: AttackGraph, vertex: Vertex): boolean {
  const number = numberOf(vertex);
  return number !== undefined && near[number]! <= mostHops;
}

interface Pairs {
  readonly cut: Cut;
  readonly paths: readonly Path[];
  readonly uncut: readonly Path[];
  /** What is known to be cut: pairs that were not looked at are none of them. */
  readonly cuttable: readonly Path[];
  /** How many of those are cut only where a connection or a way in is narrowed. */
  readonly narrowed: number;
  readonly partial: boolean;
}

/** Each search has a budget of its own, so that one that ends early takes nothing from the others. */
function pairsOf(graph: AttackGraph, options: Options, firstNarrowing: number, work: number): Pairs {
  const forCut: Budget = { left: work };
  const cut = lastCut(graph, options, forCut);
  const { paths, partial } = allPaths(graph, { left: work });
  const { paths: uncut, searched } = uncutPaths(graph, options, { left: work });
  const uncuttable = pairSet(graph);
  for (const { entry, jewel } of uncut) uncuttable.add(entry, jewel);
  const isWhole = forCut.left > 0;
  const cuttable = isWhole
    ? paths.filter(({ entry, jewel }) => jewel < searched && !uncuttable.has(entry, jewel))
    : [];
  // A way in that a finding asks to close is narrowed as well.
  const hardening: Options = (step) =>
    graph.steps[step]!.from.kind === "outside"
      ? []
      : options(step).filter((option) => option.every((edit) => edit < firstNarrowing));
  const without = openPairs(graph, hardening, { left: work });
  return {
    cut,
    paths,
    uncut,
    cuttable,
    narrowed: cuttable.filter(({ entry, jewel }) => without.pairs.has(entry, jewel)).length,
    partial: partial || !isWhole || Math.min(searched, without.searched) < graph.jewels.length,
  };
}

function cutsOf(
  path: Path,
  { broken }: Cut,
  optionsOf: Options,
  edits: readonly Curing[],
): readonly string[] {
  const found = path.steps.filter((step) => broken.has(step)).flatMap((step) => optionsOf(step)[0] ?? []);
  return [...new Set(found)].map((edit) => edits[edit]!.id);
}

function partsOf(
  graph: AttackGraph,
  cut: Cut,
  paths: readonly Path[],
  optionsOf: Options,
  edits: readonly Curing[],
): ReadonlyMap<string, CutPart> {
  const kept = new Map<number, Kept>();
  paths.forEach((path, at) => {
    for (const step of path.steps)
      if (cut.broken.has(step)) for (const edit of optionsOf(step)[0] ?? []) keep(kept, edit, path, at);
  });
  return new Map(
    cut.edits.map(({ edit, entry, jewel }): readonly [string, CutPart] => {
      const { id } = edits[edit]!;
      const { kind, text } = graph.jewels[jewel]!;
      const from = graph.entries[entry]!;
      const own = kept.get(edit);
      const counts = {
        paths: own?.paths ?? 0,
        entries: own?.entries.size ?? 0,
        targets: own?.targets.size ?? 0,
      };
      return [id, { target: kind, targetText: text, entryKind: from.kind, entryText: from.text, ...counts }];
    }),
  );
}

/** What an edit keeps from whom; `last`: the last of the paths, which it breaks once at however many steps. */
interface Kept {
  paths: number;
  last: number;
  readonly entries: Set<number>;
  readonly targets: Set<number>;
}

function keep(kept: Map<number, Kept>, edit: number, { entry, jewel }: Path, at: number): void {
  let own = kept.get(edit);
  if (own === undefined)
    kept.set(edit, (own = { paths: 0, last: -1, entries: new Set(), targets: new Set() }));
  if (own.last === at) return;
  own.last = at;
  own.paths += 1;
  own.entries.add(entry);
  own.targets.add(jewel);
}

/** Gravest target first, then strongest entry, certain before unsure, short before long. */
export function topOf(graph: AttackGraph, paths: readonly Path[], most = mostTop): readonly Path[] {
  const jewels = graph.jewels.map(({ kind }) => jewelKinds.indexOf(kind));
  const entries = graph.entries.map(({ kind }) => attackEntryKinds.indexOf(kind));
  const order = (a: Path, b: Path): number =>
    jewels[a.jewel]! - jewels[b.jewel]! ||
    entries[a.entry]! - entries[b.entry]! ||
    Number(!a.certain) - Number(!b.certain) ||
    a.steps.length - b.steps.length ||
    a.entry - b.entry ||
    a.jewel - b.jewel;
  return paths.toSorted(order).slice(0, most);
}

interface Words {
  readonly title: string;
  readonly technique: string;
}

export type StepWords = (by: string) => Words | undefined;

export function wordsFor(edges: readonly AttackEdge[]): StepWords {
  const known = new Map<string, Words>([...powers, ...edges].map((each) => [each.id, each]));
  return (by) => known.get(by);
}

/** A path in words. `cutBy`: ids of the edits that break it. */
export function pathText(
  graph: AttackGraph,
  { entry, jewel, certain, steps }: Path,
  words: StepWords,
  cutBy: readonly string[],
  traffic?: Traffic,
): AttackPath {
  const { step: first, text } = graph.entries[entry]!;
  // Of several ways in, the one for which it is an entry.
  const taken = steps.map((step, at) => graph.steps[at === 0 ? (first ?? step) : step]!);
  const seen = traffic === undefined ? [] : seenAlong(taken, traffic);
  return {
    entry: text,
    target: graph.jewels[jewel]!.text,
    certain,
    steps: taken.map((step, at) => ({
      ...stepText(step, words),
      ...(seen[at] === undefined ? {} : { seen: seen[at] }),
    })),
    cutBy,
  };
}

/** A connection leads from the last workload before it to the one that it arrives at. */
function seenAlong(steps: readonly Step[], traffic: Traffic): readonly (string | undefined)[] {
  let last: ResourceRef | undefined;
  return steps.map(({ from, to }) => {
    if (from.kind === "workload") last = from.ref;
    if (from.kind !== "network" || to.kind !== "workload" || last === undefined) return undefined;
    return traffic(last, to.ref);
  });
}

const jointTitles: { readonly [by: string]: string } = {
  "member-of": "is a member of the group",
  contains: "may choose it",
  "part-of": "has what all containers of the pod have",
  "is-everything": "may do everything",
};

const containerWords: Pick<Words, "title"> & { readonly technique?: undefined } = {
  title: "holds each of its containers",
};

function stepText({ from, to, by, because, conditions, unsure }: Step, words: StepWords): AttackStep {
  const known =
    words(by) ?? (from.kind === "workload" && to.kind === "container" ? containerWords : undefined);
  const rights = because.flatMap((requirement) => {
    const [first] = requirement.because;
    const through = first === undefined ? "" : `, by ${first.binding.kind} ${first.binding.name}`;
    return [`may ${requirement.words}${through}`];
  });
  return {
    from: wordsOf(from),
    to: wordsOf(to),
    by,
    title: known?.title ?? jointTitles[by] ?? by,
    ...(known?.technique === undefined ? {} : { technique: known.technique }),
    because: [...rights, ...conditions],
    unsure,
    ...(rights.length === 0 ? {} : { rights: because.flatMap(rightOf) }),
  };
}

/** A permission as a place of its own on the way: the role, and the binding that gives it. */
function rightOf({ words, because }: Requirement): readonly AttackRight[] {
  const [first] = because;
  if (first === undefined) return [];
  const { binding, role } = first;
  const pairs = new Set(because.map((each) => `${refKey(each.binding)} ${refKey(each.role)}`));
  const within = role.kind === "ClusterRole" && binding.namespace !== "" ? `, in ${binding.namespace}` : "";
  return [
    {
      may: words,
      role: `${placedName(role)}${within}`,
      binding: placedName(binding),
      others: pairs.size - 1,
    },
  ];
}

function placedName({ kind, namespace, name }: ResourceRef): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}

function uncutText(graph: AttackGraph, { entry, jewel, steps }: Path, words: StepWords): UncutPair {
  const hop = steps.findLast((step) => graph.hops[step] === 1) ?? steps.at(-1)!;
  const { title, to } = stepText(graph.steps[hop]!, words);
  const because = `no finding here breaks a step of it; the last is: ${title} (${to})`;
  return { entry: graph.entries[entry]!.text, target: graph.jewels[jewel]!.text, because };
}
