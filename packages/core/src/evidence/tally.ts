/** Events of one source, folded into distinct behaviours as they come: bounded, and what is shed stays counted. */
import type { Detection } from "../model/detection.ts";
import type {
  ContainerKey,
  Interval,
  Observation,
  ObservationDetail,
  ObservationKind,
  Origin,
  Sight,
  Support,
  Trust,
  Watch,
} from "../model/observation.ts";
import { compareText, containerKey, observationKey } from "./behaviour.ts";
import { covering, united } from "./interval.ts";
import { keptOf } from "./kept.ts";
import { joinSeen, mostLosses, seenLimits, type Seen, type SeenLimits } from "./merge.ts";

/** One event, said of a container. `time` is RFC 3339 in UTC with milliseconds. */
export interface SensedEvent {
  readonly container: ContainerKey;
  readonly pod: string;
  readonly time: string;
  readonly detail: ObservationDetail;
  readonly trust: Trust;
  readonly origin?: Origin;
  /** It is the container's first process. */
  readonly start?: boolean;
}

/** What one source is: which sensor, where it came from, and what it sees. */
export interface SourceOfEvents {
  readonly sensor: string;
  readonly provenance: string;
  readonly sight: { readonly [Kind in ObservationKind]?: Sight };
}

export interface Tally {
  /** False where it is of one container too many. What other limits shed stays counted in the watch. */
  readonly add: (event: SensedEvent) => boolean;
  /** False where it is one too many. */
  readonly detect: (detection: Detection) => boolean;
  /** The source was heard of. */
  readonly hear: (time: string) => void;
  /** It lost so many events, since it was heard of last and up to that time; at any time, where it does not say. */
  readonly drop: (count: number, time: string | undefined) => void;
  readonly result: () => Seen;
}

/** A source silent for longer than this (milliseconds) was not necessarily there. */
export const longestSilence = 3_600_000;
const mostContainers = 20_000;
const mostDetections = 20_000;

interface Entry {
  readonly observation: Omit<Observation, "support">;
  readonly support: Map<string, { first: string; last: string; count: number }>;
  /** As `Observation.firstAlike`. */
  alike: string | undefined;
}

/** Of one kind of one container, by key. */
type Bucket = Map<string, Entry>;

interface Watching {
  readonly container: ContainerKey;
  readonly pod: string;
  first: string;
  last: string;
  fromStart: boolean;
  readonly events: Partial<Record<ObservationKind, number>>;
}

export function createTally(source: SourceOfEvents, limits: SeenLimits = seenLimits): Tally {
  const buckets = new Map<string, Bucket>();
  const watching = new Map<string, Watching>();
  const detections: Detection[] = [];
  const heard: string[] = [];
  let intervals: readonly Interval[] = [];
  let [drops, last] = [0, ""];
  /** Undefined: at any time. */
  let losses: readonly Interval[] | undefined = [];
  const hear = (time: string): void => {
    heard.push(time);
    if (time > last) last = time;
    if (heard.length < 10_000) return;
    intervals = united(intervals, stretches(heard));
    heard.length = 0;
  };
  return {
    add: (event) => {
      const place = `${containerKey(event.container)} ${JSON.stringify(event.pod)}`;
      const watch = watching.get(place) ?? (watching.size < mostContainers ? begin(event) : undefined);
      if (watch === undefined) return false;
      watching.set(place, watch);
      extend(watch, event);
      hear(event.time);
      fold(bucketFor(buckets, event), event, source, limits);
      return true;
    },
    detect: (detection) => {
      if (detections.length >= mostDetections) return false;
      detections.push(detection);
      return true;
    },
    hear,
    drop: (count, time) => {
      if (count === 0) return;
      drops += count;
      const from = last === "" || (time ?? "") < last ? time : last;
      losses =
        losses === undefined || time === undefined || from === undefined
          ? undefined
          : covering(mostLosses, losses, [{ from, to: time }]);
    },
    result: () => {
      const all = joinedStretches(intervals, stretches(heard));
      const watches = [...watching.values()].map((watch) => watchOf(watch, source, all, drops, losses));
      return joinSeen(
        [{ observations: [...observationsOf(buckets, source)], watches, detections: counted(detections) }],
        limits,
      );
    },
  };
}

function begin({ container, pod, time }: SensedEvent): Watching {
  return { container, pod, first: time, last: time, fromStart: false, events: {} };
}

