/**
 * Which of several replicas leads: whoever holds the Lease, renewed in time. One that could not renew stops leading
 * before another may begin, as long as no clock runs faster than another by more than the allowance between the two.
 */
import { pause, type Clock, type Random } from "./doors.ts";

/** What is asked of the API server about one Lease; `undefined` where there is none. */
export interface LeaseApi {
  readonly read: () => Promise<LeaseState | undefined>;
  /** Writes if nothing changed since `version` (`""`: if there is none). False where something did. */
  readonly write: (state: LeaseFields, version: string) => Promise<boolean>;
}

export interface LeaseFields {
  /** Empty once it was given back. */
  readonly holder: string;
  readonly transitions: number;
  /** Milliseconds since 1970, by the holder's clock: for people only. */
  readonly acquiredAt: number;
  readonly renewedAt: number;
  /** Milliseconds. */
  readonly duration: number;
}

export interface LeaseState extends LeaseFields {
  readonly version: string;
}

export interface LeaseSettings {
  /** Milliseconds that a lease lasts unless it is renewed. */
  readonly duration: number;
  /** After so long without a renewal its holder leads no more; the rest up to `duration` allows for clocks. */
  readonly renewWithin: number;
  readonly retryEvery: number;
}

export const usualLeaseSettings: LeaseSettings = { duration: 15_000, renewWithin: 10_000, retryEvery: 2_000 };

export interface Leadership {
  readonly leads: () => boolean;
  /** Counts up with each change of leader: what a former leader still sends can be told by it. */
  readonly term: () => number;
  /** Gives the lease back, so that another need not wait, and stops. */
  readonly stop: () => Promise<void>;
}

interface State {
  readonly clock: Clock;
  readonly random: Random;
  readonly api: LeaseApi;
  readonly name: string;
  readonly settings: LeaseSettings;
  readonly onChange: (leads: boolean) => void;
  readonly controller: AbortController;
  /** By `elapsed`, when the last write that succeeded was begun; undefined while another leads. */
  renewedAt: number | undefined;
  leading: boolean;
  term: number;
  /** The lease as it was last seen to change, and when that was by our own `elapsed`: no other clock is believed. */
  seen: { readonly version: string; readonly at: number } | undefined;
  held: LeaseState | undefined;
}

export function seekLeadership(
  doors: { readonly clock: Clock; readonly random: Random },
  api: LeaseApi,
  name: string,
  onChange: (leads: boolean) => void,
  settings: LeaseSettings = usualLeaseSettings,
): Leadership {
  const state: State = {
    ...doors,
    api,
    name,
    settings,
    onChange,
    controller: new AbortController(),
    renewedAt: undefined,
    leading: false,
    term: 0,
    seen: undefined,
    held: undefined,
  };
  const done = run(state);
  return {
    leads: () => leads(state),
    term: () => state.term,
    stop: async () => {
      const wasLeading = leads(state);
      state.controller.abort();
      settle(state, false);
      await done;
      if (wasLeading) await giveBack(state);
    },
  };
}

/** Asked at every use: it ends by itself with time, whether or not anything was heard. */
function leads({ clock, renewedAt, settings, controller }: State): boolean {
  return (
    !controller.signal.aborted &&
    renewedAt !== undefined &&
    clock.elapsed() - renewedAt < settings.renewWithin
  );
}

async function run(state: State): Promise<void> {
  const { clock, random, settings, controller } = state;
  const { signal } = controller;
  while (!signal.aborted) {
    const late = new AbortController();
    const cancel = clock.after(settings.retryEvery * 2, () => late.abort());
    const waited = pause(clock, settings.retryEvery * 2, late.signal);
    // A server that does not answer must not keep us from noticing that we do not lead any more.
    await Promise.race([tryOnce(state), waited, ended(signal)]);
    cancel();
    late.abort();
    settle(state, leads(state));
    await pause(clock, settings.retryEvery * (0.8 + random.next() * 0.4), signal);
    settle(state, leads(state));
  }
}

function ended(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

function settle(state: State, leading: boolean): void {
  if (state.leading === leading) return;
  state.leading = leading;
  state.onChange(leading);
}

/** Renews, or takes what nobody renewed for as long as it lasts. What fails is tried again. */
async function tryOnce(state: State): Promise<void> {
  const { api, clock, name } = state;
  try {
    const found = await api.read();
    const now = clock.elapsed();
    if (found !== undefined && state.seen?.version !== found.version) {
      state.seen = { version: found.version, at: now };
    }
    const own = found?.holder === name;
    if (!own && found !== undefined && found.holder !== "" && !isOver(state, found, now)) {
      state.renewedAt = undefined;
      return;
    }
    const fields = fieldsOf(state, found, own);
    const begun = clock.elapsed();
    if (!(await api.write(fields, found?.version ?? ""))) return; // another was quicker, or we are not sure
    if (state.controller.signal.aborted) return;
    if (!own || state.renewedAt === undefined) state.term = fields.transitions;
    state.renewedAt = Math.max(begun, state.renewedAt ?? 0);
  } catch {
    return; // the next try will tell; until then the time that was given runs on
  }
}

/** By our own clock alone: since we first saw it as it is now, as long as it lasts has passed. */
function isOver({ seen }: State, { duration }: LeaseState, now: number): boolean {
  return seen !== undefined && now - seen.at >= duration;
}

function fieldsOf(
  { clock, name, settings }: State,
  found: LeaseState | undefined,
  own: boolean,
): LeaseFields {
  const now = clock.now();
  return {
    holder: name,
    transitions: (found?.transitions ?? 0) + (own ? 0 : 1),
    acquiredAt: own && found !== undefined ? found.acquiredAt : now,
    renewedAt: now,
    duration: settings.duration,
  };
}

async function giveBack({ api, name }: State): Promise<void> {
  try {
    const found = await api.read();
    if (found?.holder !== name) return;
    const { version, ...fields } = found;
    await api.write({ ...fields, holder: "", duration: 1_000 }, version);
  } catch {
    return; // it runs out by itself
  }
}
