/** Looks at the drill as the product does: our own agent's observations and the API server's audit log, named by the objects. */
import { fork } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  createCorrelator,
  createInventory,
  detectionsOf,
  exampleSnapshot,
  joinSeen,
  nothingSeen,
  type Correlator,
  type Detection,
  type DetectionRule,
  type Resource,
  type Seen,
} from "@plimsoll/core";
import type { AgentReport } from "@plimsoll/agent";
import { createReader } from "@plimsoll/sensors";
import type { Api } from "../api.ts";
import { named, objectsOf } from "../fixes/observed.ts";
import type { Message } from "./agent.ts";
import { namespace } from "./world.ts";

/** So long each workload is learned, milliseconds: minutes stand for days here. */
export const learningTime = 45_000;

export interface Lookout {
  /** Reads the objects anew: pods come and go. */
  readonly refresh: () => Promise<void>;
  /** All that was seen, or only that of one workload or account. */
  readonly seen: (workload?: string) => Seen;
  readonly end: () => Promise<AgentReport>;
}

const auditLog = `${process.env["PLIMSOLL_STATE"] ?? "/var/lib/plimsoll-cluster"}/log/audit.log`;

export async function openLookout(api: Api): Promise<Lookout> {
  const auditFrom = statSync(auditLog).size;
  const agent = await openAgent();
  const objects = new Map<string, Resource>();
  let correlator = correlatorOf([]);
  return {
    refresh: async () => {
      for (const of of ["default", namespace])
        for (const object of await objectsOf(api, of))
          objects.set(`${object.kind} ${of}/${object.metadata.name}`, object);
      correlator = correlatorOf([...objects.values()]);
    },
    seen: (workload) => {
      const isMeant = ({
        container,
      }: {
        readonly container: Seen["watches"][number]["container"];
      }): boolean =>
        container.namespace === namespace && (workload === undefined || container.workload === workload);
      const own = named(agent.seen(), [...objects.values()]);
      const reader = createReader({
        provenance: "audit.log",
        now: new Date().toISOString(),
        correlator,
        whole: ["api-request"],
      });
      reader.push(readFileSync(auditLog).subarray(auditFrom).toString());
      const asked = reader.result().seen;
      return {
        observations: [...own.observations, ...asked.observations].filter(isMeant).map((each) => ({
          ...each,
          detail: correlator.named(each.detail, each.support[0]!.last),
        })),
        watches: [...own.watches, ...asked.watches].filter(isMeant),
        detections: [],
      };
    },
    end: agent.end,
  };
}

function correlatorOf(objects: readonly Resource[]): Correlator {
  const empty = exampleSnapshot(objects);
  const header = { ...empty.header, takenAt: new Date().toISOString() };
  return createCorrelator(createInventory({ ...empty, header }));
}

interface Agent {
  readonly seen: () => Seen;
  readonly end: () => Promise<AgentReport>;
}

async function openAgent(): Promise<Agent> {
  const child = fork(join(import.meta.dirname, "agent.ts"), { serialization: "advanced" });
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<AgentReport>();
  let [joined, waiting]: [Seen, Seen[]] = [nothingSeen, []];
  child.on("message", (message: Message) => {
    if (message.about === "opened") opened.resolve();
    else if (message.about === "batch") waiting.push(message.batch);
    else ended.resolve(message.report);
  });
  child.on("exit", (code) => {
    opened.reject(new Error(`the agent ended with ${code}`));
    ended.reject(new Error(`the agent ended with ${code}`));
  });
  ended.promise.catch(() => undefined); // told to whoever waits for it
  await opened.promise;
  return {
    seen: () => {
      if (waiting.length > 0) joined = joinSeen([joined, ...waiting]);
      waiting = [];
      return joined;
    },
    end: () => {
      child.send("end");
      return ended.promise;
    },
  };
}

/** What the rules tell of what was seen since then (milliseconds). */
export function toldOf(seen: Seen, rules: readonly DetectionRule[], since: number): readonly Detection[] {
  const { detections, undecided } = detectionsOf(seen, rules, {
    learningTime,
    since: new Date(since).toISOString(),
  });
  if (undecided.length > 0) throw new Error(`rules that could not say: ${JSON.stringify(undecided)}`);
  return detections;
}

/** The same work, once more each `every` milliseconds until `length` is over, in pods of new names. */
export function replayed(seen: Seen, since: number, every: number, length: number): Seen {
  const from = new Date(since).toISOString();
  const rounds = Array.from({ length: Math.floor(length / every) }, (_, round) => (round + 1) * every);
  const at = (time: string, by: number): string =>
    new Date(Date.parse(time > from ? time : from) + by).toISOString();
  const again = <T extends { readonly pod: string }>(
    entry: T,
    change: (by: number) => Partial<T>,
  ): readonly T[] => rounds.map((by) => ({ ...entry, pod: `${entry.pod}-${by}`, ...change(by) }));
  return {
    observations: seen.observations.map((each) => ({
      ...each,
      support: each.support.flatMap((entry) => [
        entry,
        ...(entry.last < from
          ? []
          : again(entry, (by) => ({ first: at(entry.first, by), last: at(entry.last, by) }))),
      ]),
    })),
    watches: seen.watches.flatMap((watch) => [
      watch,
      ...again(watch, (by) => {
        const moved = watch.heard.map((heard) => ({ from: at(heard.from, by), to: at(heard.to, by) }));
        return { heard: moved, watched: moved };
      }),
    ]),
    detections: [],
  };
}
