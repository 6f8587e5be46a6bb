/**
 * What the store tells of nodes' agents to a service that has not heard them itself: when each was heard last, as the
 * sightings that it sent say, and of which it was told already that they are not heard.
 */
import type { Clock } from "@plimsoll/cluster";
import { refKey, type Seen } from "@plimsoll/core";
import type { Pipeline } from "../pipeline/shape.ts";
import type { Store } from "../store/store.ts";
import type { AgentStanding } from "./batch.ts";
import type { Blindness, NodeState, Recalled } from "./silence.ts";

export interface UnheardOptions {
  readonly cluster: string;
  readonly clock: Clock;
  readonly store: Pick<Store, "documents" | "putDocument">;
  readonly pipeline: Pick<Pipeline, "present" | "snapshot">;
  /** Undefined: there are no agents. */
  readonly account: () => string | undefined;
  readonly stateOf: (node: string) => NodeState;
  /** Nodes, at most. */
  readonly most: number;
}

export interface Unheard {
  /** Rejects where the store cannot be read. */
  readonly recall: () => Promise<readonly Recalled[]>;
  /** Keeps that somebody was told, for as long as it goes on. */
  readonly keep: (blindness: Blindness) => Promise<void>;
  /** Agents as they were recalled last. */
  readonly standings: () => readonly Recollection[];
}

type Recollection = Omit<AgentStanding, "silent" | "unheard" | "longestPause" | "lostAt">;

const documentKind = "silence";
/** Of what agents see, by their tiers. */
const sensorPrefix = "plimsoll-";

interface Kept {
  readonly cluster: string;
  readonly node: string;
  readonly from: number;
}

export function createUnheard(options: UnheardOptions): Unheard {
  const { cluster, store, account, most } = options;
  let signs: readonly Sign[] = [];
  return {
    recall: async () => {
      const kept = (await store.documents(documentKind)).map(({ body }) => body as Kept);
      if (account() === undefined) return [];
      signs = signsIn(options).slice(0, most);
      const told = kept.filter((each) => each.cluster === cluster);
      const all = new Map<string, Recalled>(
        told.map(({ node, from }) => [node, { node, at: from, toldFrom: from }]),
      );
      for (const { node, at } of signs) all.set(node, { ...all.get(node), node, at });
      return [...all.values()];
    },
    keep: async ({ node, from, to, lost }) => {
      if (lost !== undefined) return;
      const id = `${cluster}:${node}`;
      const before = (await store.documents(documentKind)).find((each) => each.id === id);
      if (to !== undefined && before === undefined) return;
      const body: Kept = { cluster, node, from };
      const change = { kind: documentKind, id, expected: before?.version ?? 0, author: "plimsoll" };
      await store.putDocument(to === undefined ? { ...change, body } : change);
    },
    standings: () => signs.map(standingOf),
  };
}

/** What sightings tell of one node's agent. */
interface Sign {
  readonly node: string;
  /** Milliseconds since 1970: at least until then it looked. */
  readonly at: number;
  readonly tier: string;
}

/** By node; of agents alone, not of other tools. */
export function lastSigns({ observations, watches }: Pick<Seen, "observations" | "watches">) {
  const signs = new Map<string, Sign>();
  const take = (sensor: string, node: string, time: string): void => {
    const at = Date.parse(time);
    if (!sensor.startsWith(sensorPrefix) || at <= (signs.get(node)?.at ?? -Infinity)) return;
    signs.set(node, { node, at, tier: sensor.slice(sensorPrefix.length) });
  };
  for (const { sensor, provenance, heard } of watches)
    for (const { to } of heard.slice(-1)) take(sensor, provenance, to);
  // That it is watched is told seldom of a container that does nothing new; that it did the same again is told at once.
  for (const { sensor, support } of observations)
    for (const { provenance, last } of support) take(sensor, provenance, last);
  return signs as ReadonlyMap<string, Sign>;
}

/** Of nodes that are there. One that was made anew under its name has no agent that was heard. */
function signsIn({ pipeline, clock, stateOf }: UnheardOptions): readonly Sign[] {
  const { observations, watches = [] } = pipeline.snapshot();
  const isOlder = ({ node: name, at }: Sign): boolean => {
    const key = refKey({ apiVersion: "v1", kind: "Node", namespace: "", name });
    const { creationTimestamp } = pipeline.present.get(key)?.resource.metadata ?? {};
    return typeof creationTimestamp !== "string" || Date.parse(creationTimestamp) <= at;
  };
  return [...lastSigns({ observations, watches }).values()]
    .filter((sign) => stateOf(sign.node) !== "gone" && isOlder(sign))
    .map((sign) => ({ ...sign, at: Math.min(sign.at, clock.now()) }));
}

/** What only itself can tell is not known. */
function standingOf({ node, at, tier }: Sign): Recollection {
  const untold = { agent: "", refused: [], blind: [], lost: 0, givenUp: 0, crowded: 0 };
  return { ...untold, node, tier, heardAt: at };
}
