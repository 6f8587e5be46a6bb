/** Looks at the drill as the product does: our own agent's observations and the API server's audit log, named by the objects. */
import { readFileSync, statSync } from "node:fs";
import {
  createCorrelator,
  createInventory,
  detectionsOf,
  exampleSnapshot,
  joinSeen,
  type Detection,
  type DetectionRule,
  type Resource,
  type Seen,
} from "@plimsoll/core";
import type { AgentReport } from "@plimsoll/agent";
import { createReader } from "@plimsoll/sensors";
import type { Api } from "../api.ts";
import { named, objectsOf, observe } from "../fixes/observed.ts";
import { namespace } from "./world.ts";

/** So long each workload is learned, milliseconds: minutes stand for days here. */
export const learningTime = 45_000;

export interface Lookout {
  /** Reads the objects anew: pods come and go. */
  readonly refresh: () => Promise<void>;
  readonly seen: () => Seen;
  /** What the rules tell of what was seen since then (milliseconds). */
  readonly told: (rules: readonly DetectionRule[], since: number) => readonly Detection[];
  readonly end: () => Promise<AgentReport>;
}

const auditLog = `${process.env["PLIMSOLL_STATE"] ?? "/var/lib/plimsoll-cluster"}/log/audit.log`;

export async function openLookout(api: Api): Promise<Lookout> {
  const auditFrom = statSync(auditLog).size;
  const observing = await observe();
  const objects = new Map<string, Resource>();
  const kept = async (of: string): Promise<void> => {
    for (const object of await objectsOf(api, of))
      objects.set(`${object.kind} ${of}/${object.metadata.name}`, object);
  };
  const seen = (): Seen => {
    const now = new Date().toISOString();
    const all = [...objects.values()];
    const empty = exampleSnapshot(all);
    const correlator = createCorrelator(
      createInventory({ ...empty, header: { ...empty.header, takenAt: now } }),
    );
    const own = named(observing.seen(), all);
    const observations = own.observations.map((each) => ({
      ...each,
      detail: correlator.named(each.detail, each.support[0]!.last),
    }));
    const reader = createReader({ provenance: "audit.log", now, correlator, whole: ["api-request"] });
    reader.push(readFileSync(auditLog).subarray(auditFrom).toString());
    const asked = reader.result().seen;
    const isOurs = (each: { readonly container: { readonly namespace: string } }): boolean =>
      each.container.namespace === namespace;
    return joinSeen([
      { ...own, observations },
      {
        ...asked,
        observations: asked.observations.filter(isOurs),
        watches: asked.watches.filter(isOurs),
      },
    ]);
  };
  return {
    refresh: async () => {
      await kept("default");
      await kept(namespace);
    },
    seen,
    told: (rules, since) => toldOf(seen(), rules, since),
    end: observing.end,
  };
}

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
  const recent = seen.observations.flatMap((each) => {
    const support = each.support.filter(({ last }) => last >= from);
    return support.length === 0 ? [] : [{ ...each, support }];
  });
  const rounds = Array.from({ length: Math.floor(length / every) }, (_, round) => (round + 1) * every);
  const later = (time: string, by: number): string => new Date(Date.parse(time) + by).toISOString();
  const at = (time: string, by: number): string => later(time > from ? time : from, by);
  return joinSeen([
    seen,
    ...rounds.map((by) => ({
      observations: recent.map((each) => ({
        ...each,
        support: each.support.map(({ pod, first, last, ...rest }) => ({
          ...rest,
          pod: `${pod}-${by}`,
          first: at(first, by),
          last: at(last, by),
        })),
      })),
      watches: seen.watches.map((watch) => ({
        ...watch,
        heard: watch.heard.map((heard) => ({ from: at(heard.from, by), to: at(heard.to, by) })),
        watched: watch.watched.map((heard) => ({ from: at(heard.from, by), to: at(heard.to, by) })),
        pod: `${watch.pod}-${by}`,
      })),
      detections: [],
    })),
  ]);
}
