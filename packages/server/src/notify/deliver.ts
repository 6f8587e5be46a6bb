/** Takes notices from the durable queue and sends them, channel by channel, at the pace that each is set to. */
import { pause, type Clock, type Random } from "@plimsoll/cluster";
import { failureText, type Log } from "../log.ts";
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
  readonly send: (channel: Channel, list: readonly Told[]) => Promise<void>;
  /** Only the replica that leads sends. */
  readonly active: () => boolean;
  readonly counters: Counters;
  readonly log: Log;
}

export interface Delivery {
  /** Something was queued. */
  readonly nudge: () => void;
  /** Ends after what is under way. */
  readonly stop: () => Promise<void>;
}

const perMessage = 50;
const lease = 60_000;
const look = 2_000;
/** Tries before a notice is given up: with the waits between them about a day. */
const mostTries = 30;
const longestWait = 60 * 60_000;

export function createDelivery(options: DeliverOptions): Delivery {
  const { clock, settings, active, log } = options;
  const stopping = new AbortController();
  let woken = new AbortController();
  const nextAt = new Map<string, number>();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      woken = new AbortController();
      try {
        if (active()) for (const channel of settings().notify) await serveChannel(options, channel, nextAt);
      } catch (error) {
        log("warn", "notices-wait", { because: failureText(error) });
      }
      await pause(clock, look, AbortSignal.any([stopping.signal, woken.signal]));
    }
  })();
  return {
    nudge: () => woken.abort(),
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

async function serveChannel(
  options: DeliverOptions,
  channel: Channel,
  nextAt: Map<string, number>,
): Promise<void> {
  const { clock, store, send, counters, log } = options;
  const { id, kind, perMinute = 20 } = channel;
  const now = clock.elapsed();
  if (now < (nextAt.get(id) ?? 0)) return;
  const entries = await store.outbox.claim(id, perMessage, lease);
  if (entries.length === 0) return;
  nextAt.set(id, now + 60_000 / perMinute);
  try {
    await send(
      channel,
      entries.map(({ body }) => body as Told),
    );
  } catch (error) {
    const because = failureText(error);
    log("warn", "notice-failed", { channel: id, because, notices: entries.length });
    for (const entry of entries) await putOff(options, entry, because);
    counters.sent(kind, "failed");
    return;
  }
  for (const entry of entries) await store.outbox.delivered(entry.id);
  counters.sent(kind, "delivered");
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
