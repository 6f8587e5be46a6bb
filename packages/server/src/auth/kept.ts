/** Answers kept for a while: asked for once, however many wait, and never longer than they may hold. */
import type { Clock } from "@plimsoll/cluster";

export interface Kept<T> {
  /** The answer under a key, asked for anew once it is too old. A failure is kept for nobody. */
  readonly get: (key: string, ask: () => Promise<T>) => Promise<T>;
  readonly size: () => number;
}

export interface KeptOptions<T> {
  readonly clock: Clock;
  /** Milliseconds that an answer holds. */
  readonly holds: (answer: T) => number;
  readonly most: number;
}

interface Entry<T> {
  readonly answer: Promise<T>;
  /** On the clock's `elapsed`: counted from when it was asked, since it may have been true only then. */
  until: number;
}

export function createKept<T>({ clock, holds, most }: KeptOptions<T>): Kept<T> {
  const entries = new Map<string, Entry<T>>();
  return {
    get: (key, ask) => {
      const now = clock.elapsed();
      const found = entries.get(key);
      if (found !== undefined && now < found.until) return found.answer;
      entries.delete(key);
      while (entries.size >= most) entries.delete(entries.keys().next().value!);
      const entry: Entry<T> = { answer: ask(), until: Number.POSITIVE_INFINITY };
      entries.set(key, entry);
      entry.answer.then(
        (answer) => {
          entry.until = now + holds(answer);
        },
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      return entry.answer;
    },
    size: () => entries.size,
  };
}
