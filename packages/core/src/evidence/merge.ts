/**
 * What sensors saw, joined: of several files, nodes, replicas and clusters. Joining is associative, commutative and
 * idempotent, so that batches may come twice, late and in any order. Where not all can be kept, those of the smallest
 * hash are (of behaviours see `keptOf`), which keeps it so; the events of the rest stay counted in `Watch.events`, see `shed`.
 */
import type { Detection } from "../model/detection.ts";
import { peakNames, type Observation, type ObservationKind, type Peaks } from "../model/observation.ts";
import type { Interval, Support, Watch } from "../model/observation.ts";
import {
  compareText,
  containerKey,
  detectionKey,
  observationKey,
  spread,
  supportKey,
  watchKey,
} from "./behaviour.ts";
import { covering, united } from "./interval.ts";
import { keptOf, type Candidate } from "./kept.ts";

/** A batch: what was seen, who was watched, and what was told to be wrong. Each list is sorted by its key once it was joined. */
export interface Seen {
  readonly observations: readonly Observation[];
  readonly watches: readonly Watch[];
  readonly detections: readonly Detection[];
}

export interface SeenLimits {
  /** Distinct behaviours of one kind of one container. */
  readonly behaviours: number;
  /** Pods and sources that one behaviour is remembered for. */
  readonly support: number;
  /** Pods and sources that one container is remembered to be watched by. */
  readonly watches: number;
  /** Distinct detections of one container. */
  readonly detections: number;
}

export const seenLimits: SeenLimits = { behaviours: 5_000, support: 256, watches: 1_024, detections: 1_000 };

export const nothingSeen: Seen = { observations: [], watches: [], detections: [] };

export function joinSeen(batches: readonly Seen[], limits: SeenLimits = seenLimits): Seen {
  const observations = joined(
    batches.flatMap((batch) => batch.observations),
    observationKey,
    (a, b) => ({
      ...a,
      support: [...a.support, ...b.support],
      ...earlier("first", a, b),
      ...earlier("firstAlike", a, b),
    }),
  );
  const detections = joined(
    batches.flatMap((batch) => batch.detections),
    detectionKey,
    joinDetections,
  );
  const watches = joined(
    batches.flatMap((batch) => batch.watches),
    watchKey,
    joinWatches,
  );
  return {
    observations: keptIn(observations, limits.behaviours).map((entry) => supported(entry, limits.support)),
    watches: bounded(watches, ({ container }) => containerKey(container), limits.watches),
    detections: bounded(detections, ({ container }) => containerKey(container), limits.detections).map(
      (entry) => ({ ...entry, support: joinSupport(entry.support, limits.support) }),
    ),
  };
}

/** Of pods that are not remembered for it the first moment is: what was learned from them stays learned. */
function supported(observation: Observation, most: number): Observation {
  const support = joinSupport(observation.support, Infinity);
  const isCut = support.length > most;
  if (!isCut && observation.first === undefined) return { ...observation, support };
  return {
    ...observation,
    support: isCut ? joinSupport(support, most) : support,
    first: firstSeen(observation),
  };
}

type Moment = "first" | "firstAlike";

function earlier(name: Moment, a: Observation, b: Observation): Partial<Pick<Observation, Moment>> {
  const [moment] = [a, b].flatMap((each) => each[name] ?? []).toSorted();
  return moment === undefined ? {} : { [name]: moment };
}

function keptIn(entries: readonly Keyed<Observation>[], most: number): readonly Observation[] {
  const groups = Map.groupBy(
    entries,
    ({ entry: { container, detail } }) => `${detail.kind} ${containerKey(container)}`,
  );
  const kept = [...groups.values()].flatMap((group) => [...keptOf(group.map(candidateOf), most)]);
  return kept
    .sort(([a], [b]) => compareText(a.key, b.key))
    .map(([{ entry }, alike]) => (entry.firstAlike === alike ? entry : { ...entry, firstAlike: alike! }));
}

/** As what is kept is chosen from. */
export function candidateOf({ key, entry }: Keyed<Observation>): Candidate & Keyed<Observation> {
  return { key, entry, detail: entry.detail, first: firstSeen(entry), alike: entry.firstAlike };
}

/** RFC 3339. */
export function firstSeen({ support, first }: Observation): string {
  return support.reduce(
    (least, entry) => (entry.first < least ? entry.first : least),
    first ?? support[0]!.first,
  );
}

export interface Keyed<T> {
  readonly key: string;
  readonly entry: T;
}

function joined<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
  join: (a: T, b: T) => T,
): readonly Keyed<T>[] {
  const byKey = new Map<string, T>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const before = byKey.get(key);
    byKey.set(key, before === undefined ? entry : join(before, entry));
  }
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([key, entry]) => ({ key, entry }));
}

/** Of each group those of the smallest hash, as many as may be; the order stays. */
function bounded<T>(entries: readonly Keyed<T>[], groupOf: (entry: T) => string, most: number): readonly T[] {
  const groups = Map.groupBy(entries, ({ entry }) => groupOf(entry));
  const kept = [...groups.values()].flatMap((group) => smallest(group, most));
  return kept.sort((a, b) => compareText(a.key, b.key)).map(({ entry }) => entry);
}

export function smallest<T extends { readonly key: string }>(
  group: readonly T[],
  most: number,
): readonly T[] {
  if (group.length <= most) return group;
  return group
    .map((entry) => ({ entry, rank: spread(entry.key) }))
    .sort((a, b) => a.rank - b.rank || compareText(a.entry.key, b.entry.key))
    .slice(0, most)
    .map(({ entry }) => entry);
}

