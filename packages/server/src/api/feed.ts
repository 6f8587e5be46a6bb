/** Wakes those who wait for the next batch; a replica that does not lead learns of it by looking. */
import { pause, type Clock } from "@plimsoll/cluster";

export interface Feed {
  /** The last sequence that is known to be acknowledged. */
  readonly sequence: () => number;
  readonly committed: (sequence: number) => void;
  /** Resolves once there is a later one, or after so many milliseconds. */
  readonly next: (after: number, milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export function createFeed(clock: Clock): Feed {
  let last = 0;
  const waiting = new Set<() => void>();
  return {
    sequence: () => last,
    committed: (sequence) => {
      if (sequence === last) return;
      last = sequence; // also where a store was begun anew
      for (const wake of waiting) wake();
    },
    next: async (after, milliseconds, signal) => {
      if (last !== after) return;
      const controller = new AbortController();
      const wake = (): void => controller.abort();
      waiting.add(wake);
      signal.addEventListener("abort", wake);
      await pause(clock, milliseconds, controller.signal);
      waiting.delete(wake);
      signal.removeEventListener("abort", wake);
    },
  };
}
