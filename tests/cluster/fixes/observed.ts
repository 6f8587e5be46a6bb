/** What the agent saw of the truth suite's workloads, and the objects that say whose it was. */
import { joinSeen, nothingSeen, type Resource, type Seen } from "@plimsoll/core";
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
export async function objectsOf(api: Api): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  for (const [root, apiVersion, plural, kind] of lists) {
    const { body } = await api.send("GET", `${root}/namespaces/${namespace}/${plural}`);
    for (const item of (body.items ?? []) as readonly object[])
      found.push({ apiVersion, kind, ...item } as Resource);
  }
  return found;
}

interface Owned {
  readonly metadata: {
    readonly name: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}

/** The workload at the top, by the objects that are there. */
function rootOf(
  object: Resource,
  objects: readonly Resource[],
): { readonly kind: string; readonly name: string } {
  const [owner] = (object as unknown as Owned).metadata.ownerReferences ?? [];
  if (owner === undefined) return { kind: object.kind, name: object.metadata.name ?? "" };
  const above = objects.find(({ kind, metadata }) => kind === owner.kind && metadata.name === owner.name);
  return above === undefined ? owner : rootOf(above, objects);
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly imageID?: string;
}

interface PodStatus {
  readonly status?: {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

function imageOf(id: string): { readonly image?: string } {
  const digest = /sha256:[0-9a-f]{64}/.exec(id)?.[0];
  return digest === undefined ? {} : { image: digest };
}

/** The agent knows containers by their ids: these are whose they are. */
export function named(seen: Seen, objects: readonly Resource[]): Seen {
  const owners = new Map<
    string,
    { readonly key: Seen["watches"][number]["container"]; readonly pod: string }
  >();
  for (const pod of objects.filter(({ kind }) => kind === "Pod")) {
    const { kind, name } = rootOf(pod, objects);
    const { containerStatuses = [], initContainerStatuses = [] } = (pod as unknown as PodStatus).status ?? {};
    for (const { name: container, containerID = "", imageID = "" } of [
      ...containerStatuses,
      ...initContainerStatuses,
    ]) {
      const id = containerID.split("//")[1] ?? "";
      owners.set(id, {
        key: { namespace, workloadKind: kind, workload: name, container, ...imageOf(imageID) },
        pod: pod.metadata.name ?? "",
      });
    }
  }
  return {
    observations: seen.observations.flatMap((each) => {
      const owner = owners.get(each.container.workload);
      const support = each.support.map((entry) => ({ ...entry, pod: owner?.pod ?? "" }));
      return owner === undefined ? [] : [{ ...each, container: owner.key, support }];
    }),
    watches: seen.watches.flatMap((each) => {
      const owner = owners.get(each.container.workload);
      return owner === undefined ? [] : [{ ...each, container: owner.key, pod: owner.pod }];
    }),
    detections: [],
  };
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
