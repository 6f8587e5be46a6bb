/**
 * Where agents' batches arrive: only of the configured account, only of the node that its token is bound to, and only
 * of containers of that node's pods. A batch may come twice, late, or hostile; whatever is not taken is counted.
 */
import { pause, type Change as Handed, type Clock, type Random } from "@plimsoll/cluster";
import {
  byContainerId,
  createCorrelator,
  createInventory,
  isJsonObject,
  joinSeen,
  namedSeen,
  nothingSeen,
  refKey,
  type Correlator,
  type Inventory,
  type Seen,
} from "@plimsoll/core";
import { createReader } from "@plimsoll/sensors";
import { ProblemError } from "../api/problem.ts";
import type { Principal } from "../auth/principal.ts";
import { createPace } from "../http/pace.ts";
import { ObserveError, type Pipeline } from "../pipeline/shape.ts";
import type { Store } from "../store/store.ts";
import type { AuditPolicy } from "./audit-policy.ts";
import type { AgentAnswer, AgentBatch, AgentStanding } from "./batch.ts";
import { createContainers } from "./containers.ts";
import { createHearing } from "./hearing.ts";
import type { GivenChange } from "../pipeline/given.ts";
import { createSilence, type Blindness, type NodeState } from "./silence.ts";
import { createLists, type ListAnswer, type ListBatch, type Lists } from "./lists.ts";
import { scannedChange, type ScannedAnswer } from "./scanned.ts";
import { createUnheard } from "./unheard.ts";
import { createWaiting, type WaitingCounts } from "./waiting.ts";

export interface Reception {
  /** Pods, of which it learns whose containers are. */
  readonly take: (changes: readonly Handed[]) => void;
  /** Throws a `ProblemError`. Resolves once the store holds what was taken. */
  readonly receive: (principal: Principal, batch: AgentBatch) => Promise<AgentAnswer>;
  /** Which images' files agents are to read, and what they read. Throws a `ProblemError`. */
  readonly lists: Pick<Lists, "unread" | "hears"> & {
    readonly receive: (principal: Principal, batch: ListBatch) => Promise<ListAnswer>;
  };
  /** What another tool told, over its own door. Resolves with how many records were taken, and what was not. */
  readonly hear: (source: string, value: unknown) => Promise<Heard>;
  /** What such a tool told was refused before it was read. */
  readonly missed: (source: string) => void;
  /** One document of a scanner. Throws a `ProblemError`; resolves once the store holds it. */
  readonly scanned: (document: unknown) => Promise<ScannedAnswer>;
  readonly standing: () => readonly AgentStanding[];
  readonly counts: () => ReceptionCounts;
  readonly inventory: () => Inventory;
  readonly stop: () => Promise<void>;
}

export interface Heard {
  readonly taken: number;
  readonly refused: { readonly [why: string]: number };
}

export interface ReceptionCounts extends WaitingCounts {
  /** Batches by what became of them; words of ours alone. */
  readonly batches: ReadonlyMap<BatchOutcome, number>;
  readonly entriesTaken: number;
  readonly entriesRefused: number;
}

export type BatchOutcome =
  | "taken"
  | "repeated"
  | "not-the-agent"
  | "no-node"
  | "other-node"
  | "too-many"
  | "not-now"
  | "told-by-tool";

export interface ReceptionOptions {
  readonly cluster: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly pipeline: Pick<Pipeline, "observe" | "present" | "given" | "status" | "snapshot" | "outline">;
  /** Which nodes were told not to be seen is kept there. */
  readonly store: Pick<Store, "documents" | "putDocument">;
  /** The agents' account, as Kubernetes names users; undefined: no agent is taken. */
  readonly account: () => string | undefined;
  readonly auditPolicy: Pick<AuditPolicy, "isWhole">;
  /** Nothing is taken meanwhile: who tells keeps it, and tells it again. */
  readonly isShort: () => boolean;
  /** A node is not seen, or was not. Rejects where nobody could be told. */
  readonly onBlind: (blindness: Blindness) => Promise<void>;
}

