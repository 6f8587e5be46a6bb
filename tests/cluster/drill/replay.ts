/**
 * A service in this process, with its real door, pipeline and store, that is sent what the agent sent: as it was, and again
 * as of later, in pods of new ids, as after a rollout. What it tells is what an installed one would have told.
 */
import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { joinSeen, type DetectionReport, type Resource, type Seen } from "@plimsoll/core";
import { pieces } from "../../../packages/agent/src/ship.ts";
import type { AgentAnswer } from "../../../packages/server/src/agents/batch.ts";
import { agentAccount, startHttp, type Reply } from "../../../packages/server/src/fixtures/service.ts";
import { usualSettings } from "../../../packages/server/src/settings/settings.ts";
import { learningMinutes, node } from "./world.ts";

export interface Replay {
  /** Sends it once more, as of so many milliseconds later. Resolves with how many entries were taken. */
  readonly send: (batches: readonly Seen[], later: number) => Promise<number>;
  /** What it tells of what went on since then, milliseconds since 1970. */
  readonly told: (since: number) => readonly DetectionReport[];
}

/** A minute's, as an agent does that is not answered for a while. */
const joinedAtOnce = 60;
/** It does not give up either: the API server, too, is in this process, which is busy. */
const mostTries = 30;

export async function openReplay(objects: readonly Resource[]): Promise<Replay> {
  let [ahead, sequence] = [0, 0];
  const service = await startHttp("tokens", (clock) => ({
    ...clock,
    now: () => clock.now() + ahead,
    // As far apart as an agent's messages may be.
    elapsed: () => clock.elapsed() + ahead + sequence * 125,
  }));
  service.says.owner = () => `${agentAccount}@${node}`;
  service.says.settings = { ...usualSettings, learning: { time: learningMinutes * 60_000 } };
  const isPod = ({ kind }: Resource): boolean => kind === "Pod";
  const ids = idsOf(objects.filter(isPod));
  await service.put(...objects.filter((object) => !isPod(object)));
  const sent = async (body: object): Promise<Reply> => {
    for (let tries = 1; ; tries += 1) {
      const reply = await service
        .post("/api/v1/observations", body, { authorization: "Bearer agent" })
        .catch((error: unknown) => {
          if (tries === mostTries) throw error;
        });
      const isBusy = reply === undefined || reply.status === 429 || reply.status === 503;
      if (reply !== undefined && (!isBusy || tries === mostTries)) return reply;
      await wait(1_000);
    }
  };
  const offer = async (piece: Pick<Seen, "observations" | "watches">): Promise<number> => {
    sequence += 1;
    const body = { version: 1, node, instance: "replay", agent: "0", sequence, report, ...piece };
    const { status, text, json } = await sent(body);
    if (status !== 200) throw new Error(`the service answered ${status} ${text}`);
    const { taken, waiting, refused } = json() as AgentAnswer;
    if (waiting > 0 || Object.keys(refused).length > 0) throw new Error(`not all was taken: ${text}`);
    return taken;
  };
  return {
    send: async (batches, later) => {
      ahead = Math.max(ahead, later);
      await service.put(...objects.filter(isPod).map((pod) => movedBy(pod, later, ids)));
      let taken = 0;
      for (let from = 0; from < batches.length; from += joinedAtOnce) {
        const joined = joinSeen(batches.slice(from, from + joinedAtOnce).map((batch) => partOf(batch, ids)));
        for (const piece of pieces(movedBy(joined, later, ids))) taken += await offer(piece);
      }
      return taken;
    },
    told: (since) => {
      const from = new Date(since).toISOString();
      return service.pipeline.detections().filter(({ last }) => last >= from);
    },
  };
}

const report = {
  tier: "ebpf",
  refused: [],
  blind: [],
  lost: 0,
  nameless: 0,
  crowded: 0,
  failures: 0,
  givenUp: 0,
};

/** Of the pods and of their containers. */
function idsOf(pods: readonly Resource[]): ReadonlySet<string> {
  const containers = JSON.stringify(pods).matchAll(/"containerd:\/\/([0-9a-f]{64})"/g);
  return new Set([...pods.map(({ metadata }) => metadata.uid!), ...containers.map(([, id]) => id!)]);
}

/** What is of these containers: others of the node are not the drill's. */
function partOf({ observations, watches }: Seen, ids: ReadonlySet<string>): Seen {
  const isMeant = ({ container }: Pick<Seen["watches"][number], "container">): boolean =>
    ids.has(container.workload);
  return { observations: observations.filter(isMeant), watches: watches.filter(isMeant), detections: [] };
}

const times = /(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?=")/g;
const anyId = /\b(?:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/g;

/** The same as of later, with other ids in place of these. */
function movedBy<T extends Seen | Resource>(given: T, later: number, ids: ReadonlySet<string>): T {
  if (later === 0) return given;
  const moved = JSON.stringify(given)
    .replace(times, (time) => new Date(Date.parse(time) + later).toISOString())
    .replace(anyId, (id) => (ids.has(id) ? another(id, later) : id));
  return JSON.parse(moved) as T;
}

/** An id of the same form. */
function another(id: string, later: number): string {
  const digits = createHash("sha256").update(`${id} ${later}`).digest("hex");
  let at = 0;
  return id.replace(/[0-9a-f]/g, () => digits[at++]!);
}
