/** What there is to watch of a container: its replicas, images, schedule and rollouts, as the inventory tells them. */
import type { Enough } from "../model/evidence.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { once } from "../inventory/once.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { ContainerKey } from "../model/observation.ts";
import { refKey } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";

export interface Expected {
  /** RFC 3339: the clock that staleness and waits are told by. */
  readonly now: string;
  /** `always`: its pods stay. `scheduled`, `once`: they end by themselves. `account`: no pods, a service account. */
  readonly runs: "always" | "scheduled" | "once" | "account";
  /** Names of its pods now; absent: they were not read. */
  readonly pods?: readonly string[];
  /** Pods that ought to be there; absent: not known. */
  readonly replicas?: number;
  /** All that its image now is called: as written, and by digest. Empty: not known. */
  readonly images: readonly string[];
  /** Of a CronJob, as written. */
  readonly schedule?: string;
  /** When its pods were last replaced, RFC 3339, sorted. */
  readonly rollouts: readonly string[];
  /** `deployment/web -n shop`, for commands that people are told; absent where there is none to name. */
  readonly target?: string;
}

/** For findings and flaws. */
export const enough: Enough = { hours: 168, weekdays: 7, cycles: 2, stale: 24 };

/** As `enough`, or more where more is asked for: nothing is set aside sooner. */
export function atLeast({
  hours = 0,
  weekdays = 0,
  cycles = 0,
  stale = Infinity,
}: Partial<Enough> = {}): Enough {
  return {
    hours: Math.max(enough.hours, hours),
    weekdays: Math.max(enough.weekdays, weekdays),
    cycles: Math.max(enough.cycles, cycles),
    stale: Math.min(enough.stale, stale),
  };
}

/** Of a container that no workload is known for: nothing is expected, so nothing can be complete. */
export function nothingExpected(now: string): Expected {
  return { now, runs: "always", images: [], rollouts: [] };
}

interface Owned {
  readonly roots: ReadonlyMap<string, Workload>;
  /** By the key of their root, as the times below. */
  readonly pods: ReadonlyMap<string, Workload[]>;
  readonly sets: ReadonlyMap<string, string[]>;
}

function ownedIn({ workloads }: Inventory): Owned {
  const roots = new Map<string, Workload>();
  const pods = new Map<string, Workload[]>();
  const sets = new Map<string, string[]>();
  for (const workload of workloads) {
    const key = refKey(workload.root);
    if (workload.ref.kind === "Pod") pods.set(key, [...(pods.get(key) ?? []), workload]);
    const made = workload.record.resource.metadata.creationTimestamp;
    if (workload.ref.kind === "ReplicaSet" && typeof made === "string")
      sets.set(key, [...(sets.get(key) ?? []), made]);
    if (refKey(workload.ref) === key) roots.set(placeOf(workload), workload);
  }
  return { roots, pods, sets };
}

/** Looks a container's workload up; asks nothing twice. */
export function expectations(inventory: Inventory): (container: ContainerKey) => Expected {
  const owned = once(() => ownedIn(inventory));
  const readsPods = inventory.covers("v1/Pod") && inventory.server.kind === "cluster";
  return (container) => {
    if (container.workloadKind === "ServiceAccount")
      return { ...nothingExpected(inventory.takenAt), runs: "account" };
    const { roots, pods, sets } = owned();
    const root = roots.get([container.namespace, container.workloadKind, container.workload].join("/"));
    if (root === undefined) return nothingExpected(inventory.takenAt);
    const key = refKey(root.root);
    const own = (pods.get(key) ?? []).filter(isAlive);
    const replicas = replicasOf(root);
    const { schedule } = specOf(root);
    return {
      now: inventory.takenAt,
      runs: runsOf(root),
      ...(readsPods ? { pods: own.map(({ ref }) => ref.name).sort() } : {}),
      ...(replicas === undefined ? {} : { replicas }),
      // Of what comes and goes, those that ended tell the image as well.
      images: imagesOf([root, ...(own.length > 0 ? own : (pods.get(key) ?? []))], container.container),
      ...(typeof schedule === "string" ? { schedule } : {}),
      rollouts: (sets.get(key) ?? []).sort(),
      target: `${root.ref.kind.toLowerCase()}/${root.ref.name} -n ${root.ref.namespace}`,
    };
  };
}

function placeOf({ ref }: Workload): string {
  return [ref.namespace, ref.kind, ref.name].join("/");
}

function specOf({ record }: Workload): JsonObject {
  const spec = record.resource["spec"];
  return isJsonObject(spec) ? spec : {};
}

function runsOf({ ref }: Workload): Expected["runs"] {
  return ref.kind === "CronJob" ? "scheduled" : ref.kind === "Job" ? "once" : "always";
}

function isAlive({ record }: Workload): boolean {
  const status = record.resource["status"];
  const phase = isJsonObject(status) ? status["phase"] : undefined;
  return phase !== "Succeeded" && phase !== "Failed";
}

function replicasOf(workload: Workload): number | undefined {
  const { replicas } = specOf(workload);
  if (typeof replicas === "number") return replicas;
  if (workload.ref.kind === "Pod") return 1;
  return ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"].includes(workload.ref.kind)
    ? 1
    : undefined;
}

const statusLists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];

function imagesOf(workloads: readonly Workload[], container: string): readonly string[] {
  const found = new Set<string>();
  for (const { containers, record } of workloads) {
    for (const { name, image } of containers) if (name === container && image !== "") found.add(image);
    const status = record.resource["status"];
    if (!isJsonObject(status)) continue;
    for (const entry of statusLists.flatMap((list) => asList(status[list]))) {
      if (!isJsonObject(entry) || entry["name"] !== container) continue;
      const digest = /sha256:[0-9a-f]{64}/.exec(String(entry["imageID"] ?? ""))?.[0];
      if (digest !== undefined) found.add(digest);
    }
  }
  return [...found].sort();
}

function asList(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}