interface Known {
  readonly instance: string;
  readonly sequence: number;
  readonly standing: Omit<AgentStanding, keyof Hearable>;
}

type Hearable = NonNullable<ReturnType<ReturnType<typeof createSilence>["of"]>>;

/** What TokenReview says of a token that is bound to a pod, from Kubernetes 1.32 on. */
const nodeClaim = "authentication.kubernetes.io/node-name";
const mostNodes = 10_000;
/** Batches of one node: so many at once, then so many a second. */
const burst = 60;
const perSecond = 8;
const lookAgain = 1_000;
/** Names of addresses are worked out anew so often. */
const inventoryHolds = 5_000;

export function createReception(options: ReceptionOptions): Reception {
  const { clock, random, pipeline, account, auditPolicy, isShort } = options;
  const { present } = pipeline;
  const service = Buffer.from(random.bytes(12)).toString("hex");
  const containers = createContainers((key) => present.get(key));
  const waiting = createWaiting(clock, containers);
  const hearing = createHearing(clock);
  const pace = createPace(clock, burst, perSecond, mostNodes);
  const nodeState = (node: string): NodeState => stateOf(present, node);
  const unheard = createUnheard({ ...options, stateOf: nodeState, most: mostNodes });
  const silence = createSilence({
    clock,
    stateOf: nodeState,
    leads: () => pipeline.status().leads,
    recall: unheard.recall,
    tell: async (blindness) => {
      // First told, then kept: what is told twice is one notice, what is kept without being told is lost.
      await options.onBlind(blindness);
      await unheard.keep(blindness);
    },
  });
  const known = new Map<string, Known>();
  const batches = new Map<BatchOutcome, number>();
  let [entriesTaken, entriesRefused] = [0, 0];
  const world = worldOf(options);
  const end = new AbortController();
  const count = (outcome: BatchOutcome): void => void batches.set(outcome, (batches.get(outcome) ?? 0) + 1);
  const refuse = (outcome: BatchOutcome, code: "forbidden" | "unavailable", why: string): never => {
    count(outcome);
    throw new ProblemError(code, why);
  };
  const mustHaveRoom = (): void => {
    if (isShort()) refuse("not-now", "unavailable", "memory is short: send it again");
  };
  const mustBeRead = (): void => {
    if (pipeline.outline() === undefined)
      refuse("not-now", "unavailable", "the cluster is being read for the first time");
  };
  const observe = async (seen: Seen, images: readonly GivenChange[] = []): Promise<void> => {
    if (sizeOf(seen) + images.length === 0) return;
    mustHaveRoom();
    try {
      await pipeline.observe(seen, images);
    } catch (error) {
      if (!(error instanceof ObserveError)) throw error;
      refuse("not-now", "unavailable", "this replica does not write: send it again");
    }
  };
  const checked = (principal: Principal, { node }: Pick<AgentBatch, "node">): void => {
    const agents = account();
    if (principal.by !== "kubernetes" || agents === undefined || principal.name !== agents)
      refuse("not-the-agent", "forbidden", "only the agents' account may tell what was seen");
    const [bound, ...more] = principal.extra[nodeClaim] ?? [];
    if (bound === undefined || more.length > 0)
      refuse("no-node", "forbidden", "the token is bound to no node: Kubernetes 1.32 or newer is needed");
    if (bound !== node) refuse("other-node", "forbidden", "the token is bound to another node");
  };
  /** In the time that it has, and only of a service that can take it. */
  const mustBeReady = (node: string): void => {
    if (pace.take(node) > 0) {
      count("too-many");
      throw new ProblemError("too-many-requests");
    }
    mustBeRead();
    if (!pipeline.status().leads)
      refuse("not-now", "unavailable", "this replica does not write: send it again");
  };
  const take = async (batch: AgentBatch): Promise<AgentAnswer> => {
    const { node, instance, sequence, report, agent } = batch;
    mustBeReady(node);
    const before = known.get(node);
    const isRepeated = before?.instance === instance && sequence <= before.sequence;
    const answer = { service, sequence, repeated: isRepeated, taken: 0, waiting: 0, refused: {} };
    if (isRepeated) {
      count("repeated");
      return answer;
    }
    const { seen, refused } = read(batch, clock, world.correlator());
    mustHaveRoom();
    const sorted = sort(seen, node, containers);
    for (const [id, each] of sorted.unknown) waiting.add(node, id, each);
    await observe(sorted.named);
    if (known.size < mostNodes || known.has(node)) {
      const { tier, refused: ways, blind, lost, givenUp, crowded } = report;
      const heardAt = clock.now();
      const standing = { node, agent, tier, refused: ways, blind, heardAt, lost, givenUp, crowded };
      known.set(node, { instance, sequence, standing });
    }
    count("taken");
    const taken = sizeOf(sorted.named);
    const all =
      sorted.foreign === 0
        ? refused
        : { ...refused, "other-node": (refused["other-node"] ?? 0) + sorted.foreign };
    entriesTaken += taken;
    entriesRefused += Object.values(all).reduce((sum, each) => sum + each, 0);
    return { ...answer, taken, waiting: sizeOf(seen) - taken - sorted.foreign, refused: all };
  };
  /** What waited, now that its pods are known. */
  const settle = async (): Promise<void> => {
    const ready = waiting.named().filter(({ node, found }) => found.node === node);
    if (ready.length === 0) return;
    const seen = joinSeen(
      ready.map(({ seen: each, found, id }) =>
        namedSeen(each, (asked) => (asked === id ? found : undefined)),
      ),
    );
    await observe(seen).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      for (const { node, id, seen: each } of ready) waiting.add(node, id, each);
    });
  };
  const lists = createLists(clock, containers, pipeline.given);
  const settling = settleOften(clock, settle, end.signal);
  return {
    take: (changes) => {
      containers.take(changes);
    },
    receive: async (principal, batch) => {
      checked(principal, batch);
      const { node, instance, report } = batch;
      const isKnown = known.has(node) || known.size < mostNodes;
      const answered = isKnown ? silence.hears(node) : undefined;
      let came: "taken" | "held-off" = "held-off";
      try {
        const answer = await take(batch);
        came = "taken";
        silence.lost(node, instance, report.lost);
        return answer;
      } finally {
        answered?.(came);
      }
    },
    lists: {
      ...lists,
      receive: async (principal, batch) => {
        checked(principal, batch);
        mustBeReady(batch.node);
        const { changes, answer } = lists.taken(batch);
        await observe(nothingSeen, changes);
        return answer;
      },
    },
    scanned: async (document) => {
      mustBeRead();
      const { changes, answer } = scannedChange(document, clock, pipeline.given, world.inventory());
      await observe(nothingSeen, changes);
      count("told-by-tool");
      return answer;
    },
    hear: async (source, value) => {
      mustBeRead();
      const isWhole = source === "audit" && (await auditPolicy.isWhole());
      const reader = createReader({
        provenance: source,
        now: new Date(clock.now()).toISOString(),
        correlator: world.correlator(),
        whole: isWhole ? ["api-request"] : [],
      });
      reader.value(value);
      const { seen, taken, rejections } = reader.result();
      await observe({ ...seen, watches: hearing.joined(source, seen.watches) });
      count("told-by-tool");
      return { taken, refused: rejections as Heard["refused"] };
    },
    missed: hearing.missed,
    standing: () => {
      for (const node of known.keys()) if (silence.of(node) === undefined) known.delete(node);
      const unmet = unheard.standings().filter(({ node }) => !known.has(node));
      return [...unmet, ...[...known.values()].map(({ standing }) => standing)]
        .flatMap((standing) => {
          const hearable = silence.of(standing.node);
          return hearable === undefined ? [] : [{ ...standing, ...hearable }];
        })
        .sort((x, y) => (x.node < y.node ? -1 : 1));
    },
    counts: () => ({ ...waiting.counts(), batches, entriesTaken, entriesRefused }),
    inventory: () => world.inventory(),
    stop: async () => {
      end.abort();
      await settling;
      await silence.stop();
    },
  };
}

