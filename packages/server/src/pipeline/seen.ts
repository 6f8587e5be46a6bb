/**
 * What agents and sensors saw, joined container by container as it comes in: the same batch twice, late or in another
 * order makes no difference. It also knows what of it the store was not told.
 */
import {
  containerKey,
  entriesOf,
  joinMore,
  nothingSeen,
  turnedBetween,
  type ContainerKey,
  type Detection,
  type Observation,
  type Seen,
  type Watch,
} from "@plimsoll/core";
import type { PartChange } from "../store/batch.ts";
import { partsIn } from "../store/parts.ts";
import type { Store } from "../store/store.ts";

export interface Sightings {
  /** `sequence`: of the batch that will tell the store. True where anything was new. */
  readonly join: (batch: Seen, sequence: number) => boolean;
  /** Takes in what a store holds. */
  readonly restore: (stored: readonly StoredSighting[]) => void;
  /** Containers of which nothing was told after a sequence. */
  readonly toldUpTo: (sequence: number) => readonly ContainerKey[];
  /** Forgets containers by their keys, and tells the store to. */
  readonly forget: (keys: readonly string[]) => void;
  /** All there is; the same until something is joined. */
  readonly seen: () => Seen;
  /** What changed since it was last asked; `whole`: everything. */
  readonly parts: (whole: boolean) => readonly PartChange[];
}

/** As a store holds it. */
export interface StoredSighting {
  readonly part: SeenPart;
  readonly value: Observation | Watch | Detection;
  /** The sequence of the batch that told of it. */
  readonly began: number;
}

type SeenPart = "observation" | "watch" | "detection";

interface Own {
  readonly container: ContainerKey;
  readonly seen: Seen;
  /** The last batch that told of any of it. */
  readonly told: number;
}

export function createSightings(): Sightings {
  const byContainer = new Map<string, Own>();
  const untold = new Map<string, PartChange>();
  let all: Seen | undefined = nothingSeen;
  const tell = (changes: readonly PartChange[]): void => {
    for (const change of changes) untold.set(`${change.part} ${change.key}`, change);
    if (changes.length > 0) all = undefined;
  };
  const join = (batch: Seen, sequence: number): boolean => {
    let isNew = false;
    for (const [key, { container, seen }] of split(batch)) {
      const before = byContainer.get(key);
      const { seen: after, turned } = joinMore(before?.seen ?? nothingSeen, seen);
      if (turned.length === 0) continue;
      byContainer.set(key, { container, seen: after, told: Math.max(before?.told ?? 0, sequence) });
      tell(turned);
      isNew = true;
    }
    return isNew;
  };
  return {
    join,
    restore: (stored) => {
      const last = new Map<string, number>();
      for (const { value, began } of stored) {
        const key = containerKey(value.container);
        last.set(key, Math.max(last.get(key) ?? 0, began));
      }
      join(seenIn(stored), 0);
      for (const [key, told] of last) {
        const own = byContainer.get(key);
        if (own !== undefined && own.told < told) byContainer.set(key, { ...own, told });
      }
    },
    toldUpTo: (sequence) =>
      [...byContainer.values()].filter(({ told }) => told <= sequence).map(({ container }) => container),
    forget: (keys) => {
      for (const key of keys) {
        const own = byContainer.get(key);
        if (!byContainer.delete(key)) continue;
        tell(turnedBetween(own!.seen, nothingSeen));
      }
    },
    seen: () => (all ??= together(byContainer)),
    parts: (whole) => {
      const list = whole
        ? [...byContainer.values()].flatMap(({ seen }) => entriesOf(seen))
        : [...untold.values()];
      untold.clear();
      return list;
    },
  };
}

type Lists = { [K in keyof Seen]: Seen[K][number][] };

function split(batch: Seen): ReadonlyMap<string, Pick<Own, "container" | "seen">> {
  const found = new Map<string, { readonly container: ContainerKey; readonly seen: Lists }>();
  const of = (container: ContainerKey) => {
    const key = containerKey(container);
    let own = found.get(key);
    if (own === undefined)
      found.set(key, (own = { container, seen: { observations: [], watches: [], detections: [] } }));
    return own.seen;
  };
  for (const entry of batch.observations) of(entry.container).observations.push(entry);
  for (const entry of batch.watches) of(entry.container).watches.push(entry);
  for (const entry of batch.detections) of(entry.container).detections.push(entry);
  return found;
}

/** Keys begin with the container's, so that the lists of one container after another are sorted as a whole. */
function together(byContainer: ReadonlyMap<string, Own>): Seen {
  const lists = [...byContainer].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { seen }]) => seen);
  return {
    observations: lists.flatMap(({ observations }) => observations),
    watches: lists.flatMap(({ watches }) => watches),
    detections: lists.flatMap(({ detections }) => detections),
  };
}

function seenIn(stored: readonly StoredSighting[]): Seen {
  const of = (part: SeenPart) => stored.filter((each) => each.part === part).map(({ value }) => value);
  return { observations: of("observation"), watches: of("watch"), detections: of("detection") } as Seen;
}

/** What a store holds of a cluster's sightings. */
export async function storedSeen(store: Store, cluster: string): Promise<readonly StoredSighting[]> {
  const lists = (["observation", "watch", "detection"] as const).map(async (part) => {
    const found: StoredSighting[] = [];
    for await (const { value, began } of partsIn(store, cluster, part))
      found.push({ part, value: value as StoredSighting["value"], began });
    return found;
  });
  return (await Promise.all(lists)).flat();
}
