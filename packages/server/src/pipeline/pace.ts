/** When what takes long is worked out: soon where all is quiet, and seldom enough to hold nobody up where it is not. */
import type { Clock } from "@plimsoll/cluster";
import type { IsLate } from "@plimsoll/core";

/** In milliseconds of the clock's elapsed time. */
export interface Pace {
  changedAt: number;
  reportedAt: number;
  /** What the last report took. */
  reportTook: number;
  /** The last look at what many objects together tell. */
  settledAt: number;
  settleTook: number;
  /** How often in a row the overview has ended, or could not answer. */
  failures: number;
  /** The last piece of what was put off, with what it took, its commit included. */
  pieceAt: number;
  pieceTook: number;
  /** When it was last judged by what was seen, and what judging has taken since, in pieces and as a whole. */
  weighedAt: number;
  weighTook: number;
}

/** So long nothing came: it is quiet. */
const quiet = 150;
/** Shares of the time that reports may take where it is quiet, and where it never is. */
const quietShare = 1 / 2;
const busyShare = 1 / 10;
/** However seldom that would be, they are not behind for longer. */
const longestBehind = 60_000;
/** What a piece of judging may take before changes are looked for. */
const piece = 8;

/** Milliseconds to wait: until a report is due, where there is one to make, else until it is time to look anyway. */
export function restFor(
  { changedAt, reportedAt, reportTook }: Pace,
  now: number,
  isStale: boolean,
  longest: number,
): number {
  if (!isStale) return longest;
  const ifQuiet = Math.max(changedAt + quiet, reportedAt + reportTook / quietShare);
  const anyway = reportedAt + Math.min(longestBehind, Math.max(quiet, reportTook / busyShare));
  return Math.max(0, Math.min(ifQuiet, anyway) - now);
}

/** Milliseconds until the overview is asked again, so that it takes no more than half of its time; longer where it fails. */
export function settleIn({ settledAt, settleTook, failures }: Pace, now: number): number {
  const wait = failures === 0 ? settleTook : Math.min(60_000, 500 * 2 ** failures);
  return Math.max(0, settledAt + wait - now);
}

/** Milliseconds until the next piece of what was put off: none waits where it is quiet, and where it is not they take a quarter of the time. */
export function pieceIn({ changedAt, pieceAt, pieceTook }: Pace, now: number): number {
  return Math.max(0, Math.min(changedAt + quiet, pieceAt + 3 * pieceTook) - now);
}

/**
 * Milliseconds until it is judged by what was seen since. Agents tell something every second, and most of it is the same
 * again: so often all that rests on it is judged only where that is cheap, else so seldom that it takes a tenth of the time.
 */
export function weighIn({ weighedAt, weighTook }: Pace, now: number): number {
  return Math.max(0, weighedAt + Math.min(longestBehind, weighTook / busyShare) - now);
}

export function pieceOf(clock: Clock): IsLate {
  const until = clock.elapsed() + piece;
  return () => clock.elapsed() >= until;
}