function extend(watch: Watching, { time, start, detail }: SensedEvent): void {
  if (time < watch.first) watch.first = time;
  if (time > watch.last) watch.last = time;
  if (start === true) watch.fromStart = true;
  watch.events[detail.kind] = (watch.events[detail.kind] ?? 0) + 1;
}

function bucketFor(buckets: Map<string, Bucket>, { container, detail }: SensedEvent): Bucket {
  const key = `${detail.kind} ${containerKey(container)}`;
  let bucket = buckets.get(key);
  if (bucket === undefined) buckets.set(key, (bucket = new Map()));
  return bucket;
}

function fold(bucket: Bucket, event: SensedEvent, source: SourceOfEvents, limits: SeenLimits): void {
  const { container, detail, trust, origin, pod, time } = event;
  const observation = {
    container,
    detail,
    sensor: source.sensor,
    trust,
    ...(origin === undefined ? {} : { origin }),
  };
  const key = observationKey({ ...observation, support: [] });
  let entry = bucket.get(key);
  if (entry === undefined) {
    entry = { observation, support: new Map(), alike: undefined };
    bucket.set(key, entry);
  }
  const before = entry.support.get(pod);
  if (before === undefined) entry.support.set(pod, { first: time, last: time, count: 1 });
  else {
    if (time < before.first) before.first = time;
    if (time > before.last) before.last = time;
    before.count += 1;
  }
  if (bucket.size > limits.behaviours * 2) prune(bucket, limits.behaviours);
}

function prune(bucket: Bucket, most: number): void {
  const all = Array.from(bucket, ([key, entry]) => {
    const first = [...entry.support.values()].map((each) => each.first).reduce((a, b) => (a < b ? a : b));
    return { key, entry, detail: entry.observation.detail, first, alike: entry.alike };
  });
  const kept = keptOf(all, most);
  for (const each of all)
    if (kept.has(each)) each.entry.alike = kept.get(each);
    else bucket.delete(each.key);
}

function* observationsOf(
  buckets: ReadonlyMap<string, Bucket>,
  { provenance }: SourceOfEvents,
): Generator<Observation> {
  for (const bucket of buckets.values()) {
    for (const { observation, support, alike } of bucket.values()) {
      yield {
        ...observation,
        ...(alike === undefined ? {} : { firstAlike: alike }),
        support: Array.from(support, ([pod, seen]): Support => ({ pod, provenance, ...seen })),
      };
    }
  }
}

function watchOf(
  watch: Watching,
  source: SourceOfEvents,
  all: readonly Interval[],
  drops: number,
  losses: readonly Interval[] | undefined,
): Watch {
  const { first, last, events, ...rest } = watch;
  const from = all
    .filter(({ to }) => to >= first)
    .map((each) => ({ from: each.from < first ? first : each.from, to: each.to }));
  const watched = from
    .filter((each) => each.from <= last)
    .map((each) => ({ from: each.from, to: each.to > last ? last : each.to }));
  const own = losses?.filter(({ to }) => to >= first);
  return {
    ...rest,
    ...source,
    events: Object.fromEntries(Object.entries(events).sort(([a], [b]) => compareText(a, b))),
    watched,
    heard: from,
    drops,
    ...(drops === 0 || own === undefined ? {} : { losses: own }),
  };
}

/** Moments no further apart than the longest silence are one stretch. */
function stretches(times: readonly string[]): readonly Interval[] {
  return joinedStretches(times.map((time) => ({ from: time, to: time })));
}

function joinedStretches(...lists: readonly (readonly Interval[])[]): readonly Interval[] {
  const out: { from: string; to: string }[] = [];
  for (const { from, to } of united(...lists)) {
    const last = out.at(-1);
    if (last !== undefined && Date.parse(from) - Date.parse(last.to) <= longestSilence) last.to = to;
    else out.push({ from, to });
  }
  return out;
}

/** The same detection told many times by one source is one, with the sum of their counts. */
function counted(list: readonly Detection[]): readonly Detection[] {
  const byKey = new Map<string, Detection>();
  for (const entry of list) {
    const [support] = entry.support;
    const key = JSON.stringify([
      containerKey(entry.container),
      entry.rule,
      entry.program ?? "",
      support?.pod ?? "",
    ]);
    const before = byKey.get(key);
    if (before === undefined || support === undefined) byKey.set(key, entry);
    else {
      const [old] = before.support;
      byKey.set(key, {
        ...before,
        support: [
          {
            ...old!,
            first: old!.first < support.first ? old!.first : support.first,
            last: old!.last > support.last ? old!.last : support.last,
            count: old!.count + support.count,
          },
        ],
      });
    }
  }
  return [...byKey.values()];
}