/** Where nodes cannot be listed, none is known to have gone. */
function stateOf(present: Pipeline["present"], name: string): NodeState {
  const node = present.get(refKey({ apiVersion: "v1", kind: "Node", namespace: "", name }))?.resource;
  if (node === undefined) return present.nodes().length === 0 ? "there" : "gone";
  const { spec } = node;
  return isJsonObject(spec) && spec["unschedulable"] === true ? "leaving" : "there";
}

async function settleOften(clock: Clock, settle: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await settle();
    await pause(clock, lookAgain, signal);
  }
}

/** Each entry by itself: its shape, its times, and that it speaks of no other node. */
function read(
  { node, observations, watches }: AgentBatch,
  clock: Clock,
  correlator: Correlator,
): { readonly seen: Seen; readonly refused: { readonly [why: string]: number } } {
  const now = new Date(clock.now()).toISOString();
  const reader = createReader({ provenance: node, now, correlator, node });
  for (const observation of observations) reader.value({ observation });
  for (const watch of watches) reader.value({ watch });
  const { seen, rejections } = reader.result();
  return { seen, refused: rejections as { readonly [why: string]: number } };
}

interface Sorted {
  readonly named: Seen;
  /** By the container's id. */
  readonly unknown: ReadonlyMap<string, Seen>;
  /** Entries of other nodes' containers, and of what names itself: the service gives the names. */
  readonly foreign: number;
}

