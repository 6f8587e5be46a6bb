/**
 * When a silence is too long. A lively stream is missed soon; a quiet one has a bookmark every minute; one that turns
 * out to have been rightly silent is given more time, so that a quiet cluster is asked next to nothing.
 */
import type { WatchSettings } from "./settings.ts";

export interface Quiet {
  readonly opened: (at: number) => void;
  readonly heard: (at: number, event: boolean) => void;
  readonly isTooLong: (now: number) => boolean;
}

/** So many times the usual time between two events. */
const unusual = 8;
/** An event so soon after a stream was opened anew was missed: the silence was no rest. */
const soon = 3_000;
const mostPatient = 8;

export function createQuiet({ shortestQuiet, longestQuiet }: WatchSettings): Quiet {
  let heardAt = 0;
  let eventAt: number | undefined;
  let gap: number | undefined;
  let patience = 1;
  /** When a stream was given up for its silence, until it is known whether rightly. */
  let doubtedAt: number | undefined;
  const limit = (): number => {
    const usual = gap === undefined ? longestQuiet : gap * unusual;
    return Math.min(Math.max(usual, shortestQuiet) * patience, longestQuiet * mostPatient);
  };
  return {
    opened: (at) => {
      heardAt = at;
    },
    heard: (at, event) => {
      if (doubtedAt !== undefined) {
        const missed = event && at - doubtedAt <= soon;
        patience = missed ? 1 : Math.min(patience * 2, mostPatient * 8);
        doubtedAt = undefined;
      }
      heardAt = at;
      if (!event) return;
      if (eventAt !== undefined) {
        const last = Math.min(at - eventAt, longestQuiet);
        gap = gap === undefined ? last : gap + (last - gap) / 5;
      }
      eventAt = at;
    },
    isTooLong: (now) => {
      if (now - heardAt <= limit()) return false;
      if (doubtedAt !== undefined) patience = Math.min(patience * 2, mostPatient * 8); // silent again: it is a rest
      doubtedAt = now;
      return true;
    },
  };
}
