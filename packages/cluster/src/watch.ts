/**
 * Keeps a cluster in sight: what `live.ts` reads once, followed for as long as it is wanted, as a stream of changes.
 * Whatever the network and the server do, it ends up with what the server holds; what it cannot see it says.
 */
import type { Gap } from "@plimsoll/core";
import type { Access } from "./access.ts";
import { discover, foundKinds, type Discovery } from "./discover.ts";
import { pause, type Doors } from "./doors.ts";
import { sanitised } from "./limit.ts";
import { notServed, placesOf, type Place } from "./place.ts";
import { ApiError } from "./refusal.ts";
import { audit } from "./watch/audit.ts";
import { createDelivery, type Delivery, type DeliveryCounts, type Taker } from "./watch/delivery.ts";
import { backoff, createGate } from "./watch/gate.ts";
import { createHoldings } from "./watch/holdings.ts";
import { createIntake, type Intake } from "./watch/intake.ts";
import { createLinePulse } from "./watch/pulse.ts";
import { createReflector, type Reflector } from "./watch/reflector.ts";
import { openRequests, type Requests } from "./watch/requests.ts";
import { usualSettings, type WatchSettings } from "./watch/settings.ts";
import { createSlots, type Slots } from "./watch/slots.ts";
import type { Around, Counts } from "./watch/state.ts";
import { createVanishing, type Vanishing } from "./watch/vanishing.ts";

export type { ClusterChange as Change } from "@plimsoll/core";
export type { Taker } from "./watch/delivery.ts";
export type { WatchSettings } from "./watch/settings.ts";

export interface WatchOptions {
  readonly access: Access;
  readonly doors: Doors;
  /** What to watch, as `apps/v1/Deployment`. Secrets are never asked for, whatever stands here. */
  readonly kinds: readonly string[];
  /** Only these; default: all. Objects outside namespaces are watched in either case. */
  readonly namespaces?: readonly string[];
  readonly onChanges: Taker;
  readonly settings?: Partial<WatchSettings>;
}

export interface KindStatus extends Readonly<Counts> {
  /** `apps/v1/Deployment`. */
  readonly kind: string;
  readonly namespace?: string;
  readonly synced: boolean;
  readonly live: boolean;
  readonly objects: number;
  readonly version: string;
  readonly events: number;
  readonly duplicates: number;
  /** Milliseconds since 1970. */
  readonly lastEventAt?: number;
  readonly blindSince?: number;
}

export interface WatchStatus {
  readonly kinds: readonly KindStatus[];
  /** Whether every kind that can be seen was seen whole, and handed over. */
  readonly synced: boolean;
  readonly gaps: readonly Gap[];
  readonly covered: readonly string[];
  readonly requests: number;
  readonly mostListsAtOnce: number;
  readonly lineCuts: number;
  readonly pending: number;
  readonly delivery: DeliveryCounts;
}

export interface Watch {
  readonly status: () => WatchStatus;
  /** Resolves once every kind that can be seen was seen whole and handed over. */
  readonly ready: Promise<void>;
  /** Ends every exchange; resolves when nothing runs any more. */
  readonly stop: () => Promise<void>;
}

interface Running {
  readonly reflector: Reflector;
  readonly intake: Intake;
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
}

interface State {
  readonly options: WatchOptions;
  readonly settings: WatchSettings;
  readonly controller: AbortController;
  readonly delivery: Delivery;
  readonly slots: Slots;
  /** By kind and path: never two of one. */
  readonly running: Map<string, Running>;
  readonly ready: PromiseWithResolvers<void>;
  around: Around | undefined;
  requests: Requests | undefined;
  discovery: Discovery | undefined;
  discovering: Promise<void> | undefined;
  discoveredAt: number;
  readonly vanishing: Vanishing;
  /** Whether what is served is about to be asked. */
  isDue: boolean;
  cuts: () => number;
  /** Why nothing is known of the server at all. */
  away: ApiError | undefined;
  told: string;
  wasReady: boolean;
}

/** Begins at once, and never fails: what cannot be reached is a gap until it can. */
export function watchCluster(options: WatchOptions): Watch {
  const settings = { ...usualSettings, ...options.settings };
  const controller = new AbortController();
  const { clock } = options.doors;
  const state: State = {
    options: { ...options, kinds: [...new Set(options.kinds)].filter((gvk) => gvk !== "v1/Secret") },
    settings,
    controller,
    delivery: createDelivery(clock, settings, options.onChanges, controller.signal),
    slots: createSlots(settings.listsAtOnce),
    running: new Map(),
    ready: Promise.withResolvers(),
    around: undefined,
    requests: undefined,
    discovery: undefined,
    discovering: undefined,
    discoveredAt: 0,
    vanishing: createVanishing(clock, settings.goneAfter, () => again(state)),
    isDue: false,
    cuts: () => 0,
    away: undefined,
    told: "",
    wasReady: false,
  };
  const done = begin(state);
  return {
    status: () => statusOf(state),
    ready: state.ready.promise,
    stop: async () => {
      controller.abort();
      state.requests?.close();
      await done;
      await Promise.all([...state.running.values()].map((one) => one.done));
    },
  };
}

