/** What the agent saw of the truth suite's workloads, and the objects that say whose it was. */
import {
  runningContainers,
  joinSeen,
  namedSeen,
  nothingSeen,
  refKey,
  refOf,
  type Resource,
  type ResourceRecord,
  type Seen,
} from "@plimsoll/core";
import { hierarchyAt, namesById, possibleProcessors, runAgent, type AgentReport } from "@plimsoll/agent";
import type { Api } from "../api.ts";
import { namespace } from "./manifest.ts";

const lists = [
  ["/api/v1", "v1", "pods", "Pod"],
  ["/api/v1", "v1", "services", "Service"],
  ["/api/v1", "v1", "serviceaccounts", "ServiceAccount"],
  ["/apis/apps/v1", "apps/v1", "deployments", "Deployment"],
  ["/apis/apps/v1", "apps/v1", "replicasets", "ReplicaSet"],
  ["/apis/batch/v1", "batch/v1", "cronjobs", "CronJob"],
  ["/apis/batch/v1", "batch/v1", "jobs", "Job"],
] as const;

/** All that is in the namespace now. */
export async function objectsOf(api: Api, where = namespace): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  for (const [root, apiVersion, plural, kind] of lists) {
    const { body } = await api.send("GET", `${root}/namespaces/${where}/${plural}`);
    for (const item of (body.items ?? []) as readonly object[])
      found.push({ apiVersion, kind, ...item } as Resource);
  }
  return found;
}

/** What decides whether pods find room: nodes, the pods of other namespaces, and the quotas of this one. */
export async function roomOf(api: Api): Promise<readonly Resource[]> {
  const around = [
    ["/api/v1/nodes", "Node"],
    ["/api/v1/pods", "Pod"],
    [`/api/v1/namespaces/${namespace}/resourcequotas`, "ResourceQuota"],
  ] as const;
  const lists = await Promise.all(around.map(([path]) => api.send("GET", path)));
  return lists.flatMap(({ body }, at) =>
    ((body.items ?? []) as readonly object[])
      .map((item) => ({ apiVersion: "v1", kind: around[at]![1], ...item }) as Resource)
      .filter(({ kind, metadata }) => kind !== "Pod" || metadata.namespace !== namespace),
  );
}

/** The agent knows containers by their ids: these are whose they are. */
export function named(seen: Seen, objects: readonly Resource[]): Seen {
  const records = objects.map((resource): ResourceRecord => ({ resource, source: { file: "cluster" } }));
  const byKey = new Map(records.map((record) => [refKey(refOf(record.resource)), record]));
  const names = new Map(
    records
      .filter(({ resource }) => resource.kind === "Pod")
      .flatMap((pod) => [...runningContainers(pod, (ref) => byKey.get(refKey(ref)))]),
  );
  return namedSeen(seen, (id) => names.get(id));
}

export interface Observing {
  readonly seen: () => Seen;
  readonly end: () => Promise<AgentReport>;
}

/** Begins to observe every container of the machine; resolves once it looks. */
export async function observe(): Promise<Observing> {
  let seen: Seen = nothingSeen;
  const stop = new AbortController();
  const opened = Promise.withResolvers<void>();
  const running = runAgent(
    {
      hierarchy: hierarchyAt("/sys/fs/cgroup"),
      processors: possibleProcessors(),
      process: process.pid,
      proc: "/proc",
      recordCalls: true,
      tier: "ebpf",
      provenance: "node",
      names: namesById,
      opened: () => opened.resolve(),
      batchEvery: 1_000,
      ship: async (batch) => {
        seen = joinSeen([seen, batch]);
      },
    },
    stop.signal,
  );
  await Promise.race([opened.promise, running]);
  return {
    seen: () => seen,
    end: async () => {
      stop.abort();
      return running;
    },
  };
}
