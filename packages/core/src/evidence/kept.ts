/**
 * Which behaviours are kept where not all can be. Those that differ in ids alone (temporary names, say) are a family, and the
 * first of each family go before the second of any: a thousand names of one file crowd nothing out, and since when the like
 * of them was seen stays known.
 */
import type { ObservationDetail } from "../model/observation.ts";
import { compareText, spread } from "./behaviour.ts";
import { shapeOf } from "./shape.ts";

/** Of one kind of one container. */
export interface Candidate {
  readonly key: string;
  readonly detail: ObservationDetail;
  /** When it was seen first, RFC 3339. */
  readonly first: string;
  /** When one of its family was, where not all of that is kept. */
  readonly alike: string | undefined;
}

/**
 * Those that are kept, as many as may be, each with `alike` as it is from now on. Within a family and among those that come
 * at the same turn the smallest hash goes first, whatever came when: what is left out once is left out of any join.
 */
export function keptOf<T extends Candidate>(
  group: readonly T[],
  most: number,
): ReadonlyMap<T, string | undefined> {
  if (group.length <= most && group.every(({ alike }) => alike === undefined))
    return new Map(group.map((each) => [each, undefined]));
  const families = [...Map.groupBy(group, ({ detail }) => shapeOf(detail).family).values()];
  const kept = new Set(group.length <= most ? group : chosen(families, most));
  const found = new Map<T, string | undefined>();
  for (const family of families) {
    const isWhole = family.every((each) => each.alike === undefined && kept.has(each));
    const alike = isWhole
      ? undefined
      : family.flatMap((each) => [each.first, each.alike ?? each.first]).reduce(earlier);
    for (const each of family) if (kept.has(each)) found.set(each, alike);
  }
  return found;
}

function chosen<T extends Candidate>(families: readonly (readonly T[])[], most: number): readonly T[] {
  return families
    .flatMap((family) =>
      family
        .map((entry) => ({ entry, hash: spread(entry.key) }))
        .sort((a, b) => a.hash - b.hash || compareText(a.entry.key, b.entry.key))
        .map((each, turn) => ({ ...each, turn })),
    )
    .sort((a, b) => a.turn - b.turn || a.hash - b.hash || compareText(a.entry.key, b.entry.key))
    .slice(0, most)
    .map(({ entry }) => entry);
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
