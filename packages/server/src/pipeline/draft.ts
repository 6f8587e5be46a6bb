/** What the store does not know yet, made into batches: from what turned, or from all there is where a writer begins. */
import type {
  Change as Handed,
  DetectionReport,
  FrameworkScore,
  ResourceRecord,
  Result,
  ResultTurn,
  Snapshot,
  SnapshotHeader,
} from "@plimsoll/core";
import type { Outline } from "../overview/outline.ts";
import type { Batch, Change, PartChange, Place, ResultChange, World } from "../store/batch.ts";
import type { NewEntry } from "../store/outbox.ts";
import type { StoredResult } from "../store/store.ts";
import type { Given } from "./given.ts";
import type { Judge } from "./judge.ts";
import type { Present } from "./present.ts";
import { actedIn, goneFrom, placeIn, turnsOf, type Acted, type Turn } from "./said.ts";
import type { Sightings } from "./seen.ts";
import { freshIn, type Fresh, type Known } from "./told.ts";

export interface Draft {
  /** By key; objects whose present state the store was not told. */
  readonly dirty: Set<string>;
  /** What was handed over, as the store tells of it. */
  readonly causes: WeakMap<Handed, Change>;
  /** Where the store was told that each result stands. */
  readonly places: Map<string, Place>;
  /** What happened and should not, as the store was told of it. */
  readonly told: Known;
  /** Findings that came after the last report: it does not say where they stand. */
  readonly unplaced: Set<string>;
  /** Edits to act on, as the last report had them. */
  acted: Acted;
  /** JSON of what was last told of the world and of scores. */
  world: string;
  scores: string;
}

export function createDraft(known: Known): Draft {
  const none = { acted: new Map<string, readonly string[]>(), world: "", scores: "" };
  const stands = { places: new Map<string, Place>(), unplaced: new Set<string>() };
  return { dirty: new Set(), causes: new WeakMap(), told: known, ...stands, ...none };
}

export interface Standpoint {
  readonly cluster: string;
  readonly sequence: number;
  readonly term: number;
  readonly at: number;
}

/** All that a batch is drawn from. */
export interface Sources {
  readonly present: Present;
  readonly sightings: Sightings;
  readonly given: Pick<Given, "parts">;
  readonly header: SnapshotHeader;
  readonly judge: Judge;
  /** Absent where nothing happened since that could amount to anything. */
  readonly detections: readonly DetectionReport[] | undefined;
  readonly noticesOf: (turns: readonly Turn[], detections: readonly DetectionReport[]) => readonly NewEntry[];
}

/** The next batch; `undefined` where the store knows everything. What it holds counts as told from here on. */
export function draw(
  draft: Draft,
  sources: Sources,
  turned: readonly ResultTurn[],
  standpoint: Standpoint,
): Batch | undefined {
  const found = told(draft, turned, sources.judge);
  return batchOf(draft, sources, found, false, standpoint);
}

/** What the priorities of a report put elsewhere than the store was told. */
export function drawPlaces(
  draft: Draft,
  sources: Sources,
  outline: Outline,
  standpoint: Standpoint,
): Batch | undefined {
  const { places, unplaced, acted: before } = draft;
  draft.acted = actedIn(outline);
  const moved = [...before, ...draft.acted].filter(([edit]) => before.has(edit) !== draft.acted.has(edit));
  const ids = new Set([...unplaced, ...moved.flatMap(([, resolves]) => resolves)]);
  unplaced.clear();
  const results = [...ids].sort().flatMap((id): readonly ResultChange[] => {
    const result = sources.judge.result(id);
    if (result === undefined) return [];
    const place = placeIn(draft.acted, result, false);
    if (places.get(id) === place) return [];
    keep(places, id, place);
    return [{ id, result, ...placeText(place) }];
  });
  return batchOf(draft, sources, { results, turns: [], changes: [] }, false, standpoint);
}

/** All there is, for a first batch or to rebuild, placed by the report of now; `held`: what the store holds. */
export function drawWhole(
  draft: Draft,
  sources: Sources,
  held: ReadonlyMap<string, StoredResult>,
  standpoint: Standpoint,
): Batch {
  const { judge } = sources;
  const results = judge.results();
  const left = new Map(held);
  const turned = results.map((after): ResultTurn => {
    const before = left.get(after.id);
    left.delete(after.id);
    const place = placeIn(draft.acted, after, false);
    if (place !== undefined) draft.places.set(after.id, place);
    return { id: after.id, kinds: [], after, ...(before === undefined ? {} : { before: before.result }) };
  });
  const gone = [...left].flatMap(([id, { result }]): readonly ResultTurn[] =>
    result.result === "pass" || result.result === "skip" ? [] : [{ id, kinds: [], before: result }],
  );
  return batchOf(draft, sources, told(draft, [...turned, ...gone], judge), true, standpoint)!;
}

