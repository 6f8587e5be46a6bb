/**
 * A tool that sends what it saw in many small parcels was there between two of them: each is heard of from the end of the
 * one before on. The same silence ends it that ends a stretch within a file.
 */
import { containerKey, longestSilence, type Watch } from "@plimsoll/core";

export interface Hearing {
  /** The watches of one parcel of a source, each heard of since the parcel before. */
  readonly joined: (source: string, watches: readonly Watch[]) => readonly Watch[];
}

/** Of more it is not remembered when they were heard of: such a watch counts for as long as its own parcels last. */
const mostWatches = 20_000;

export function createHearing(): Hearing {
  const ends = new Map<string, string>();
  return {
    joined: (source, watches) =>
      watches.map((watch) => {
        const key = JSON.stringify([source, watch.sensor, containerKey(watch.container), watch.pod]);
        const before = ends.get(key);
        const [first, last] = [watch.heard[0], watch.heard.at(-1)];
        if (first === undefined || last === undefined) return watch;
        if (before === undefined ? ends.size < mostWatches : last.to > before) ends.set(key, last.to);
        if (before === undefined || before >= first.from) return watch;
        if (Date.parse(first.from) - Date.parse(before) > longestSilence) return watch;
        return { ...watch, heard: [{ from: before, to: first.to }, ...watch.heard.slice(1)] };
      }),
  };
}
