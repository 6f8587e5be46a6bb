/** The overview as the service holds it: in a thread of its own, with memory of its own. */
import { Worker } from "node:worker_threads";
import type { Change, JointSaid } from "@plimsoll/core";
import { openWire, type Port } from "../threads/wire.ts";
import type { Duty, Overview } from "./overview.ts";
import type { SaidByNumber, ToldByNumber } from "./thread.ts";

/** Beside this file, or beside the bundle that it became part of. */
const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./thread.ts" : "./overview-thread.js",
  import.meta.url,
);

/** Much of what it works out is soon thrown away: a small nursery keeps that from piling up. */
const nurseryMegabytes = 32;

/** Whatever is asked of one that has ended is refused. */
export function openThreadedOverview(duty: Duty): Overview {
  const worker = new Worker(entry, {
    workerData: duty,
    resourceLimits: { maxYoungGenerationSizeMb: nurseryMegabytes },
  });
  const wire = openWire(worker as Port, () => Promise.reject(new Error("nothing is asked of this side")));
  const lose = (cause?: unknown): void =>
    wire.lose(new Error("the thread that looks at the whole cluster has ended", { cause }));
  worker.once("error", lose);
  worker.once("exit", () => lose());
  const sent = new Map<number, Change>();
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
      // What it could not take in it knows nothing of: the next who asks is told.
      wire.call("take", [lists]).catch(lose);
    },
    settle: async () => (await ask("settle")).said,
    report: () => ask("report"),
    page: async () => (await wire.call("page", [])) as string,
    stop: async () => {
      wire.lose(new Error("the service is ending"));
      await worker.terminate();
    },
  };
}
