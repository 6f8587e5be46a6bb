/**
 * Kinds that were served and are no more. A server that begins serves custom kinds a moment later than all others: it is
 * asked again before it is believed that they, and their objects with them, are gone.
 */
import type { Clock } from "../doors.ts";

export interface Vanishing {
  /** Whether it has stayed away for long enough. */
  readonly isGone: (id: string) => boolean;
  readonly isBack: (id: string) => void;
}

/** `ask` is called when it is time to look again. */
export function createVanishing(clock: Clock, goneAfter: number, ask: () => void): Vanishing {
  const since = new Map<string, number>();
  return {
    isGone: (id) => {
      const from = since.get(id);
      if (from !== undefined && clock.elapsed() - from >= goneAfter) return since.delete(id);
      if (from === undefined) {
        since.set(id, clock.elapsed());
        clock.after(goneAfter, ask);
      }
      return false;
    },
    isBack: (id) => void since.delete(id),
  };
}
