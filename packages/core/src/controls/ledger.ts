/** Keeps what controls say: findings and unknowns whole, passes and skips by number, each place once. */
import type { Inventory } from "../inventory/inventory.ts";
import { lineOf, spotAt, spotBelow, type Spot } from "../inventory/spot.ts";
import type { Outcome, Result, SourceLocation } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { Edit } from "../model/report.ts";
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
  const pages = new Map<string, Page>(controls.map(({ id }) => [id, { judged: [], abouts: [] }]));
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
      const record = entry.place?.record ?? inventory.get(entry.ref!);
      const about = record === undefined ? strangerOf(entry.ref!) : aboutOf(record);
      const result = resultOf(control, entry, record, about);
      if (entry.outcome === "fail") {
        const { namespace } = result.resource;
        counts.failedIn.set(namespace, (counts.failedIn.get(namespace) ?? 0) + 1);
      }
      const page = pages.get(control.id)!;
      page.judged.push(judgedOf(result, control, entry, aboutOf));
      page.abouts.push(entry.place === undefined ? strangerOf(entry.ref!) : about);
    },
    gap: (gap) => gaps.push(gap),
    close: () => ({ judged: inOrder(pages), tallies, gaps }),
  };
}

/** The findings that an edit resolves; none of one that is not known. */
export type MembersOf = (edit: Pick<Edit, "resolves">) => readonly Judged[];

/** What a control said, and what it said it of. */
interface Page {
  readonly judged: Judged[];
  readonly abouts: About[];
}

/** All by id. An id begins with its control's, so that the controls are ordered first and then each by itself. */
function inOrder(pages: ReadonlyMap<string, Page>): readonly Judged[] {
  const controls = [...pages.keys()].sort((a, b) => (`${a}:` < `${b}:` ? -1 : 1));
  const rankOf = ranksOf(pages);
  const all: Judged[] = [];
  for (const id of controls) {
    const page = pages.get(id)!;
    const sorted = sortedBy(page, rankOf);
    const { judged, abouts } = sorted;
    const isTwice = judged.some(
      ({ result }, index) =>
        index > 0 &&
        abouts[index - 1]!.key === abouts[index]!.key &&
        judged[index - 1]!.result.id === result.id,
    );
    const last = isTwice ? sortedBy(withFreeIds(page), rankOf) : sorted;
    for (const entry of last.judged) all.push(entry);
  }
  return all;
}

/**
 * By id, for the most part without comparing ids: of one control, they differ first in the key of the resource, and
 * the keys are put in order once. Names with a colon are compared whole, as the end of a key cannot be told in them.
 */
function sortedBy(page: Page, rankOf: RankOf): Page {
  const ranks = page.abouts.map(rankOf);
  const before = (a: number, b: number): number => {
    const left = ranks[a];
    const right = ranks[b];
    if (left !== undefined && right !== undefined && left !== right) return left - right;
    const one = page.judged[a]!.result.id;
    const other = page.judged[b]!.result.id;
    return one < other ? -1 : one > other ? 1 : 0;
  };
  if (page.judged.every((_, index) => index === 0 || before(index - 1, index) <= 0)) return page;
  const order = page.judged.map((_, index) => index).sort(before);
  return { judged: order.map((at) => page.judged[at]!), abouts: order.map((at) => page.abouts[at]!) };
}

type RankOf = (about: About) => number | undefined;

function ranksOf(pages: ReadonlyMap<string, Page>): RankOf {
  const abouts = new Set<About>();
  for (const page of pages.values()) for (const about of page.abouts) abouts.add(about);
  const keys = [...new Set([...abouts].map(({ key }) => key))].filter((key) => !key.includes(":"));
  const ranks = new Map(keys.sort((a, b) => (`${a}:` < `${b}:` ? -1 : 1)).map((key, rank) => [key, rank]));
  const known = new Map([...abouts].map((about) => [about, ranks.get(about.key)]));
  return (about) => known.get(about);
}

/** The same resource may stand in several files: all but the first occurrence carry their file in the id. */
function withFreeIds({ judged, abouts }: Page): Page {
  const taken = new Set<string>();
  const free = judged.map((entry) => {
    const id = freeId(entry.result, taken);
    taken.add(id);
    return id === entry.result.id ? entry : { ...entry, result: { ...entry.result, id } };
  });
  return { judged: free, abouts };
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
  /** The key as it stands in ids. */
  readonly inId: string;
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
    const about: About = {
      ...strangerOf(refOf(record.resource)),
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

/** Of a resource that was not read nothing but its name is known. */
function strangerOf(ref: ResourceRef): About {
  const key = refKey(ref);
  return { ref, key, inId: `:${key}:`, shared: {} };
}

function resultOf(control: Control, entry: Entry, record: ResourceRecord | undefined, about: About): Result {
  const { place, outcome, because, path = noPath } = entry;
  const spot = record === undefined ? undefined : spotBelow(spotOf(place ?? { record }), path);
  const pathText = spot?.text ?? "";
  const value = entry.value ?? spot?.value;
  // Field by field: a scan makes tens of thousands of these, and a spread of what is mostly absent costs more than all else.
  const result: { -readonly [K in keyof Result]?: Result[K] } = {
    id: control.id + about.inId + pathText,
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
  const { workload, system, team, environment, deployedBy } = about.shared;
  if (workload !== undefined) result.workload = workload;
  if (system !== undefined) result.system = system;
  if (team !== undefined) result.team = team;
  if (environment !== undefined) result.environment = environment;
  if (deployedBy !== undefined) result.deployedBy = deployedBy;
  return result as Result;
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
