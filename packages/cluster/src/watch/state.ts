/** What a watch of one place works with, and what it counts. */
import type { Listing } from "../discover.ts";
import type { Doors } from "../doors.ts";
import type { Place } from "../place.ts";
import type { ApiError } from "../refusal.ts";
import type { WatchFaultError } from "./fault.ts";
import type { Gate } from "./gate.ts";
import type { Holdings } from "./holdings.ts";
import type { Quiet } from "./quiet.ts";
import type { Requests } from "./requests.ts";
import type { WatchSettings } from "./settings.ts";
import type { Slots } from "./slots.ts";

export interface Counts {
  /** First states that were asked for, each a list or a stream. */
  lists: number;
  /** Of them, those after the first that succeeded. */
  relists: number;
  watches: number;
  /** Streams that did not end as they should. */
  drops: number;
  corrupt: number;
  disorder: number;
  stale: number;
  expired: number;
  silent: number;
  drift: number;
  /** Checks by count and by content that were carried out. */
  checks: number;
}

export interface Around {
  readonly doors: Doors;
  readonly settings: WatchSettings;
  readonly requests: Requests;
  readonly gate: Gate;
  readonly slots: Slots;
  /** The context's name, for the gap's remedy. */
  readonly context: string;
  /** Something that gaps or coverage depend on has changed. */
  readonly changed: () => void;
  /** A kind is not where it was: ask anew what is served. */
  readonly rediscover: () => Promise<void>;
}

export interface State {
  readonly around: Around;
  readonly listing: Listing;
  readonly place: Place;
  readonly holdings: Holdings;
  readonly counts: Counts;
  readonly quiet: Quiet;
  mustList: boolean;
  streaming: boolean;
  synced: boolean;
  live: boolean;
  failures: number;
  /** Whether the last failure was a refusal of the server, which is waited on in its own way. */
  refused: boolean;
  /** Streams that came to nothing, one after another, because of what was in them. */
  spoiled: number;
  spoiledBy: string;
  failingSince: number;
  /** The version at which a line could not be read, and so could not be passed. */
  corruptAt: string | undefined;
  staleSince: number | undefined;
  error: ApiError | undefined;
  blindSince: number | undefined;
  blindFrom: number;
  lastEventAt: number | undefined;
  current: { readonly controller: AbortController; fault: WatchFaultError | undefined } | undefined;
}

export function newCounts(): Counts {
  return {
    lists: 0,
    relists: 0,
    watches: 0,
    drops: 0,
    corrupt: 0,
    disorder: 0,
    stale: 0,
    expired: 0,
    silent: 0,
    drift: 0,
    checks: 0,
  };
}
