/** What the store does not know yet, gathered until it does, and made into batches. */
import { refKey, type Report, type ResourceRecord, type Snapshot } from "@plimsoll/core";
import type { Batch, Change, PartChange, ResultChange, World } from "../store/batch.ts";
import type { NewEntry } from "../store/outbox.ts";
import type { Settings } from "../settings/settings.ts";
import { lookAgain } from "./judge.ts";
import type { Present } from "./present.ts";
import type { Sightings } from "./seen.ts";
import { differ, placesOf, saidOf, turnsOf, type Said, type Turn } from "./said.ts";

export interface Draft {
  /** By key; objects whose present state the store was not told. */
  readonly dirty: Set<string>;
  readonly changes: Map<string, Change>;
  said: Map<string, Said>;
  /** JSON of what was last told of the world and of scores. */
  world: string;
  scores: string;
}

export function createDraft(said: Map<string, Said>): Draft {
  return { dirty: new Set(), changes: new Map(), said, world: "", scores: "" };
}

export interface Standpoint {
  readonly cluster: string;
  readonly sequence: number;
  readonly term: number;
  readonly at: number;
  /** All there is, for a first batch or to rebuild. */
  readonly whole: boolean;
}

export interface Drawn {
  readonly batch: Batch;
  readonly turns: readonly Turn[];
}

/** The next batch; `undefined` where the store knows everything. What it holds counts as told from here on. */
export function draw(
  draft: Draft,
  present: Present,
  sightings: Sightings,
  snapshot: Snapshot,
  report: Report,
  settings: Settings,
  standpoint: Standpoint,
  noticesOf: (turns: readonly Turn[]) => readonly NewEntry[],
): Drawn | undefined {
  const { cluster, sequence, term, at, whole } = standpoint;
  const { changes: found, vanished, turns: turned } = differ(draft.said, report);
  const gone = goneOf(draft, snapshot, settings, present, vanished);
  const changes = [...draft.changes.values()];
  const results = [...(whole ? wholeResults(report) : found), ...gone.changes].map(
    causedBy(changes, gone.places),
  );
  const turns = [...turned, ...gone.turns];
  const seen = sightings.parts(whole);
  const parts = [...(whole ? wholeParts(present) : partsOf(draft, present)), ...seen];
  const world = worldIn(draft, snapshot, whole);
  const scores = scoresIn(draft, report, whole);
  draft.dirty.clear();
  draft.changes.clear();
  if (!whole && results.length === 0 && parts.length === 0 && world === undefined && scores === undefined)
    return undefined;
  const causes = new Map(
    results.flatMap(({ id, by }) => (by === undefined ? [] : [[id, changes[by]!] as const])),
  );
  const notices = noticesOf(turns.map((turn) => withCause(turn, causes.get(turn.result.id))));
  const batch: Batch = {
    cluster,
    sequence,
    term,
    at,
    parts,
    results,
    ...(whole ? { whole } : {}),
    ...(changes.length === 0 ? {} : { changes: changes.slice(0, mostChanges) }),
    ...(world === undefined ? {} : { world }),
    ...(scores === undefined ? {} : { scores }),
    ...(notices.length === 0 ? {} : { notices }),
  };
  return { batch, turns };
}

function withCause(turn: Turn, by: Change | undefined): Turn {
  return by === undefined ? turn : { ...turn, by };
}

/** Causes that a batch names; a first sight of a whole cluster has none that anybody would look for. */
const mostChanges = 5_000;

interface Gone {
  readonly changes: readonly ResultChange[];
  readonly turns: readonly Turn[];
  /** Keys of the objects that results were about. */
  readonly places: ReadonlyMap<string, string>;
}

/** Its object is there and it does not fail any more: what the control says now. Otherwise its place is gone. */
function goneOf(
  { said }: Draft,
  snapshot: Snapshot,
  settings: Settings,
  present: Present,
  vanished: readonly string[],
): Gone {
  const standing = vanished.filter((id) => present.get(said.get(id)!.resource) !== undefined);
  const again = lookAgain(snapshot, settings, new Set(standing.map((id) => said.get(id)!.control)));
  const changes: ResultChange[] = [];
  const turns: Turn[] = [];
  const places = new Map(vanished.map((id) => [id, said.get(id)!.resource]));
  for (const id of vanished) {
    const before = said.get(id)!;
    const result = again.get(id);
    if (result === undefined) said.delete(id);
    else said.set(id, saidOf(result, undefined));
    changes.push(result === undefined ? { id } : { id, result });
    for (const kind of turnsOf(before, said.get(id)))
      turns.push({ kind, result: result ?? lastOf(id, before) });
  }
  return { changes, turns, places };
}

/** A finding whose place is gone, as far as it is remembered. */
function lastOf(id: string, { control, resource, words }: Said): Turn["result"] {
  const [apiVersion = "", kind = "", namespace = "", name = ""] = partsOfKey(resource);
  const [, , severity] = JSON.parse(words) as [string, unknown, Turn["result"]["severity"]];
  const path = id.slice(`${control}:${resource}:`.length);
  const because = "its place is gone";
  const source = { file: "cluster" };
  return {
    id,
    control,
    result: "skip",
    severity,
    resource: { apiVersion, kind, namespace, name },
    path,
    because,
    source,
  };
}

function partsOfKey(key: string): readonly string[] {
  const [name = "", namespace = "", kind = "", ...version] = key.split("/").reverse();
  return [version.reverse().join("/"), kind, namespace, name];
}

function wholeResults(report: Report): readonly ResultChange[] {
  const placeOf = placesOf(report);
  return report.results.map((result) => {
    const place = placeOf(result);
    return { id: result.id, result, ...(place === undefined ? {} : { place }) };
  });
}

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

function worldIn(
  draft: Draft,
  { header, gaps, skipped, covered }: Snapshot,
  whole: boolean,
): World | undefined {
  const text = JSON.stringify([header.server, gaps, skipped, covered]);
  if (text === draft.world && !whole) return undefined;
  draft.world = text;
  return { header, gaps, skipped, covered };
}

function scoresIn(draft: Draft, { frameworks }: Report, whole: boolean): Batch["scores"] {
  const text = JSON.stringify(frameworks);
  if (text === draft.scores && !whole) return undefined;
  draft.scores = text;
  return frameworks;
}

/** The change of the result's own object, else of its workload, else the only change there was. */
function causedBy(
  changes: readonly Change[],
  places: ReadonlyMap<string, string>,
): (change: ResultChange) => ResultChange {
  const index = new Map(changes.slice(0, mostChanges).map((change, at) => [refKey(change), at]));
  return (change) => {
    const { resource, workload } = change.result ?? {};
    const own = resource === undefined ? (places.get(change.id) ?? "") : refKey(resource);
    const by =
      index.get(own) ??
      (workload === undefined ? undefined : index.get(refKey(workload))) ??
      (index.size === 1 ? 0 : undefined);
    return by === undefined ? change : { ...change, by };
  };
}
