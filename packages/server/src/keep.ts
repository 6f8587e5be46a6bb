/** Keeps the store: what is too old goes, and what is damaged is found. */
import { pause, type Doors } from "@plimsoll/cluster";
import { failureText, type Log } from "./log.ts";
import type { Pipeline } from "./pipeline/shape.ts";
import type { WatchedSettings } from "./settings/watched.ts";
import type { Store } from "./store/store.ts";

interface Parts {
  readonly cluster: string;
  readonly doors: Pick<Doors, "clock">;
  readonly store: Pick<Store, "retain" | "verify">;
  readonly settings: Pick<WatchedSettings, "held">;
  readonly log: Log;
}

const keepEvery = 60 * 60_000;
/** Reading all there is takes the disk's time; opening it has done so too. */
const verifyEvery = 24;

/**
 * Once an hour, and first a minute after the start, forgets what settings no longer keep; once a day reads the whole
 * store, so that damage to what nobody asks for is found while it can still be made good.
 */
export async function keep(
  { cluster, doors, store, settings, log }: Parts,
  pipeline: Pick<Pipeline, "status" | "forget">,
  signal: AbortSignal,
): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    await pause(doors.clock, turn === 0 ? 60_000 : keepEvery, signal);
    if (signal.aborted) return;
    try {
      const leads = pipeline.status().leads;
      const { ahead, told } = leads ? await store.retain(settings.held().settings.retention) : {};
      if (leads) pipeline.forget(told?.[cluster]);
      if (ahead !== undefined) log("warn", "retention-waits", { because: leapText(ahead) });
      if (turn % verifyEvery === verifyEvery - 1 && (await store.verify()).length > 0)
        log("error", "store-damaged", { because: "rows are not what was written" });
    } catch (error) {
      log("warn", "retention-failed", { because: failureText(error) });
    }
  }
}

function leapText(ahead: number): string {
  const days = Math.floor(ahead / 86_400_000);
  return `the clock went on by ${days} days since it was last looked at; nothing is deleted until it has held for a day`;
}
