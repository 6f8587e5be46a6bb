/**
 * How long a kind waits after a failure. While many fail, as when the server is away, they take turns, so that it is
 * not run over; once one gets through, the others follow at once.
 */
import { pause, type Clock, type Random } from "../doors.ts";
import type { WatchSettings } from "./settings.ts";

export interface Gate {
  /** Waits before the next try. `firm`: the server asked for it, or will not change its mind, whatever others achieve. */
  readonly wait: (who: object, milliseconds: number, firm: boolean, signal: AbortSignal) => Promise<void>;
  /** Who failed before gets through again. */
  readonly through: (who: object) => void;
}

interface Waiter {
  readonly firm: boolean;
  readonly wake: () => void;
}

/** So few that fail have troubles of their own, and take no turns. */
const few = 3;

export function createGate(clock: Clock, random: Random, settings: WatchSettings): Gate {
  const failing = new Set<object>();
  const waiters = new Set<Waiter>();
  let nextTurn = 0;
  return {
    wait: async (who, milliseconds, firm, signal) => {
      if (!firm) failing.add(who);
      const now = clock.elapsed();
      let due = now + milliseconds;
      if (!firm && failing.size > few) {
        due = Math.max(due, nextTurn);
        nextTurn = Math.max(now, nextTurn) + settings.spacing;
      }
      const early = new AbortController();
      const wake = (): void => early.abort();
      const waiter: Waiter = { firm, wake };
      waiters.add(waiter);
      signal.addEventListener("abort", wake);
      await pause(clock, due - now, early.signal);
      signal.removeEventListener("abort", wake);
      waiters.delete(waiter);
    },
    through: (who) => {
      if (!failing.delete(who)) return;
      nextTurn = 0;
      for (const { firm, wake } of waiters) {
        if (!firm) clock.after(random.next() * settings.spread, wake);
      }
    },
  };
}

/** The wait after so many failures in a row: it doubles, with a random part, to a longest that grows once it lasts. */
export function backoff(failures: number, first: number, longest: number, random: Random): number {
  const whole = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return whole * (0.5 + random.next() / 2);
}