interface Told {
  readonly results: readonly ResultChange[];
  readonly turns: readonly Turn[];
  readonly changes: readonly Change[];
}

function told(draft: Draft, turned: readonly ResultTurn[], judge: Judge): Told {
  const { places, unplaced, acted, causes } = draft;
  const vanished = turned.flatMap(({ after, before }) => (after === undefined ? [before!] : []));
  const again = vanished.length === 0 ? noResults : judge.lookAgain(vanished);
  const changes = new Map<Change, number>();
  const results: ResultChange[] = [];
  const turns: Turn[] = [];
  for (const { id, before, after, cause } of turned) {
    const result = after ?? again.get(id);
    const change = cause === undefined ? undefined : causes.get(cause);
    if (change !== undefined && !changes.has(change)) changes.set(change, changes.size);
    const by = change === undefined ? {} : { by: changes.get(change)! };
    const place = result === undefined ? undefined : placeIn(acted, result, !places.has(id));
    keep(places, id, place);
    if (result?.result === "fail" && place === undefined) unplaced.add(id);
    results.push(result === undefined ? { id, ...by } : { id, result, ...placeText(place), ...by });
    for (const kind of turnsOf(before, result)) {
      const turn = { kind, result: result ?? goneFrom(before!) };
      turns.push(change === undefined ? turn : { ...turn, by: change });
    }
  }
  return { results, turns, changes: [...changes.keys()] };
}

const noResults: ReadonlyMap<string, Result> = new Map();

function keep(places: Map<string, Place>, id: string, place: Place | undefined): void {
  if (place === undefined) places.delete(id);
  else places.set(id, place);
}

function placeText(place: Place | undefined): { readonly place?: Place } {
  return place === undefined ? {} : { place };
}

function batchOf(
  draft: Draft,
  sources: Sources,
  { results, turns, changes }: Told,
  whole: boolean,
  { cluster, sequence, term, at }: Standpoint,
): Batch | undefined {
  const { present, sightings, given, header, judge, detections, noticesOf } = sources;
  const seen = [...given.parts(whole), ...sightings.parts(whole)];
  const fresh = detections === undefined ? nothingFresh : freshIn(draft.told, detections, whole);
  const parts = [...(whole ? wholeParts(present) : partsOf(draft, present)), ...seen, ...fresh.parts];
  const world = worldIn(draft, header, present, whole);
  const scores = scoresIn(draft, judge.scores(), whole);
  draft.dirty.clear();
  if (!whole && results.length === 0 && parts.length === 0 && world === undefined && scores === undefined)
    return undefined;
  const notices = noticesOf(turns, fresh.detections);
  return {
    cluster,
    sequence,
    term,
    at,
    parts,
    results,
    ...(whole ? { whole } : {}),
    ...(changes.length === 0 ? {} : { changes }),
    ...(world === undefined ? {} : { world }),
    ...(scores === undefined ? {} : { scores }),
    ...(notices.length === 0 ? {} : { notices }),
  };
}

const nothingFresh: Fresh = { parts: [], detections: [] };

function wholeParts(present: Present): readonly PartChange[] {
  return present.records().map((record) => partOf(present.keyOf({ op: "put", record })!, record));
}

function partsOf({ dirty }: Draft, present: Present): readonly PartChange[] {
  return [...dirty].sort().map((key) => partOf(key, present.get(key)));
}

function partOf(key: string, record: ResourceRecord | undefined): PartChange {
  if (record === undefined) return { part: "resource", key };
  const { uid, resourceVersion } = record.resource.metadata;
  return {
    part: "resource",
    key,
    value: record,
    ...(uid === undefined ? {} : { uid }),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}

function worldIn(draft: Draft, header: SnapshotHeader, present: Present, whole: boolean): World | undefined {
  const [gaps, covered] = [present.gaps(), present.covered()];
  const skipped: Snapshot["skipped"] = [];
  const text = JSON.stringify([header.server, gaps, skipped, covered]);
  if (text === draft.world && !whole) return undefined;
  draft.world = text;
  return { header, gaps, skipped, covered };
}

function scoresIn(draft: Draft, scores: readonly FrameworkScore[], whole: boolean): Batch["scores"] {
  const text = JSON.stringify(scores);
  if (text === draft.scores && !whole) return undefined;
  draft.scores = text;
  return scores;
}
