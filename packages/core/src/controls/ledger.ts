/** Keeps what controls say: findings and unknowns whole, passes and skips by number, each place once. */
import type { Inventory } from "../inventory/inventory.ts";
import { lineOf, spotAt, spotBelow, type Spot } from "../inventory/spot.ts";
import type { Outcome, Result, SourceLocation } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { Json } from "../model/json.ts";
import { refKey, refOf, type Path, type ResourceRecord, type ResourceRef } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import type { Control } from "./control.ts";
import { baseOf, spotOf, type Place } from "./places.ts";

/** How many places each outcome was given at, and findings by namespace. */
export interface Tally {
  readonly pass: number;
  /** Findings that no exception accepts. */
  readonly fail: number;
  readonly accepted: number;
  readonly skip: number;
  readonly unknown: number;
  readonly failedIn: ReadonlyMap<string, number>;
}

/** A result with the place it was judged at, from which a fix is made. */
export interface Judged {
  readonly result: Result;
  readonly control: Control;
  readonly place?: Place;
  /** The control's fix would be wrong here. */
  readonly withoutFix?: true;
}

export interface Evaluation {
  /** Failed and unknown always, others on request; sorted by id. */
  readonly judged: readonly Judged[];
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly gaps: readonly Gap[];
}

/** One thing to write down. Either `place` (a resource that was read) or only its `ref`. */
export interface Entry {
  readonly outcome: Outcome;
  readonly because: string;
  readonly place?: Place;
  readonly ref?: ResourceRef;
  /** From the place; where there is none, from the root of the resource. */
  readonly path?: Path;
  readonly value?: Json;
  readonly withoutFix?: true;
}

export interface Ledger {
  readonly count: (control: Control, outcome: "pass" | "skip", times?: number) => void;
  readonly write: (control: Control, entry: Entry) => void;
  readonly gap: (gap: Gap) => void;
  readonly everyResult: boolean;
  readonly close: () => Evaluation;
}

interface OpenTally {
  pass: number;
  fail: number;
  accepted: number;
  skip: number;
  unknown: number;
  failedIn: Map<string, number>;
}

export function openLedger(inventory: Inventory, controls: readonly Control[], everyResult: boolean): Ledger {
  const tallies = new Map<string, OpenTally>(
    controls.map(({ id }) => [
      id,
      { pass: 0, fail: 0, accepted: 0, skip: 0, unknown: 0, failedIn: new Map() },
    ]),
  );
  const pages = new Map<string, Written[]>(controls.map(({ id }) => [id, []]));
  const gaps: Gap[] = [];
  const tally = (control: Control): OpenTally => tallies.get(control.id)!;
  const aboutOf = aboutRecords(inventory);
  return {
    everyResult,
    count: (control, outcome, times = 1) => {
      tally(control)[outcome] += times;
    },
    write: (control, entry) => {
      const counts = tally(control);
      counts[entry.outcome] += 1;
      if (!everyResult && (entry.outcome === "pass" || entry.outcome === "skip")) return;
      const result = resultOf(control, entry, inventory, aboutOf);
      if (entry.outcome === "fail") {
        const { namespace } = result.resource;
        counts.failedIn.set(namespace, (counts.failedIn.get(namespace) ?? 0) + 1);
      }
      pages
        .get(control.id)!
        .push({ judged: judgedOf(result, control, entry, aboutOf), key: keyOf(entry, aboutOf) });
    },
    gap: (gap) => gaps.push(gap),
    close: () => ({ judged: inOrder(pages), tallies, gaps }),
  };
}

const indexes = new WeakMap<readonly Judged[], ReadonlyMap<string, Judged>>();

/** What was judged by the id of its result; made once for a list, which is not changed any more. */
export function byIdOf(judged: readonly Judged[]): ReadonlyMap<string, Judged> {
  let index = indexes.get(judged);
  if (index === undefined)
    indexes.set(judged, (index = new Map(judged.map((entry) => [entry.result.id, entry]))));
  return index;
}

/** What was said of a resource, with the resource's own key. */
interface Written {
  readonly judged: Judged;
  readonly key: string;
}

function keyOf({ place, ref }: Entry, aboutOf: AboutOf): string {
  return place === undefined ? refKey(ref!) : aboutOf(place.record).key;
}

/** All by id. An id begins with its control's, so that the controls are ordered first and then each by itself. */
function inOrder(pages: ReadonlyMap<string, readonly Written[]>): readonly Judged[] {
  const controls = [...pages.keys()].sort((a, b) => (`${a}:` < `${b}:` ? -1 : 1));
  const rankOf = ranksOf(pages);
  return controls.flatMap((id) => {
    const page = pages.get(id)!;
    const sorted = sortedBy(page, rankOf);
    const isTwice = sorted.some(
      ({ key, judged }, index) =>
        index > 0 &&
        sorted[index - 1]!.key === key &&
        sorted[index - 1]!.judged.result.id === judged.result.id,
    );
    return (isTwice ? sortedBy(withFreeIds(page), rankOf) : sorted).map(({ judged }) => judged);
  });
}

/**
 * By id, for the most part without comparing ids: of one control, they differ first in the key of the resource, and
 * the keys are put in order once. Names with a colon are compared whole, as the end of a key cannot be told in them.
 */
