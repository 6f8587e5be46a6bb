/**
 * A little more joined to much that was joined before: agents tell a little, and often. Only what they name is looked at,
 * unless there is more than is kept.
 */
import type { Detection } from "../model/detection.ts";
import type { Observation, Watch } from "../model/observation.ts";
import { compareText, detectionKey, observationKey, watchKey } from "./behaviour.ts";
import { keptOf } from "./kept.ts";
import { candidateOf, joinSeen, nothingSeen, seenLimits, smallest } from "./merge.ts";
import type { Seen, SeenLimits } from "./merge.ts";

/** One entry of what was seen; without a value it is not kept any more. */
export type SeenEntry =
  | { readonly part: "observation"; readonly key: string; readonly value?: Observation }
  | { readonly part: "watch"; readonly key: string; readonly value?: Watch }
  | { readonly part: "detection"; readonly key: string; readonly value?: Detection };

export interface More {
  readonly seen: Seen;
  /** Entries that are others than before. */
  readonly turned: readonly SeenEntry[];
}

/** All entries, by part and key. */
export function entriesOf({ observations, watches, detections }: Seen): readonly SeenEntry[] {
  return [
    ...observations.map((value) => ({ part: "observation", key: observationKey(value), value }) as const),
    ...watches.map((value) => ({ part: "watch", key: watchKey(value), value }) as const),
    ...detections.map((value) => ({ part: "detection", key: detectionKey(value), value }) as const),
  ];
}

/** As `joinSeen([before, batch])`: both of one container, and `before` joined within the same limits. */
export function joinMore(before: Seen, batch: Seen, limits: SeenLimits = seenLimits): More {
  const observations = sewn(
    before.observations,
    batch.observations,
    observationKey,
    (list) => joinSeen([{ ...nothingSeen, observations: list }], limits).observations,
  );
  const watches = sewn(
    before.watches,
    batch.watches,
    watchKey,
    (list) => joinSeen([{ ...nothingSeen, watches: list }], limits).watches,
  );
  const detections = sewn(
    before.detections,
    batch.detections,
    detectionKey,
    (list) => joinSeen([{ ...nothingSeen, detections: list }], limits).detections,
  );
  if (observations === "too many" || watches === "too many" || detections === "too many") {
    const whole = joinSeen([before, batch], limits);
    return { seen: whole, turned: turnedBetween(before, whole) };
  }
  const acts = chosen(observations, limits.behaviours);
  const looks = bounded(watches, watchKey, limits.watches);
  const alarms = bounded(detections, detectionKey, limits.detections);
  return {
    seen: { observations: acts.list, watches: looks.list, detections: alarms.list },
    turned: [
      ...acts.turned.map((each) => ({ part: "observation", ...each }) as const),
      ...looks.turned.map((each) => ({ part: "watch", ...each }) as const),
      ...alarms.turned.map((each) => ({ part: "detection", ...each }) as const),
    ],
  };
}

interface Listed<T> {
  readonly list: readonly T[];
  readonly turned: readonly { readonly key: string; readonly value?: T }[];
}

interface Sewn<T> extends Listed<T> {
  /** What was not there before. */
  readonly added: ReadonlySet<T>;
}

/** `too many`: of the batch alone not all is kept. */
function sewn<T>(
  before: readonly T[],
  batch: readonly T[],
  keyOf: (entry: T) => string,
  join: (list: readonly T[]) => readonly T[],
): Sewn<T> | "too many" {
  const added = new Set<T>();
  if (batch.length === 0) return { list: before, turned: [], added };
  const keys = [...new Set(batch.map(keyOf))].sort(compareText);
  const places = keys.map((key) => placeOf(before, key, keyOf));
  const known = places.flatMap(({ at, isThere }) => (isThere ? [before[at]!] : []));
  const joined = join([...known, ...batch]);
  if (joined.length < keys.length) return "too many";
  const list: T[] = [];
  const turned: { readonly key: string; readonly value: T }[] = [];
  let from = 0;
  joined.forEach((value, index) => {
    const { at, isThere } = places[index]!;
    for (; from < at; from += 1) list.push(before[from]!);
    const was = isThere ? before[at] : undefined;
    if (isThere) from += 1;
    else added.add(value);
    const isSame = was !== undefined && JSON.stringify(was) === JSON.stringify(value);
    list.push(isSame ? was : value);
    if (!isSame) turned.push({ key: keys[index]!, value });
  });
  for (; from < before.length; from += 1) list.push(before[from]!);
  return { list: turned.length === 0 ? before : list, turned, added };
}

