/** Keeps one place in step: a first state, then its changes, for ever, through whatever comes between. */
import type { Gap } from "@plimsoll/core";
import { ApiError, ThrottledError } from "../refusal.ts";
import type { Listing } from "../discover.ts";
import { placeGap, type Place } from "../place.ts";
import { WatchFaultError } from "./fault.ts";
import { backoff } from "./gate.ts";
import type { Holdings } from "./holdings.ts";
import { listInto, pathOf, streamInto } from "./list.ts";
import { createQuiet } from "./quiet.ts";
import { newCounts, type Around, type Counts, type State } from "./state.ts";
import { eventOf } from "./event.ts";
import { linesOf } from "./lines.ts";

export interface Reflector {
  readonly listing: Listing;
  readonly place: Place;
  readonly holdings: Holdings;
  readonly counts: Counts;
  /** Whether the first state was seen whole. */
  readonly synced: () => boolean;
  /** Whether a stream is open, and since the last list. */
  readonly live: () => boolean;
  readonly lastEventAt: () => number | undefined;
  /** By `now`. */
  readonly blindSince: () => number | undefined;
  /** What cannot be seen now, once that has lasted. */
  readonly gap: () => Gap | undefined;
  /** Looks whether a silence has become too long. */
  readonly pulse: () => void;
  /** What is held is not what is there: list anew. */
  readonly repair: (why: string) => void;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export function createReflector(
  around: Around,
  listing: Listing,
  place: Place,
  holdings: Holdings,
): Reflector {
  const state: State = {
    around,
    listing,
    place,
    holdings,
    counts: newCounts(),
    quiet: createQuiet(around.settings),
    mustList: true,
    streaming: around.settings.streaming && place.single !== true,
    synced: false,
    live: false,
    failures: 0,
    refused: false,
    spoiled: 0,
    spoiledBy: "",
    failingSince: 0,
    corruptAt: undefined,
    staleSince: undefined,
    error: undefined,
    blindSince: around.doors.clock.now(),
    blindFrom: around.doors.clock.elapsed(),
    lastEventAt: undefined,
    current: undefined,
  };
  return {
    listing,
    place,
    holdings,
    counts: state.counts,
    synced: () => state.synced,
    live: () => state.live,
    lastEventAt: () => state.lastEventAt,
    blindSince: () => state.blindSince,
    gap: () => gapOf(state),
    pulse: () => pulse(state),
    repair: (why) => {
      state.counts.drift += 1;
      breakOff(state, new WatchFaultError("drift", why));
    },
    run: (signal) => run(state, signal),
  };
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if (state.mustList) await list(state, signal);
      if (signal.aborted) return;
      await turn(state, signal, (own) => follow(state, own));
    } catch (error) {
      lost(state);
      if (signal.aborted) return;
      await recover(state, error, signal);
    }
  }
}

/** Runs with a signal of its own, by which a check or the pulse can break it off, saying why. */
async function turn(
  state: State,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const current: State["current"] = { controller, fault: undefined };
  const stop = (): void => controller.abort();
  signal.addEventListener("abort", stop);
  state.current = current;
  try {
    await work(controller.signal);
  } catch (error) {
    throw current.fault ?? error;
  } finally {
    state.current = undefined;
    signal.removeEventListener("abort", stop);
    controller.abort();
  }
}

function breakOff(state: State, fault: WatchFaultError): void {
  if (state.current === undefined) {
    if (fault.code === "drift") state.mustList = true;
    return;
  }
  state.current.fault = fault;
  state.current.controller.abort();
}

async function list(state: State, signal: AbortSignal): Promise<void> {
  const { around, counts } = state;
  const free = await around.slots.take(signal);
  if (free === undefined) return;
  try {
    counts.lists += 1;
    if (state.synced) counts.relists += 1;
    await turn(state, signal, (own) => (state.streaming ? streamFirst(state, own) : listInto(state, own)));
    state.mustList = false;
    state.corruptAt = undefined;
    state.staleSince = undefined;
    state.synced = true;
    through(state);
  } finally {
    free();
  }
}

/** A server too old to stream a first state, or that does not end it, is asked for pages from then on. */
async function streamFirst(state: State, signal: AbortSignal): Promise<void> {
  try {
    await streamInto(state, signal);
  } catch (error) {
    const refused = error instanceof ApiError && (error.status === 400 || error.status === 422);
    const endless = error instanceof WatchFaultError && error.code === "endless";
    if ((!refused && !endless) || signal.aborted) throw error;
    state.streaming = false;
    await listInto(state, signal);
  }
}

