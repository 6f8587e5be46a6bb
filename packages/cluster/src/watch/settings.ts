/** How patient the watch client is, how often it tries and checks, and how much it takes at once. */

/** All times in milliseconds. */
export interface WatchSettings {
  readonly pageLength: number;
  readonly listsAtOnce: number;
  /** Ask for the first state as a stream; a server that cannot is asked for pages. */
  readonly streaming: boolean;
  /** A watch ends by itself after some time between these, so that not all end at once. */
  readonly shortestWatch: number;
  readonly longestWatch: number;
  /** Without a byte of a list; without the head of an answer to a watch. */
  readonly listPatience: number;
  readonly headPatience: number;
  /** A line without a byte for so long is asked for a sign of life, and cut where none comes. */
  readonly pingAfter: number;
  readonly pingPatience: number;
  /** A stream that was lively is opened anew after so long a silence, at the least; a quiet one, at the most. */
  readonly shortestQuiet: number;
  readonly longestQuiet: number;
  /** Waits after failures: the first, the longest, and the longest once it has failed for `lastingAfter`. */
  readonly firstWait: number;
  readonly longestWait: number;
  readonly lastingAfter: number;
  readonly lastingWait: number;
  readonly forbiddenWait: number;
  readonly longestForbiddenWait: number;
  /** Of the kinds that were refused lately one asks again so often, for so long. */
  readonly askedAgainEvery: number;
  readonly askedAgainFor: number;
  /** No wait that a server asks for is longer. */
  readonly longestAskedWait: number;
  /** While many kinds fail, between any two tries; once one succeeds, the others follow within `spread`. */
  readonly spacing: number;
  readonly spread: number;
  /** A stream that has been open for so long was not just taken and dropped. */
  readonly steadyAfter: number;
  /** A kind without a stream for so long is a gap. */
  readonly blindAfter: number;
  readonly countEvery: number;
  readonly compareEvery: number;
  /** How long a check waits for the stream to come as far as the list that it compares with. */
  readonly catchUp: number;
  readonly discoverEvery: number;
  /** A kind that is not served any more for so long is gone, and its objects with it. */
  readonly goneAfter: number;
  /** A server whose lists stay behind what was seen for so long was restored from a backup: it is believed then. */
  readonly restoredAfter: number;
  readonly lineBytes: number;
  readonly bodyBytes: number;
  /** Changes handed over at once. */
  readonly batch: number;
  /** How long whoever takes changes may take for it. */
  readonly handlerPatience: number;
  /** What it failed at is tried again so often, for so long; then more and more rarely. */
  readonly retryEvery: number;
  readonly retryFor: number;
}

const second = 1_000;
const minute = 60 * second;
const mebibyte = 1024 * 1024;

export const usualSettings: WatchSettings = {
  pageLength: 500,
  listsAtOnce: 5,
  streaming: true,
  shortestWatch: 5 * minute,
  longestWatch: 10 * minute,
  listPatience: 30 * second,
  headPatience: 8 * second,
  pingAfter: 3 * second,
  pingPatience: 4 * second,
  shortestQuiet: 5 * second,
  longestQuiet: 75 * second,
  firstWait: 50,
  longestWait: 800,
  lastingAfter: 2 * minute,
  lastingWait: 30 * second,
  forbiddenWait: second,
  longestForbiddenWait: 30 * second,
  askedAgainEvery: 700,
  askedAgainFor: 3 * minute,
  longestAskedWait: 5 * minute,
  spacing: 250,
  spread: 300,
  steadyAfter: 150,
  blindAfter: 10 * second,
  countEvery: 100 * second, // a tenth more at most, so that what is missed is found within two minutes
  compareEvery: 7 * minute,
  catchUp: 5 * second,
  discoverEvery: 5 * minute,
  goneAfter: 5 * second,
  restoredAfter: 5 * minute,
  lineBytes: 8 * mebibyte,
  bodyBytes: 512 * mebibyte,
  batch: 1_000,
  handlerPatience: 10 * second,
  retryEvery: 700,
  retryFor: minute,
};
