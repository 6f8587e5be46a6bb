/** Gathers how the service is from its parts, for the API, for metrics and for probes. */
import type { Clock, Watch } from "@plimsoll/cluster";
import type { AuditPolicy } from "./agents/audit-policy.ts";
import type { Reception } from "./agents/reception.ts";
import type { ServiceStatus } from "./api/standing-shape.ts";
import type { Health } from "./health.ts";
import { failureText } from "./log.ts";
import { shortText, type Pressure } from "./threads/pressure.ts";
import type { Pipeline } from "./pipeline/shape.ts";
import type { WatchedSettings } from "./settings/watched.ts";
import type { Health as StoreHealth, Store } from "./store/store.ts";

export interface StandingParts {
  readonly cluster: string;
  readonly version: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly settings: WatchedSettings;
  readonly watch: Pick<Watch, "status">;
  readonly reception: Pick<Reception, "standing" | "counts">;
  readonly auditPolicy: Pick<AuditPolicy, "trouble">;
  readonly memory: Pick<Pressure, "standing">;
}

export async function statusIn(parts: StandingParts): Promise<ServiceStatus> {
  const { cluster, version, clock, store, pipeline, settings, watch, reception, auditPolicy } = parts;
  const seen = watch.status();
  const { judged, judgedAt, took, waiting, leads, overview } = pipeline.status();
  const revisions = pipeline.standing();
  const health = await healthOfStore(parts);
  const standing = await store.standing(cluster).catch(() => undefined);
  const notices = await store.outbox.counts().catch(() => ({ waiting: 0, delivered: 0, dead: 0 }));
  const { since, refused, settings: now } = settings.held();
  const agents = reception.standing();
  const audit = await auditPolicy.trouble();
  const memory = parts.memory.standing();
  const troubles = [
    ...troublesOf(agents, clock.now(), now.learning.time),
    ...(memory.short ? [shortText(memory)] : []),
    ...(overview.lost === undefined ? [] : [`overview: ${overview.lost}`]),
    ...(health.because === undefined ? [] : [`store: ${health.because}`]),
    ...(refused === undefined ? [] : [`settings: ${refused.because}`]),
    ...(audit === undefined ? [] : [`the audit log does not tell what accounts never do: ${audit}`]),
    ...(notices.dead === 0 ? [] : [`${notices.dead} notices were given up`]),
  ];
  return {
    version,
    cluster,
    now: clock.now(),
    leads,
    synced: seen.synced,
    blind: blindIn(seen),
    watch: {
      kinds: seen.kinds.length,
      objects: seen.kinds.reduce((sum, { objects }) => sum + objects, 0),
      requests: seen.requests,
      pending: seen.pending,
    },
    judged: {
      count: judged,
      took,
      waiting,
      ...revisions,
      ...(judgedAt === undefined ? {} : { at: judgedAt }),
    },
    memory,
    overview,
    store: {
      engine: health.engine,
      writable: health.writable,
      ...(health.because === undefined ? {} : { because: health.because }),
      sequence: standing?.sequence ?? 0,
      ...(health.bytes === undefined ? {} : { bytes: health.bytes }),
      waiting: health.waiting,
      losses: [...health.losses],
    },
    settings: { since, ...(refused === undefined ? {} : { refused }) },
    notices,
    observing: observingIn(agents, reception.counts()),
    troubles,
  };
}

type Agents = ReturnType<Reception["standing"]>;

/**
 * Nodes that nobody looks at, or not as well as could be: the first few by name. `lossTold`: so long is told of what was lost, as
 * long as a container is learned.
 */
function troublesOf(agents: Agents, now: number, lossTold: number): readonly string[] {
  const tell = (list: readonly string[], what: string): readonly string[] =>
    list.length === 0 ? [] : [`${list.length} agents ${what}: ${list.slice(0, 5).join(", ")}`];
  const named = (is: (agent: Agents[number]) => boolean): readonly string[] =>
    agents.filter(is).map(({ node }) => node);
  return [
    ...tell(
      blindOf(agents).map(({ node, from }) => `${node} since ${textOf(from)}`),
      "are not heard any more, and what happens on their nodes is not seen",
    ),
    ...tell(
      agents.flatMap(({ node, lost, lostAt = -Infinity }) =>
        now - lostAt < lossTold ? [`${node} (${lost} since it began, last at ${textOf(lostAt)})`] : [],
      ),
      "lost events, and what happened then was not seen completely",
    ),
    ...tell(
      named(({ tier, silent }) => tier !== "ebpf" && !silent),
      "do not look by eBPF and see less",
    ),
  ];
}

/** Not those of nodes that are drained. */
function blindOf(agents: Agents): readonly { readonly node: string; readonly from: number }[] {
  return agents.flatMap(({ node, unheard }) => {
    const last = unheard.at(-1);
    return last === undefined || last.to !== undefined ? [] : [{ node, from: last.from }];
  });
}

function textOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function observingIn(agents: Agents, counts: ReturnType<Reception["counts"]>): ServiceStatus["observing"] {
  const { batches, containers, sandboxes, nameless, crowded, entriesTaken, entriesRefused } = counts;
  const sum = (of: (agent: Agents[number]) => number): number =>
    agents.reduce((total, agent) => total + of(agent), 0);
  return {
    agents: agents.length,
    silent: sum(({ silent }) => Number(silent)),
    tiers: Object.fromEntries(
      [...Map.groupBy(agents, ({ tier }) => tier)].map(([tier, list]) => [tier, list.length]),
    ),
    lost: sum(({ lost }) => lost),
    givenUp: sum(({ givenUp }) => givenUp),
    batches: Object.fromEntries(batches),
    entries: { taken: entriesTaken, refused: entriesRefused },
    containers: { waiting: containers, sandboxes, nameless, crowded },
  };
}

export async function healthIn(
  parts: Pick<StandingParts, "store" | "pipeline" | "settings" | "watch" | "reception">,
): Promise<Health> {
  const { pipeline, settings, watch, reception } = parts;
  const seen = watch.status();
  // From the moment that it may write on: before its first commit the store does not hold what is there.
  const { committed, elected: leads, judged, overview } = pipeline.status();
  const health = await healthOfStore(parts);
  return {
    synced: seen.synced,
    judged: judged > 0,
    leads,
    committed: committed > 0,
    writable: health.writable,
    blind: blindIn(seen),
    unseenNodes: blindOf(reception.standing()).length,
    settingsRefused: settings.held().refused !== undefined,
    losses: health.losses.length,
    overviewLost: overview.lost !== undefined,
  };
}

/** By what it says itself, and by what became of the last commit: where another holds a lock, only who waited for it knows. */
async function healthOfStore({
  store,
  pipeline,
}: Pick<StandingParts, "store" | "pipeline">): Promise<StoreHealth> {
  const told = await ownHealthOf(store);
  const { elected, trouble } = pipeline.status();
  if (!elected || trouble === undefined) return told;
  const failed = `the last commit failed: ${trouble}`;
  const because = told.because === undefined ? failed : `${told.because}; ${failed}`;
  return { ...told, writable: false, because };
}

/** A store that cannot even say how it is. */
async function ownHealthOf(store: Store): Promise<StoreHealth> {
  try {
    return await store.health();
  } catch (error) {
    return {
      engine: "sqlite",
      schema: 0,
      writable: false,
      because: failureText(error),
      waiting: 0,
      losses: [],
    };
  }
}

function blindIn({ gaps }: ReturnType<Watch["status"]>): readonly string[] & string[] {
  return [...new Set(gaps.flatMap(({ kinds }) => kinds))].sort();
}