/** Counts of one source only grow, so the greater one is the later one. */
export function joinSupport(list: readonly Support[], most: number): readonly Support[] {
  const entries = joined(list, supportKey, (a, b) => ({
    pod: a.pod,
    provenance: a.provenance,
    first: a.first < b.first ? a.first : b.first,
    last: a.last > b.last ? a.last : b.last,
    count: Math.max(a.count, b.count),
  }));
  return [...smallest(entries, most)].sort((a, b) => compareText(a.key, b.key)).map(({ entry }) => entry);
}

const severityRank = ["low", "medium", "high", "critical"] as const;

function joinDetections(a: Detection, b: Detection): Detection {
  const severity =
    severityRank.indexOf(a.severity) >= severityRank.indexOf(b.severity) ? a.severity : b.severity;
  return {
    ...a,
    severity,
    message: a.message < b.message ? a.message : b.message,
    trust: a.trust < b.trust ? a.trust : b.trust,
    techniques: [...new Set([...a.techniques, ...b.techniques])].sort(),
    support: [...a.support, ...b.support],
  };
}

function joinWatches(a: Watch, b: Watch): Watch {
  const kinds = [...new Set([...Object.keys(a.sight), ...Object.keys(b.sight)])] as ObservationKind[];
  const counted = [...new Set([...Object.keys(a.events), ...Object.keys(b.events)])] as ObservationKind[];
  return {
    ...a,
    watched: united(a.watched, b.watched),
    heard: united(a.heard, b.heard),
    fromStart: a.fromStart || b.fromStart,
    sight: Object.fromEntries(
      kinds
        .sort()
        .map((kind) => [kind, [a.sight[kind], b.sight[kind]].includes("whole") ? "whole" : "partial"]),
    ),
    events: Object.fromEntries(
      counted.sort().map((kind) => [kind, Math.max(a.events[kind] ?? 0, b.events[kind] ?? 0)]),
    ),
    drops: Math.max(a.drops, b.drops),
    ...joinLosses(a, b),
    ...joinPeaks(a.peaks, b.peaks),
  };
}

/** Stretches in which one source lost events that are told apart. */
export const mostLosses = 100;

function joinLosses(a: Watch, b: Watch): Pick<Watch, "losses"> {
  const losses = covering(mostLosses, lossesOf(a), lossesOf(b));
  return losses.length === 0 ? {} : { losses };
}

/** When events of it were lost; where nobody says when, it may have been at any time. */
export function lossesOf({ losses, drops, heard }: Watch): readonly Interval[] {
  return losses ?? (drops > 0 ? heard : []);
}

function joinPeaks(a: Peaks | undefined, b: Peaks | undefined): { readonly peaks?: Peaks } {
  if (a === undefined && b === undefined) return {};
  const peaks: { [Name in (typeof peakNames)[number]]?: number } = {};
  for (const name of peakNames) {
    const found = Math.max(a?.[name] ?? -1, b?.[name] ?? -1);
    if (found >= 0) peaks[name] = found;
  }
  return { peaks };
}

const shedBefore = new WeakMap<
  readonly Observation[],
  { readonly of: readonly Watch[]; readonly shed: Shed }
>();

type Shed = ReadonlyMap<string, number>;

/**
 * Events that came in and whose behaviour was not kept, by container (`containerKey`) and kind. Worked out once a batch.
 * `limits`: those that it was joined within.
 */
export function shed(
  { observations, watches }: Pick<Seen, "observations" | "watches">,
  limits: SeenLimits = seenLimits,
): Shed {
  const before = shedBefore.get(observations);
  if (before?.of === watches) return before.shed;
  const found = shedOf(observations, watches, limits);
  shedBefore.set(observations, { of: watches, shed: found });
  return found;
}

function shedOf(
  observations: readonly Observation[],
  watches: readonly Watch[],
  { behaviours, support: most }: SeenLimits,
): Shed {
  const left = new Map<string, number>();
  const add = (key: string, count: number): void => {
    left.set(key, (left.get(key) ?? 0) + count);
  };
  const watched = new Set<string>();
  for (const { container, pod, sensor, provenance, events } of watches) {
    const place = containerKey(container);
    watched.add(sourceKey(place, pod, sensor, provenance));
    for (const [kind, count] of Object.entries(events)) add(`${kind} ${place}`, count);
  }
  const kept = new Map<string, { count: number; isCut: boolean }>();
  for (const { container, sensor, detail, support } of observations) {
    const place = containerKey(container);
    const key = `${detail.kind} ${place}`;
    const { count, isCut } = kept.get(key) ?? { count: 0, isCut: false };
    kept.set(key, { count: count + 1, isCut: isCut || support.length >= most });
    const counted = support.filter(({ pod, provenance }) =>
      watched.has(sourceKey(place, pod, sensor, provenance)),
    );
    for (const { count: events } of counted) add(key, -events);
  }
  // What lacks may be of pods that are not remembered: behaviours are shed only where there are as many as are kept.
  const isWhole = (key: string): boolean => {
    const own = kept.get(key);
    return own !== undefined && own.isCut && own.count < behaviours;
  };
  return new Map([...left].filter(([key, count]) => count > 0 && !isWhole(key)));
}

function sourceKey(place: string, pod: string, sensor: string, provenance: string): string {
  return `${place} ${JSON.stringify([pod, sensor, provenance])}`;
}