/** As many as are kept: those of the smallest hash, as `joinSeen` has it. */
function bounded<T>(sewn: Sewn<T>, keyOf: (entry: T) => string, most: number): Listed<T> {
  if (sewn.list.length <= most) return sewn;
  const keyed = sewn.list.map((entry) => ({ key: keyOf(entry), entry }));
  const kept = new Set(smallest(keyed, most));
  return without(sewn, new Map(keyed.flatMap((each) => (kept.has(each) ? [] : [[each.entry, each.key]]))));
}

/** The same of behaviours, of each kind as many as are kept. */
function chosen(sewn: Sewn<Observation>, most: number): Listed<Observation> {
  const kinds = new Set(sewn.turned.map(({ value }) => value!.detail.kind));
  const gone = new Map<Observation, string>();
  const other = new Map<Observation, { readonly key: string; readonly value: Observation }>();
  for (const [kind, group] of Map.groupBy(sewn.list, ({ detail }) => detail.kind)) {
    const isAll = group.length <= most && group.every(({ firstAlike }) => firstAlike === undefined);
    if (isAll || !kinds.has(kind)) continue;
    const all = group.map((entry) => candidateOf({ key: observationKey(entry), entry }));
    const kept = keptOf(all, most);
    for (const each of all) {
      const { key, entry } = each;
      if (!kept.has(each)) gone.set(entry, key);
      else if (kept.get(each) !== entry.firstAlike)
        other.set(entry, { key, value: { ...entry, firstAlike: kept.get(each)! } });
    }
  }
  const { list, turned } = without(sewn, gone);
  if (other.size === 0) return { list, turned };
  return {
    list: list.map((entry) => other.get(entry)?.value ?? entry),
    turned: [...turned.filter(({ value }) => value === undefined || !other.has(value)), ...other.values()],
  };
}

function without<T>({ list, turned, added }: Sewn<T>, gone: ReadonlyMap<T, string>): Listed<T> {
  if (gone.size === 0) return { list, turned };
  return {
    list: list.filter((entry) => !gone.has(entry)),
    turned: [
      ...turned.filter(({ value }) => !gone.has(value!)),
      ...[...gone].flatMap(([entry, key]) => (added.has(entry) ? [] : [{ key }])),
    ],
  };
}

/** Where an entry of this key is in a list that is sorted by it, or belongs. */
function placeOf<T>(
  list: readonly T[],
  key: string,
  keyOf: (entry: T) => string,
): { readonly at: number; readonly isThere: boolean } {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = keyOf(list[middle]!);
    if (found === key) return { at: middle, isThere: true };
    if (found < key) low = middle + 1;
    else high = middle;
  }
  return { at: low, isThere: false };
}

/** What is told to be other, of two that were joined. */
export function turnedBetween(before: Seen, after: Seen): readonly SeenEntry[] {
  const idOf = ({ part, key }: SeenEntry): string => `${part} ${key}`;
  const was = new Map(entriesOf(before).map((entry) => [idOf(entry), entry]));
  const is = new Map(entriesOf(after).map((entry) => [idOf(entry), entry]));
  const gone = [...was].flatMap(([id, { part, key }]) => (is.has(id) ? [] : [{ part, key }]));
  const turned = [...is].flatMap(([id, entry]) =>
    JSON.stringify(was.get(id)?.value) === JSON.stringify(entry.value) ? [] : [entry],
  );
  return [...gone, ...turned];
}