async function follow(state: State, signal: AbortSignal): Promise<void> {
  const { around, holdings, counts, quiet, listing } = state;
  const { clock, random } = around.doors;
  const { settings } = around;
  const { shortestWatch, longestWatch, lineBytes } = settings;
  const seconds = Math.round((shortestWatch + random.next() * (longestWatch - shortestWatch)) / 1000);
  const since = encodeURIComponent(holdings.version());
  const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${since}`;
  counts.watches += 1;
  const body = await around.requests.stream(pathOf(state.place, query), signal);
  const openedAt = clock.elapsed();
  let progress = false;
  alive(state);
  quiet.opened(openedAt);
  const { current } = state;
  // A quiet kind says nothing for long; that the server is there again, others should know.
  clock.after(settings.steadyAfter, () => {
    if (state.live && state.current === current) around.gate.through(state);
  });
  for await (const lines of linesOf(body, lineBytes)) {
    for (const line of lines) {
      const event = eventOf(line, listing);
      holdings.take(event);
      quiet.heard(clock.elapsed(), event.type !== "bookmark");
      if (event.type !== "bookmark") state.lastEventAt = clock.now();
      if (!progress) through(state);
      progress = true;
      state.spoiled = 0;
      state.corruptAt = undefined;
    }
    if (signal.aborted) throw new ApiError("unreachable", "given up");
  }
  if (!progress && clock.elapsed() - openedAt < 1_000)
    throw new ApiError("unreachable", "a watch that ends at once");
}

function alive(state: State): void {
  const wasBlind = state.blindSince !== undefined;
  state.live = true;
  state.error = undefined;
  state.blindSince = undefined;
  if (wasBlind) state.around.changed();
}

function lost(state: State): void {
  if (state.live) state.counts.drops += 1;
  state.live = false;
  if (state.blindSince !== undefined) return;
  const { clock } = state.around.doors;
  state.blindSince = clock.now();
  state.blindFrom = clock.elapsed();
}

function through(state: State): void {
  state.failures = 0;
  state.around.gate.through(state);
  if (state.live || state.error !== undefined) state.around.changed();
}

async function recover(state: State, error: unknown, signal: AbortSignal): Promise<void> {
  if (error instanceof WatchFaultError) {
    recoverFault(state, error);
    if (error.code !== "silent") await listAgain(state, error.code, signal);
    return;
  }
  if (!(error instanceof ApiError)) throw error;
  if (error.code === "expired") {
    state.counts.expired += 1;
    state.mustList = true;
    await listAgain(state, error.code, signal);
    return;
  }
  // Asked for what it has not seen: it lags, or was set back. Only a list can tell.
  if (error.status === 504 && /too large resource version/i.test(error.message)) state.mustList = true;
  state.error = error;
  const asked = error instanceof ThrottledError ? error.after : 0;
  if (error.code === "forbidden") state.around.changed();
  if (error.status === 404) await state.around.rediscover();
  // Credentials may be renewed at any moment; a permission, or a kind, comes more rarely.
  const refused = error.status === 403 || error.status === 404;
  if (!signal.aborted) await rest(state, signal, asked, refused);
}

/** The server is there, whatever failed before, so nearly at once; longer where the same comes again and again. */
async function listAgain(state: State, why: string, signal: AbortSignal): Promise<void> {
  if (state.spoiledBy !== why) state.spoiled = 0;
  state.spoiledBy = why;
  const { doors, settings, gate } = state.around;
  state.spoiled += 1;
  state.failures = state.spoiled;
  await gate.wait(
    state,
    backoff(state.spoiled, settings.firstWait, settings.longestWait, doors.random),
    true,
    signal,
  );
}

function recoverFault(state: State, fault: WatchFaultError): void {
  const { counts, holdings } = state;
  switch (fault.code) {
    case "corrupt":
      counts.corrupt += 1;
      if (state.corruptAt === holdings.version()) state.mustList = true;
      state.corruptAt = holdings.version();
      break;
    case "silent":
      counts.silent += 1;
      break;
    case "stale":
      counts.stale += 1;
      state.staleSince ??= state.around.doors.clock.elapsed();
      state.mustList = true;
      state.error = new ApiError("server-error", fault.message);
      break;
    case "disorder":
      counts.disorder += 1;
      state.mustList = true;
      break;
    default:
      state.mustList = true;
  }
}

/** Waits: not at all after the first failure of a kind that asks for nothing, then longer and longer. */
async function rest(state: State, signal: AbortSignal, asked: number, refused: boolean): Promise<void> {
  const { clock, random } = state.around.doors;
  const { settings, gate } = state.around;
  // A refusal after an outage, as by a server that is still starting, has not lasted as long as the outage.
  if (state.refused !== refused) state.failures = 0;
  state.refused = refused;
  state.failures += 1;
  if (state.failures === 1) state.failingSince = clock.elapsed();
  const lasting = clock.elapsed() - state.failingSince > settings.lastingAfter;
  const longest = lasting ? settings.lastingWait : settings.longestWait;
  const wait = refused
    ? backoff(state.failures, settings.forbiddenWait, settings.longestForbiddenWait, random)
    : backoff(state.failures, settings.firstWait, longest, random);
  const firm = Math.min(asked, settings.longestAskedWait);
  if (refused && firm === 0) {
    await gate.waitRefused(state, wait, signal);
    return;
  }
  // Those who were all asked to wait as long do not come back all at once.
  const due = firm > 0 ? firm + random.next() * settings.spread : wait;
  await gate.wait(state, due, firm > 0, signal);
}

function pulse(state: State): void {
  const { clock } = state.around.doors;
  if (state.live && state.quiet.isTooLong(clock.elapsed())) {
    breakOff(state, new WatchFaultError("silent", "a silence that is too long"));
  }
}

/** Where the server said no, at once; where the connection was lost, when it has lasted. */
function gapOf(state: State): Gap | undefined {
  const { around, error, blindFrom, blindSince, synced } = state;
  if (blindSince === undefined) return undefined;
  const blindFor = around.doors.clock.elapsed() - blindFrom;
  const final = error?.code === "forbidden" || error?.status === 404;
  if (!final && blindFor < around.settings.blindAfter && synced) return undefined;
  if (error === undefined && blindFor < around.settings.blindAfter) return undefined;
  const why = error ?? new ApiError("timeout", "no answer in time");
  return placeGap(around.context, state.listing, state.place, why);
}
