/** Takes notices from the durable queue and sends them, channel by channel, at the pace that each is set to. */
import { pause, type Clock, type Random } from "@plimsoll/cluster";
import { EgressError } from "../egress/error.ts";
import { failureText, type Log } from "../log.ts";
import { createPace, type Pace } from "../http/pace.ts";
import type { Counters } from "../metrics.ts";
import type { Channel, Settings } from "../settings/settings.ts";
import type { Entry } from "../store/outbox.ts";
import type { Store } from "../store/store.ts";
import type { Told } from "./words.ts";

export interface DeliverOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly settings: () => Settings;
  /** `signal` gives it up: the notices are sent again later. */
  readonly send: (channel: Channel, list: readonly Told[], signal: AbortSignal) => Promise<void>;
  /** Only the replica that leads sends. */
  readonly active: () => boolean;
  readonly counters: Counters;
  readonly log: Log;
}

export interface Delivery {
  /** Something was queued. */
  readonly nudge: () => void;
  /** Ends after what is under way, or gives it up where that takes long. */
  readonly stop: () => Promise<void>;
}

const perMessage = 50;
const lease = 60_000;
const look = 2_000;
/** Milliseconds after a message in which notices gather for the next: each message has its price. */
const gather = 250;
/** Tries before a notice is given up: with the waits between them about a day. */
const mostTries = 30;
const longestWait = 60 * 60_000;
/** Milliseconds that what is under way has when the service ends. */
const lastPatience = 5_000;

export function createDelivery(options: DeliverOptions): Delivery {
  const { clock, settings } = options;
  const stopping = new AbortController();
  const givingUp = new AbortController();
  const paceOf = createPaces(clock);
  /** By channel: none waits for another that is slow. */
  const lanes = new Map<string, Promise<void>>();
  let woken = new AbortController();
  const run = async (id: string): Promise<void> => {
    while (!stopping.signal.aborted) {
      const channel = settings().notify.find((each) => each.id === id);
      if (channel === undefined) return;
      const { signal } = woken;
      const wait = await serve(options, channel, paceOf(channel), givingUp.signal);
      if (wait === "sent") await pause(clock, gather, stopping.signal);
      else await pause(clock, wait, AbortSignal.any([stopping.signal, signal]));
    }
  };
  const attend = (): void => {
    for (const { id } of settings().notify)
      if (!lanes.has(id))
        lanes.set(
          id,
          run(id).finally(() => lanes.delete(id)),
        );
  };
  const done = (async () => {
    while (!stopping.signal.aborted) {
      attend();
      await pause(clock, look, stopping.signal);
    }
    await Promise.all(lanes.values());
  })();
  return {
    nudge: () => {
      const before = woken;
      woken = new AbortController();
      before.abort();
    },
    stop: async () => {
      stopping.abort();
      const ending = new EgressError("timeout", "the service ends");
      const cancel = clock.after(lastPatience, () => givingUp.abort(ending));
      await done;
      cancel();
    },
  };
}

/** Whether a message was sent, or else the milliseconds until the channel is looked after again. */
type Served = "sent" | number;

async function serve(
  options: DeliverOptions,
  channel: Channel,
  pace: Pace,
  signal: AbortSignal,
): Promise<Served> {
  if (!options.active()) return look;
  try {
    return await serveChannel(options, channel, pace, signal);
  } catch (error) {
    options.log("warn", "notices-wait", { because: failureText(error) });
    return look;
  }
}

/** A quarter of a minute's messages at once, and the others evenly: in no minute more than are set. */
function createPaces(clock: Clock): (channel: Channel) => Pace {
  const paces = new Map<string, { readonly perMinute: number; readonly pace: Pace }>();
  return ({ id, perMinute = 20 }) => {
    const known = paces.get(id);
    if (known?.perMinute === perMinute) return known.pace;
    const burst = Math.ceil(perMinute / 4);
    const pace = createPace(clock, burst, Math.max(1, perMinute - burst) / 60);
    paces.set(id, { perMinute, pace });
    return pace;
  };
}

/** Sends one message, if one may be sent now and there is one. */
async function serveChannel(
  options: DeliverOptions,
  channel: Channel,
  { look: waitFor, take }: Pace,
  signal: AbortSignal,
): Promise<Served> {
  const { store, send, counters, log } = options;
  const { id, kind } = channel;
  const wait = waitFor(id);
  if (wait > 0) return wait;
  const entries = await store.outbox.claim(id, perMessage, lease);
  if (entries.length === 0) return look;
  take(id);
  try {
    await send(
      channel,
      entries.map(({ body }) => body as Told),
      signal,
    );
  } catch (error) {
    const because = failureText(error);
    log("warn", "notice-failed", { channel: id, because, notices: entries.length });
    for (const entry of entries) await putOff(options, entry, because);
    counters.sent(kind, "failed");
    return "sent";
  }
  await store.outbox.delivered(entries.map((entry) => entry.id));
  counters.sent(kind, "delivered");
  return "sent";
}

async function putOff(
  { clock, random, store, counters }: DeliverOptions,
  entry: Entry,
  because: string,
): Promise<void> {
  if (entry.attempts >= mostTries) {
    counters.sent("any", "given-up");
    await store.outbox.failed(entry.id, because, "give-up");
    return;
  }
  const wait = Math.min(longestWait, 2_000 * 2 ** (entry.attempts - 1)) * (0.75 + random.next() * 0.5);
  await store.outbox.failed(entry.id, because, { at: clock.now() + Math.round(wait) });
}
