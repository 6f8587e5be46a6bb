/** Attack paths of a scan: found, cut by edits, and told in words. */
import type { Judged } from "../controls/ledger.ts";
import { attackGraph, type AttackGraph } from "../graph/build.ts";
import { chokePoints } from "../graph/choke.ts";
import { lastCut, uncutPaths, type Cut, type Options } from "../graph/cuts.ts";
import type { AttackEdge } from "../graph/edge.ts";
import { attackEntryKinds, type GraphOptions } from "../graph/entries.ts";
import { jewelKinds, type Jewel } from "../graph/jewels.ts";
import { allPaths, alternatives, defaultWork, type Path } from "../graph/paths.ts";
import { powers } from "../graph/powers/index.ts";
import type { Budget } from "../graph/reach.ts";
import type { Step } from "../graph/step.ts";
import { wordsOf } from "../graph/words.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { AttackPath, AttackPaths, AttackStep, Edit, UncutPair } from "../model/report.ts";
import { costOf, curesOf } from "./cures.ts";

/** What an edit does for the paths. */
export interface CutPart {
  readonly target: Jewel["kind"];
  readonly targetText: string;
  readonly entryKind: (typeof attackEntryKinds)[number];
  readonly entryText: string;
  /** Pairs whose best path it breaks. */
  readonly paths: number;
}

export interface Attack {
  readonly paths: AttackPaths;
  /** By id of the edit: those of the chosen cut. */
  readonly parts: ReadonlyMap<string, CutPart>;
}

const mostTop = 20;
const mostUncut = 50;
/** Work for the choke points: where it ends, those found so far stand. */
const chokeWork = 15_000_000;
/** Ways shown of each pair where one asks for an entry or a target. */
const mostAlternatives = 3;

/** `undefined` where there is nowhere to come in or nothing to get. */
export function attackOf(
  inventory: Inventory,
  edges: readonly AttackEdge[],
  edits: readonly Edit[],
  judged: readonly Judged[],
  chosen: GraphOptions = {},
): Attack | undefined {
  if (inventory.workloads.length === 0 && inventory.bindings.length === 0) return undefined;
  const graph = attackGraph(inventory, edges, chosen);
  if (graph.entries.length === 0 || graph.jewels.length === 0) return undefined;
  const options = curesOf(graph.steps, edits, judged);
  const budget: Budget = { left: defaultWork };
  const cut = lastCut(graph, options, budget);
  const { paths, partial } = allPaths(graph, budget);
  const uncut = uncutPaths(graph, options, budget);
  const byCost = (edit: number): number => costOf(edits[edit]!);
  const uncuttable = new Set(uncut.map(pairOf));
  const cuttable = paths.filter((path) => !uncuttable.has(pairOf(path)));
  const found = chokePoints({
    graph,
    paths: cuttable,
    optionsOf: options,
    costOf: byCost,
    budget: { left: chokeWork },
  });
  const words = wordsFor(edges);
  const isChosen = chosen.from !== undefined || chosen.to !== undefined;
  const best = topOf(graph, paths, chosen.most);
  const top = isChosen ? best.flatMap((path) => alternatives(graph, path, mostAlternatives, budget)) : best;
  return {
    parts: partsOf(graph, cut, paths, options, edits),
    paths: {
      top: top.map((path) => pathText(graph, path, words, cutsOf(path, cut, options, edits))),
      pairs: paths.length,
      cut: cuttable.length,
      chokePoints: found.chokes.map((choke) => ({
        edits: choke.edits.map((edit) => edits[edit]!.id),
        cut: choke.cut,
      })),
      smallestCut: { edits: found.edits, exact: found.exact, partial: found.partial },
      uncut: topOf(graph, uncut, mostUncut).map((path) => uncutText(graph, path, words)),
      uncutCount: uncut.length,
      partial: partial || budget.left <= 0,
      missing: graph.missing,
    },
  };
}

function pairOf({ entry, jewel }: Path): string {
  return `${entry} ${jewel}`;
}

function cutsOf(path: Path, { broken }: Cut, optionsOf: Options, edits: readonly Edit[]): readonly string[] {
  const found = path.steps.filter((step) => broken.has(step)).flatMap((step) => optionsOf(step)[0] ?? []);
  return [...new Set(found)].map((edit) => edits[edit]!.id);
}

function partsOf(
  graph: AttackGraph,
  cut: Cut,
  paths: readonly Path[],
  optionsOf: Options,
  edits: readonly Edit[],
): ReadonlyMap<string, CutPart> {
  const counts = new Map<string, number>();
  for (const path of paths)
    for (const id of cutsOf(path, cut, optionsOf, edits)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return new Map(
    cut.edits.map(({ edit, entry, jewel }) => {
      const { id } = edits[edit]!;
      const { kind, text } = graph.jewels[jewel]!;
      const from = graph.entries[entry]!;
      const part = { target: kind, targetText: text, entryKind: from.kind, entryText: from.text };
      return [id, { ...part, paths: counts.get(id) ?? 0 }];
    }),
  );
}

/** Gravest target first, then strongest entry, certain before unsure, short before long. */
export function topOf(graph: AttackGraph, paths: readonly Path[], most = mostTop): readonly Path[] {
  const rank = ({ entry, jewel, certain, steps }: Path): readonly number[] => [
    jewelKinds.indexOf(graph.jewels[jewel]!.kind),
    attackEntryKinds.indexOf(graph.entries[entry]!.kind),
    Number(!certain),
    steps.length,
    entry,
    jewel,
  ];
  const ranked = paths.map((path) => ({ path, rank: rank(path) }));
  ranked.sort((a, b) => a.rank.map((own, at) => own - b.rank[at]!).find((sign) => sign !== 0) ?? 0);
  return ranked.slice(0, most).map(({ path }) => path);
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
): AttackPath {
  const { step: first } = graph.entries[entry]!;
  return {
    entry: graph.entries[entry]!.text,
    target: graph.jewels[jewel]!.text,
    certain,
    steps: [...(first === undefined ? [] : [first]), ...steps].map((step) =>
      stepText(graph.steps[step]!, words),
    ),
    cutBy,
  };
}

const jointTitles: { readonly [by: string]: string } = {
  "member-of": "is a member of the group",
  contains: "may choose it",
  "is-everything": "may do everything",
};

function stepText({ from, to, by, because, conditions, unsure }: Step, words: StepWords): AttackStep {
  const known = words(by);
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
    ...(known === undefined ? {} : { technique: known.technique }),
    because: [...rights, ...conditions],
    unsure,
  };
}

function uncutText(graph: AttackGraph, { entry, jewel, steps }: Path, words: StepWords): UncutPair {
  const hop = steps.findLast((step) => graph.hops[step] === 1) ?? steps.at(-1)!;
  const { title, to } = stepText(graph.steps[hop]!, words);
  const because = `no finding here breaks a step of it; the last is: ${title} (${to})`;
  return { entry: graph.entries[entry]!.text, target: graph.jewels[jewel]!.text, because };
}