function sortedBy(page: readonly Written[], rankOf: RankOf): readonly Written[] {
  const ranked = page.map((written) => ({ written, rank: rankOf(written.key) }));
  ranked.sort((a, b) => {
    if (a.rank !== undefined && b.rank !== undefined && a.rank !== b.rank) return a.rank - b.rank;
    const [left, right] = [a.written.judged.result.id, b.written.judged.result.id];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  return ranked.map(({ written }) => written);
}

type RankOf = (key: string) => number | undefined;

function ranksOf(pages: ReadonlyMap<string, readonly Written[]>): RankOf {
  const keys = new Set<string>();
  for (const page of pages.values()) for (const { key } of page) keys.add(key);
  const sorted = [...keys].filter((key) => !key.includes(":")).sort((a, b) => (`${a}:` < `${b}:` ? -1 : 1));
  const ranks = new Map(sorted.map((key, rank) => [key, rank]));
  return (key) => ranks.get(key);
}

/** The same resource may stand in several files: all but the first occurrence carry their file in the id. */
function withFreeIds(page: readonly Written[]): Written[] {
  const taken = new Set<string>();
  return page.map((written) => {
    const { result } = written.judged;
    const id = freeId(result, taken);
    taken.add(id);
    return id === result.id
      ? written
      : { ...written, judged: { ...written.judged, result: { ...result, id } } };
  });
}

function judgedOf(result: Result, control: Control, entry: Entry, aboutOf: AboutOf): Judged {
  const { place, withoutFix } = entry;
  if (place === undefined) return { result, control };
  const judged = { result, control, place: withPod(place, aboutOf) };
  return withoutFix === undefined ? judged : { ...judged, withoutFix };
}

type AboutOf = (record: ResourceRecord) => About;

/** A typed check tells a resource only; where that makes pods, fixes start at its pod as those of other checks do. */
function withPod(place: Place, aboutOf: AboutOf): Place {
  if (place.workload !== undefined) return place;
  const { workload } = aboutOf(place.record);
  if (workload === undefined) return place;
  const { path } = workload.pod;
  return { ...place, workload, pod: path, spot: spotAt(place.record, path) };
}

function freeId({ id, source }: Result, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  const located = `${id}@${source.file}`;
  let candidate = located;
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${located}#${count}`;
  return candidate;
}

/** What every result of a resource says alike, worked out once. */
interface About {
  readonly ref: ResourceRef;
  readonly key: string;
  readonly workload?: Workload;
  readonly shared: Partial<Pick<Result, "workload" | "system" | "team" | "environment" | "deployedBy">>;
}

function aboutRecords(inventory: Inventory): (record: ResourceRecord) => About {
  const known = new Map<ResourceRecord, About>();
  let workloads: Map<ResourceRecord, Workload> | undefined;
  return (record) => {
    const found = known.get(record);
    if (found !== undefined) return found;
    workloads ??= new Map(inventory.workloads.map((workload) => [workload.record, workload]));
    const workload = workloads.get(record);
    const ref = refOf(record.resource);
    const about: About = {
      ref,
      key: refKey(ref),
      ...(workload === undefined ? {} : { workload }),
      shared: {
        ...(workload === undefined ? {} : { workload: workload.root }),
        ...(workload?.system === undefined ? {} : { system: workload.system }),
        ...inventory.placeOf(record),
        ...(workload?.deployedBy === undefined
          ? {}
          : { deployedBy: `${workload.deployedBy.tool}:${workload.deployedBy.name}` }),
      },
    };
    known.set(record, about);
    return about;
  };
}

function resultOf(
  control: Control,
  entry: Entry,
  inventory: Inventory,
  aboutOf: (record: ResourceRecord) => About,
): Result {
  const { place, outcome, because, path = noPath } = entry;
  const record = place?.record ?? (entry.ref === undefined ? undefined : inventory.get(entry.ref));
  const about =
    record === undefined ? { ref: entry.ref!, key: refKey(entry.ref!), shared: {} } : aboutOf(record);
  const spot = record === undefined ? undefined : spotBelow(spotOf(place ?? { record }), path);
  const pathText = spot?.text ?? "";
  const value = entry.value ?? spot?.value;
  // Field by field: a scan makes tens of thousands of these, and a spread of what is mostly absent costs more than all else.
  const result: { -readonly [K in keyof Result]?: Result[K] } = {
    id: `${control.id}:${about.key}:${pathText}`,
    control: control.id,
    result: outcome,
    severity: control.severity,
    resource: about.ref,
  };
  const container = containerOf(place, about.workload, path);
  if (container !== undefined) result.container = container;
  result.path = pathText;
  if (value !== undefined) result.value = value;
  result.because = because;
  result.source = sourceOf(spot);
  return Object.assign(result, about.shared) as Result;
}

const noPath: Path = [];

/** The container a place is in: its own, or the one whose path leads to it. */
function containerOf(
  place: Place | undefined,
  workload: Workload | undefined,
  path: Path,
): string | undefined {
  if (place?.container !== undefined) return place.container.name;
  if (workload === undefined) return undefined;
  const whole = place === undefined ? path : [...baseOf(place), ...path];
  const found = workload.containers.find((container) =>
    container.path.every((step, index) => whole[index] === step),
  );
  return found?.name;
}

function sourceOf(spot: Spot | undefined): SourceLocation {
  if (spot === undefined) return { file: "cluster" };
  const { file, renderedBy, positions, line } = spot.record.source;
  if (positions === undefined && line === undefined && renderedBy === undefined) return { file };
  return { file, ...lineOf(spot), ...(renderedBy === undefined ? {} : { renderedBy }) };
}
