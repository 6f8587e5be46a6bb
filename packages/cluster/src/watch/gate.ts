/**
 * How long a kind waits after a failure. While many fail, as when the server is away, they take turns, so that it is
 * not run over; once one gets through, the others follow at once.
 */
import { pause, type Clock, type Random } from "../doors.ts";
import type { WatchSettings } from "./settings.ts";

export interface Gate {
  /** Waits before the next try. `firm`: the server asked for it, whatever others achieve. */
  readonly wait: (who: object, milliseconds: number, firm: boolean, signal: AbortSignal) => Promise<void>;
  /**
   * Waits for a permission, or for a kind to be served. One that was there a moment ago may come back at any moment, so
   * of those who lost theirs lately one after the other asks again each `askedAgainEvery`, for all.
   */
  readonly waitRefused: (who: object, milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Who failed before gets through again. */
  readonly through: (who: object) => void;
  /** Permissions have changed: whoever was refused asks again, and once more when the change must have come through. */
  readonly reconsider: () => void;
}

interface Waiter {
  readonly firm: boolean;
  readonly wake: () => void;
}

interface Refused {
  readonly until: number;
  readonly wake: () => void;
}

/** When permissions change, milliseconds until they hold: at once, or when a server has heard of it. */
const holdAfter = [50, 500, 2_000] as const;

/** So few that fail have troubles of their own, and take no turns. */
const few = 3;

export function createGate(clock: Clock, random: Random, settings: WatchSettings): Gate {
  const failing = new Set<object>();
  const waiters = new Set<Waiter>();
  let nextTurn = 0;
  const quick = quickRound(clock, settings);
  let reconsidering = false;
  return {
    waitRefused: (who, milliseconds, signal) => quick.wait(who, milliseconds, signal),
    reconsider: () => {
      if (reconsidering) return;
      reconsidering = true;
      clock.after(holdAfter[0], () => (reconsidering = false));
      for (const wait of holdAfter) clock.after(wait, quick.wakeAll);
    },
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
      if (quick.got(who)) quick.wakeAll();
      if (!failing.delete(who)) return;
      nextTurn = 0;
      for (const { firm, wake } of waiters) {
        if (!firm) clock.after(random.next() * settings.spread, wake);
      }
    },
  };
}

interface QuickRound {
  readonly wait: (who: object, milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Whether it had been refused. */
  readonly got: (who: object) => boolean;
  readonly wakeAll: () => void;
}

function quickRound(clock: Clock, settings: WatchSettings): QuickRound {
  /** Since when each is refused, until it gets through. */
  const since = new Map<object, number>();
  const waiting = new Map<object, Refused>();
  let running = false;
  /** Wakes one; they stand in the order in which they began to wait, so all get their turn. */
  const next = (): void => {
    const now = clock.elapsed();
    const lately = [...waiting.values()].filter(({ until }) => until > now);
    lately[0]?.wake();
    running = waiting.size > 0;
    if (running) clock.after(settings.askedAgainEvery, next);
  };
  return {
    wait: async (who, milliseconds, signal) => {
      const now = clock.elapsed();
      since.set(who, since.get(who) ?? now);
      const early = new AbortController();
      const wake = (): void => early.abort();
      const until = since.get(who)! + settings.askedAgainFor;
      waiting.set(who, { until, wake });
      if (!running) {
        running = true;
        clock.after(settings.askedAgainEvery, next);
      }
      signal.addEventListener("abort", wake);
      await pause(clock, milliseconds, early.signal);
      signal.removeEventListener("abort", wake);
      waiting.delete(who);
    },
    got: (who) => since.delete(who),
    wakeAll: () => {
      for (const { wake } of waiting.values()) wake();
    },
  };
}

/** The wait after so many failures in a row: it doubles, with a random part, to a longest that grows once it lasts. */
export function backoff(failures: number, first: number, longest: number, random: Random): number {
  const whole = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return whole * (0.5 + random.next() / 2);
}