async function begin(state: State): Promise<void> {
  const { options, settings, controller, slots } = state;
  const { clock, random } = options.doors;
  const { signal } = controller;
  state.requests = await connected(state);
  if (state.requests === undefined) return;
  state.around = {
    doors: options.doors,
    settings,
    requests: state.requests,
    gate: createGate(clock, random, settings),
    slots,
    context: options.access.name,
    changed: () => tell(state),
    rediscover: () => rediscover(state),
  };
  const { lines } = state.requests;
  const pulses = lines.map((line) => createLinePulse(clock, settings, line, lines));
  state.cuts = () => pulses.reduce((sum, pulse) => sum + pulse.cuts(), 0);
  const beating = beat(state, () => pulses.forEach((pulse) => pulse.beat()));
  await rediscover(state);
  while (!signal.aborted) {
    await pause(clock, settings.discoverEvery, signal);
    if (!signal.aborted && clock.elapsed() - state.discoveredAt >= settings.discoverEvery / 2) {
      await rediscover(state);
    }
  }
  await beating;
}

/** Credentials may be late, as everything else. */
async function connected(state: State): Promise<Requests | undefined> {
  const { options, settings, controller } = state;
  const { clock, random } = options.doors;
  for (let failures = 1; !controller.signal.aborted; failures += 1) {
    try {
      return await openRequests(options.access, options.doors, settings);
    } catch (error) {
      const why = error instanceof Error ? error.message : "the credentials cannot be had";
      state.away = new ApiError("forbidden", why, 401, { cause: error });
      tell(state);
      await pause(clock, backoff(failures, 500, settings.lastingWait, random), controller.signal);
    }
  }
  return undefined;
}

/** Once a second: silences, gaps that have lasted. */
async function beat(state: State, lines: () => void): Promise<void> {
  const { clock } = state.options.doors;
  const { signal } = state.controller;
  while (!signal.aborted) {
    await pause(clock, 1_000, signal);
    if (signal.aborted) return;
    lines();
    for (const { reflector } of state.running.values()) reflector.pulse();
    tell(state);
  }
}

/** Asks what is served and begins or ends watches accordingly; asked for by several at once, it asks once. */
function rediscover(state: State): Promise<void> {
  state.discovering ??= discoverNow(state).finally(() => (state.discovering = undefined));
  return state.discovering;
}

function again(state: State): void {
  if (!state.controller.signal.aborted) void rediscover(state);
}

async function discoverNow(state: State): Promise<void> {
  const { options, settings, controller, requests } = state;
  const { clock, random } = options.doors;
  const { signal } = controller;
  if (requests === undefined) return;
  const api = {
    get: (path: string, accept?: string) => requests.get(path, signal, accept),
    requests: requests.requests,
    close: () => undefined,
  };
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const discovery = await discover(api, options.kinds);
      state.discoveredAt = clock.elapsed();
      state.away = undefined;
      adopt(state, discovery);
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (signal.aborted) return;
      if (state.discovery === undefined) state.away = error;
      tell(state);
      if (state.discovery !== undefined && failures > 3) return; // what was known is still the best there is
      await pause(clock, backoff(failures, settings.firstWait, settings.longestWait, random), signal);
    }
  }
}

function adopt(state: State, discovery: Discovery): void {
  state.discovery = discovery;
  const { vanishing } = state;
  const wanted = new Set<string>();
  for (const gvk of new Set([...state.options.kinds, ...foundKinds(discovery)])) {
    const listing = discovery.listings.get(gvk);
    if (listing === undefined) continue;
    for (const place of placesOf(listing, state.options.namespaces)) {
      const id = `${gvk} ${place.path}`;
      wanted.add(id);
      if (!state.running.has(id)) launch(state, id, gvk, listing, place);
    }
  }
  for (const [id, running] of state.running) {
    const [gvk = ""] = id.split(" ");
    if (wanted.has(id) || isUncertain(discovery, gvk) || !vanishing.isGone(id)) continue;
    state.running.delete(id);
    running.controller.abort();
    running.reflector.holdings.clear(); // no such kind, so none of it
  }
  for (const id of wanted) vanishing.isBack(id);
  tell(state);
}

/** Its own server does not answer: what it serves is not known, and what was seen stays. */
function isUncertain(discovery: Discovery, gvk: string): boolean {
  return discovery.stale.has(gvk.slice(0, gvk.lastIndexOf("/")));
}