function sort(seen: Seen, node: string, containers: ReturnType<typeof createContainers>): Sorted {
  const isOurs = ({
    container,
  }: {
    readonly container: Seen["observations"][number]["container"];
  }): boolean => {
    if (container.workloadKind !== byContainerId || !/^[0-9a-f]{64}$/.test(container.workload)) return false;
    const found = containers.find(container.workload);
    return found === undefined || found.node === node;
  };
  const ours: Seen = {
    observations: seen.observations.filter(isOurs),
    watches: seen.watches.filter(isOurs),
    detections: [],
  };
  const settledName = (id: string) => {
    const found = containers.find(id);
    return found?.settled === true ? found : undefined;
  };
  const unknown = new Map<string, Seen>();
  const keep = (id: string, part: Partial<Seen>): void => {
    if (settledName(id) !== undefined) return;
    unknown.set(id, joinSeen([unknown.get(id) ?? nothingSeen, { ...nothingSeen, ...part }]));
  };
  for (const [id, list] of Map.groupBy(ours.observations, ({ container }) => container.workload))
    keep(id, { observations: list });
  for (const [id, list] of Map.groupBy(ours.watches, ({ container }) => container.workload))
    keep(id, { watches: list });
  return { named: namedSeen(ours, settledName), unknown, foreign: sizeOf(seen) - sizeOf(ours) };
}

function sizeOf({ observations, watches, detections }: Seen): number {
  return observations.length + watches.length + detections.length;
}

/** The cluster as one picture, which takes its time: kept for some seconds. */
function worldOf({ clock, pipeline }: ReceptionOptions) {
  let kept: { readonly at: number; readonly inventory: Inventory; correlator?: Correlator } | undefined;
  const fresh = (): NonNullable<typeof kept> => {
    const now = clock.elapsed();
    if (kept === undefined || now - kept.at > inventoryHolds)
      kept = { at: now, inventory: createInventory(pipeline.snapshot()) };
    return kept;
  };
  return {
    inventory: () => fresh().inventory,
    correlator: (): Correlator => {
      const world = fresh();
      return (world.correlator ??= createCorrelator(world.inventory));
    },
  };
}
