/**
 * A tool that sends what it saw in many small parcels was there between two of them: each is heard of from the end of the
 * one before on. The same silence ends it that ends a stretch within a file.
 */
import type { Clock } from "@plimsoll/cluster";
import { containerKey, longestSilence, type Watch } from "@plimsoll/core";

export interface Hearing {
  /** The watches of one parcel of a source, each heard of since the parcel before. */
  readonly joined: (source: string, watches: readonly Watch[]) => readonly Watch[];
  /** Something of a source was not taken: what it tells next is joined to nothing before. */
  readonly missed: (source: string) => void;
  /** Watches that it remembers. */
  readonly size: () => number;
}

/** When a watch was last heard of: by the clock of its source, and by time that only passes here. */
interface End {
  readonly to: string;
  readonly at: number;
}

/** Of more, those that were heard of last are remembered: another counts for as long as its own parcels last. */
const mostWatches = 20_000;
/** Parcels come late: what was not heard of for twice the silence that ends it is joined to nothing any more. */
const holds = 2 * longestSilence;

export function createHearing(clock: Pick<Clock, "elapsed">, most = mostWatches): Hearing {
  /** The one that was heard of longest ago comes first. */
  const ends = new Map<string, End>();
  const forget = (now: number): void => {
    for (const [key, { at }] of ends) {
      if (ends.size <= most && now - at <= holds) return;
      ends.delete(key);
    }
  };
  return {
    joined: (source, watches) => {
      const now = clock.elapsed();
      const joined = watches.map((watch) => {
        const key = JSON.stringify([source, watch.sensor, containerKey(watch.container), watch.pod]);
        const before = ends.get(key)?.to;
        const [first, last] = [watch.heard[0], watch.heard.at(-1)];
        if (first === undefined || last === undefined) return watch;
        ends.delete(key);
        ends.set(key, { to: before === undefined ? last.to : laterOf(before, last.to), at: now });
        if (before === undefined || before >= first.from) return watch;
        if (Date.parse(first.from) - Date.parse(before) > longestSilence) return watch;
        return { ...watch, heard: [{ from: before, to: first.to }, ...watch.heard.slice(1)] };
      });
      forget(now);
      return joined;
    },
    missed: (source) => {
      const own = `${JSON.stringify([source]).slice(0, -1)},`;
      for (const key of ends.keys()) if (key.startsWith(own)) ends.delete(key);
    },
    size: () => ends.size,
  };
}

/** Parcels may come out of turn; the clock of a source that was ahead is set back. */
function laterOf(before: string, to: string): string {
  return to > before || Date.parse(before) - Date.parse(to) > longestSilence ? to : before;
}
