/** How often somebody may ask: buckets that fill with time, so many kept, the least used forgotten first. */
import type { Clock } from "@plimsoll/cluster";

export interface Pace {
  /** Milliseconds to wait; 0: go on. */
  readonly take: (key: string) => number;
  /** The same without taking. */
  readonly look: (key: string) => number;
}

/** `burst` at once, then `perSecond`. */
export function createPace(
  clock: Pick<Clock, "elapsed">,
  burst: number,
  perSecond: number,
  most = 10_000,
): Pace {
  const buckets = new Map<string, { level: number; at: number }>();
  const levelOf = (key: string): number => {
    const bucket = buckets.get(key);
    if (bucket === undefined) return burst;
    return Math.min(burst, bucket.level + ((clock.elapsed() - bucket.at) / 1000) * perSecond);
  };
  const waitFor = (level: number): number => (level >= 1 ? 0 : Math.ceil(((1 - level) / perSecond) * 1000));
  return {
    look: (key) => waitFor(levelOf(key)),
    take: (key) => {
      const level = levelOf(key);
      buckets.delete(key);
      while (buckets.size >= most) buckets.delete(buckets.keys().next().value!);
      buckets.set(key, { level: Math.max(0, level - 1), at: clock.elapsed() });
      return waitFor(level);
    },
  };
}
