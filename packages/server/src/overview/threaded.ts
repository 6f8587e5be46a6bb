/**
 * The overview as the service holds it: in a thread of its own, with memory of its own. It is told at once when the
 * thread ends, and a thread that says nothing for too long is ended.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "@plimsoll/cluster";
import type { Change, JointSaid } from "@plimsoll/core";
import { watchThread } from "../threads/watchdog.ts";
import { openWire, type Port, type Wire } from "../threads/wire.ts";
import type { Duty, OpenOverview, Overview } from "./overview.ts";
import { createSender } from "./parcel.ts";
import type { SaidByNumber, ToldByNumber } from "./thread.ts";

/** Beside this file, or beside the bundle that it became part of. */
const usualEntry = new URL(
  import.meta.url.endsWith(".ts") ? "./thread.ts" : "./overview-thread.js",
  import.meta.url,
);

/** Much of what it works out is soon thrown away: a small nursery keeps that from piling up. */
const nurseryMegabytes = 32;

/** Milliseconds that it may say nothing: of a small cluster, and more with each object of a large one. */
const usualPatience = 60_000;
const perObject = 5;
/** Who was too slow for it has twice as long the next time, up to so many times. */
const mostPatience = 8;

export interface Threads {
  readonly clock: Pick<Clock, "after">;
  /** What the thread runs. */
  readonly entry?: URL;
  /** Milliseconds; default one minute. */
  readonly patience?: number;
  /** Milliseconds between two signs of life. */
  readonly every?: number;
}

/** Whatever is asked of one that has ended is refused. */
export function threadedOverviews(threads: Threads): OpenOverview {
  const { clock, entry = usualEntry, patience = usualPatience, every } = threads;
  let factor = 1;
  return (duty, onLost) => {
    const worker = startWorker(entry, duty);
    const wire = openWire(worker as Port, () => Promise.reject(new Error("nothing is asked of this side")));
    let objects = 0;
    let rested = false;
    let stopped = false;
    const watchdog = watchThread({
      clock,
      ask: () => wire.call("beat", []),
      patience: () => (patience + perObject * objects) * factor,
      onSilent: (silence) => {
        factor = Math.min(mostPatience, factor * 2);
        lose(new Error(`it said nothing for ${Math.round(silence / 1_000)} seconds`));
        void worker.terminate();
      },
      ...(every === undefined ? {} : { every }),
    });
    const lose = (cause?: unknown): void => {
      watchdog.stop();
      const because = cause instanceof Error ? `: ${cause.message}` : "";
      const error = new Error(`the thread that looks at the whole cluster has ended${because}`, { cause });
      wire.lose(error);
      if (stopped) return;
      stopped = true;
      onLost(error);
    };
    worker.once("error", lose);
    worker.once("exit", () => lose());
    const { take, ...asked } = askedOf(wire, lose);
    return {
      ...asked,
      take: (lists) => {
        for (const list of lists) for (const { op } of list) objects += Number(op === "put");
        take(lists);
      },
      report: async () => {
        const told = await asked.report();
        factor = 1;
        if (!rested) void wire.call("rest", []).catch(() => undefined); // lost: that is told
        rested = true;
        return told;
      },
      stop: async () => {
        stopped = true;
        watchdog.stop();
        wire.lose(new Error("the service is ending"));
        await worker.terminate();
      },
    };
  };
}

function startWorker(entry: URL, duty: Duty): Worker {
  return new Worker(entry, {
    workerData: duty,
    resourceLimits: { maxYoungGenerationSizeMb: nurseryMegabytes },
  });
}

/** `lose`: it could not be given what it is to know. */
function askedOf(wire: Wire, lose: (cause: unknown) => void): Omit<Overview, "stop"> {
  const sent = new Map<number, Change>();
  const send = createSender();
  let last = 0;
  const named = ({ cause, ...said }: SaidByNumber): JointSaid => {
    const change = cause === undefined ? undefined : sent.get(cause);
    return { ...said, ...(change === undefined ? {} : { cause: change }) };
  };
  const ask = async (name: "settle" | "report") => {
    const until = last;
    const told = (await wire.call(name, [])) as ToldByNumber;
    const said = told.said.map(named);
    // Whatever it says next comes from what it is given next.
    for (const number of sent.keys()) if (number <= until) sent.delete(number);
    return { said, outline: told.outline! };
  };
  return {
    take: (lists) => {
      for (const change of lists.flat()) sent.set((last += 1), change);
      // What it could not take in it knows nothing of: it is begun anew.
      wire.call("take", [lists.map((list) => list.map(send))]).catch(lose);
    },
    settle: async () => (await ask("settle")).said,
    report: () => ask("report"),
    page: async () => (await wire.call("page", [])) as string,
  };
}
