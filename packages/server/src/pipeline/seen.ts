/**
 * What agents and sensors saw, joined container by container as it comes in: the same batch twice, late or in another
 * order makes no difference. It also knows what of it the store was not told.
 */
import {
  containerKey,
  detectionKey,
  joinSeen,
  nothingSeen,
  observationKey,
  watchKey,
  type ContainerKey,
  type Seen,
} from "@plimsoll/core";
import type { PartChange } from "../store/batch.ts";
import type { Store } from "../store/store.ts";

export interface Sightings {
  /** True where anything was new. */
  readonly join: (batch: Seen) => boolean;
  /** All there is; the same until something is joined. */
  readonly seen: () => Seen;
  /** What changed since it was last asked; `whole`: everything. */
  readonly parts: (whole: boolean) => readonly PartChange[];
}

type Parts = ReadonlyMap<string, PartChange>;

export function createSightings(): Sightings {
  const byContainer = new Map<string, Seen>();
  const untold = new Map<string, PartChange>();
  let all: Seen | undefined = nothingSeen;
  return {
    join: (batch) => {
      let isNew = false;
      for (const [key, own] of split(batch)) {
        const before = byContainer.get(key) ?? nothingSeen;
        const after = joinSeen([before, own]);
        const changes = changesBetween(partsOf(before), partsOf(after));
        if (changes.length === 0) continue;
        byContainer.set(key, after);
        for (const change of changes) untold.set(`${change.part} ${change.key}`, change);
        isNew = true;
      }
      if (isNew) all = undefined;
      return isNew;
    },
    seen: () => (all ??= together(byContainer)),
    parts: (whole) => {
      const list = whole
        ? [...byContainer.values()].flatMap((seen) => [...partsOf(seen).values()])
        : [...untold.values()];
      untold.clear();
      return list;
    },
  };
}

function split(batch: Seen): ReadonlyMap<string, Seen> {
  const found = new Map<string, { [K in keyof Seen]: Seen[K][number][] }>();
  const of = (container: ContainerKey) => {
    const key = containerKey(container);
    let own = found.get(key);
    if (own === undefined) found.set(key, (own = { observations: [], watches: [], detections: [] }));
    return own;
  };
  for (const entry of batch.observations) of(entry.container).observations.push(entry);
  for (const entry of batch.watches) of(entry.container).watches.push(entry);
  for (const entry of batch.detections) of(entry.container).detections.push(entry);
  return found;
}

/** Keys begin with the container's, so that the lists of one container after another are sorted as a whole. */
function together(byContainer: ReadonlyMap<string, Seen>): Seen {
  const lists = [...byContainer].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, seen]) => seen);
  return {
    observations: lists.flatMap(({ observations }) => observations),
    watches: lists.flatMap(({ watches }) => watches),
    detections: lists.flatMap(({ detections }) => detections),
  };
}

function partsOf({ observations, watches, detections }: Seen): Parts {
  const parts: readonly PartChange[] = [
    ...observations.map((value) => ({ part: "observation", key: observationKey(value), value }) as const),
    ...watches.map((value) => ({ part: "watch", key: watchKey(value), value }) as const),
    ...detections.map((value) => ({ part: "detection", key: detectionKey(value), value }) as const),
  ];
  return new Map(parts.map((part) => [`${part.part} ${part.key}`, part]));
}

function changesBetween(before: Parts, after: Parts): readonly PartChange[] {
  const gone = [...before].flatMap(([key, { part, key: own }]) =>
    after.has(key) ? [] : [{ part, key: own } as PartChange],
  );
  const changed = [...after].flatMap(([key, part]) =>
    JSON.stringify(before.get(key)?.value) === JSON.stringify(part.value) ? [] : [part],
  );
  return [...gone, ...changed];
}

/** What a store holds of a cluster's sightings. */
export async function storedSeen(store: Store, cluster: string): Promise<Seen> {
  const [observations, watches, detections] = await Promise.all(
    (["observation", "watch", "detection"] as const).map((part) => valuesOf(store, cluster, part)),
  );
  return { observations, watches, detections } as Seen;
}

async function valuesOf(
  store: Store,
  cluster: string,
  part: "observation" | "watch" | "detection",
): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  for (let after = ""; ;) {
    const page = await store.parts(cluster, part, after, 1_000);
    for (const { value } of page) values.push(value);
    if (page.length < 1_000) return values;
    after = page.at(-1)!.key;
  }
}