function launch(
  state: State,
  id: string,
  gvk: string,
  listing: Parameters<typeof placesOf>[0],
  place: Place,
): void {
  const { around, controller: whole, delivery } = state;
  if (around === undefined) return;
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  whole.signal.addEventListener("abort", stop);
  const intake = createIntake(listing, (key, step) => {
    delivery.add(place.path, gvk, key, step);
    if (/\/(?:CustomResourceDefinition|APIService)$/.test(gvk)) soon(state); // says which kinds there are
    if (gvk.startsWith("rbac.authorization.k8s.io/")) state.around?.gate.reconsider();
  });
  const holdings = createHoldings(intake.sink);
  intake.onDigest((key, version, digest) => {
    const held = holdings.held.get(key);
    if (held?.version === version) held.digest = digest;
  });
  const reflector = createReflector(around, listing, place, holdings);
  const { signal } = controller;
  const done = Promise.all([reflector.run(signal), audit(around, reflector, signal)]);
  state.running.set(id, {
    reflector,
    intake,
    controller,
    done: done.finally(() => whole.signal.removeEventListener("abort", stop)),
  });
}

/** Several definitions come at once, and what they define is served a moment later, or a moment after that. */
const servedAfter = [300, 2_000] as const;

function soon(state: State): void {
  const { clock } = state.options.doors;
  if (state.isDue) return;
  state.isDue = true;
  clock.after(servedAfter[0], () => (state.isDue = false));
  for (const wait of servedAfter) clock.after(wait, () => again(state));
}

/** Hands gaps and covered kinds over where they have changed. */
function tell(state: State): void {
  if (state.controller.signal.aborted) return;
  const { gaps, covered } = seen(state);
  const text = JSON.stringify([gaps, covered]);
  if (text !== state.told) {
    state.told = text;
    state.delivery.mark(gaps, covered);
  }
  if (!state.wasReady && isSynced(state)) {
    state.wasReady = true;
    void state.delivery.drained().then(state.ready.resolve);
  }
}

function isSynced({ discovery, running }: State): boolean {
  if (discovery === undefined) return false;
  return [...running.values()].every(({ reflector }) => reflector.synced() || reflector.gap() !== undefined);
}

function seen(state: State): { readonly gaps: readonly Gap[]; readonly covered: readonly string[] } {
  const { options, discovery, running, away } = state;
  const gaps: Gap[] = [];
  const covered = new Set<string>();
  if (discovery === undefined) {
    if (away !== undefined) gaps.push(awayGap(state, away));
    return { gaps, covered: [] };
  }
  const watched = new Set([...running.keys()].map((id) => id.split(" ")[0]));
  for (const gvk of options.kinds) {
    if (discovery.listings.has(gvk) || watched.has(gvk)) continue;
    const gap = notServed(discovery, gvk);
    if (gap === undefined) covered.add(gvk);
    else gaps.push(gap);
  }
  for (const [id, { reflector, intake }] of running) {
    const gap = reflector.gap();
    if (gap !== undefined) gaps.push(gap);
    else if (reflector.synced()) covered.add(id.split(" ")[0]!);
    gaps.push(...intake.gaps());
  }
  return { gaps, covered: [...covered].sort() };
}

function awayGap({ options }: State, error: ApiError): Gap {
  const { name, server } = options.access;
  const remedy =
    error.status === 401
      ? "log in again: the credentials were not accepted"
      : `check that ${server.origin} can be reached: kubectl --context ${name} version`;
  const message = sanitised(`${server.host}: ${error.message}`, 300);
  return { reason: error.code, source: "cluster", message, kinds: options.kinds, remedy };
}

function statusOf(state: State): WatchStatus {
  const kinds = [...state.running].map(([id, { reflector }]): KindStatus => {
    const { holdings, place, counts } = reflector;
    const [lastEventAt, blindSince] = [reflector.lastEventAt(), reflector.blindSince()];
    return {
      kind: id.split(" ")[0]!,
      ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
      ...counts,
      synced: reflector.synced(),
      live: reflector.live(),
      objects: holdings.held.size,
      version: holdings.version(),
      events: holdings.events(),
      duplicates: holdings.duplicates(),
      ...(lastEventAt === undefined ? {} : { lastEventAt }),
      ...(blindSince === undefined ? {} : { blindSince }),
    };
  });
  return {
    kinds,
    synced: state.wasReady && isSynced(state),
    ...seen(state),
    requests: state.requests?.requests() ?? 0,
    mostListsAtOnce: state.slots.most(),
    lineCuts: state.cuts(),
    pending: state.delivery.pending(),
    delivery: state.delivery.counts(),
  };
}
