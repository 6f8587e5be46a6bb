/**
 * What the cluster has and has given away: nodes with the requests of the pods on them, quotas and LimitRanges by their
 * namespaces, and the pods of each workload. It follows a changing cluster object by object.
 */
import { entryOf } from "../../inventory/once.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import { refKey, type Resource, type ResourceRecord, type ResourceRef } from "../../model/resource.ts";
import { addTo, amountsOf, type Amounts } from "./amounts.ts";
import { demandOf, entriesOf, type Demand } from "./demand.ts";

export interface NodeRoom {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
  readonly taints: readonly JsonObject[];
  /** `undefined`: its status does not tell. */
  readonly allocatable: Amounts | undefined;
  /** It belongs to a pool that may grow. */
  readonly ofPool: boolean;
}

/** A pod that is there and has not ended. */
export interface PodRoom {
  readonly node: string | undefined;
  readonly spec: JsonObject;
  readonly demand: Demand;
}

export interface RoomBook {
  /** What an object is now; `undefined`: it is gone. `root`: of a pod, whose it is. */
  readonly set: (key: string, record: ResourceRecord | undefined, root?: ResourceRef) => void;
  /** Another after any change that may matter. */
  readonly version: () => number;
  /** By name. */
  readonly nodes: () => readonly NodeRoom[];
  /** What all pods on a node ask for. */
  readonly takenOn: (node: string) => Amounts;
  /** By the key of whose they are. */
  readonly podsOf: (root: string) => readonly PodRoom[];
  /** By name. */
  readonly quotasIn: (namespace: string) => readonly Resource[];
  readonly limitRangesIn: (namespace: string) => readonly Resource[];
}

/** Kinds whose objects are to be told of. */
export const roomKinds: ReadonlySet<string> = new Set([
  "v1/Node",
  "v1/Pod",
  "v1/ResourceQuota",
  "v1/LimitRange",
]);

interface Entry {
  readonly text: string;
  readonly remove: () => void;
}

export function createRoomBook(): RoomBook {
  const entries = new Map<string, Entry>();
  const nodes = new Map<string, NodeRoom>();
  const taken = new Map<string, Map<string, number>>();
  const pods = new Map<string, Map<string, PodRoom>>();
  const quotas = new Map<string, Map<string, Resource>>();
  const ranges = new Map<string, Map<string, Resource>>();
  let version = 0;
  let sorted: readonly NodeRoom[] | undefined;

  const setNode = (resource: Resource): Entry => {
    const node = nodeOf(resource);
    const change = (to: NodeRoom | undefined): void => {
      if (to === undefined) nodes.delete(node.name);
      else nodes.set(node.name, to);
      sorted = undefined;
    };
    change(node);
    return { text: "", remove: () => change(undefined) };
  };
  const setPod = (key: string, { node, ...pod }: PodRoom, root: string): Entry => {
    const on = node === undefined ? undefined : entryOf(taken, node, () => new Map<string, number>());
    const amounts = new Map([...pod.demand.requests, ["pods", 1] as const]);
    if (on !== undefined) addTo(on, amounts);
    entryOf(pods, root, () => new Map<string, PodRoom>()).set(key, { node, ...pod });
    const remove = (): void => {
      if (on !== undefined) addTo(on, amounts, -1);
      const own = pods.get(root);
      own?.delete(key);
      if (own?.size === 0) pods.delete(root);
    };
    return { text: "", remove };
  };
  const setNamed = (map: typeof quotas, key: string, resource: Resource): Entry => {
    const namespace = resource.metadata.namespace ?? "";
    const change = entryOf(map, namespace, () => new Map<string, Resource>());
    change.set(key, resource);
    return { text: "", remove: () => change.delete(key) };
  };
  const put = (
    key: string,
    { resource }: ResourceRecord,
    root: ResourceRef | undefined,
  ): Entry | undefined => {
    switch (resource.kind) {
      case "Node":
        return setNode(resource);
      case "ResourceQuota":
        return setNamed(quotas, key, resource);
      case "LimitRange":
        return setNamed(ranges, key, resource);
      default: {
        const pod = podOf(resource);
        return pod === undefined ? undefined : setPod(key, pod, root === undefined ? key : refKey(root));
      }
    }
  };
  const byName = (map: typeof quotas, namespace: string): readonly Resource[] =>
    [...(map.get(namespace) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
  return {
    set: (key, record, root) => {
      const before = entries.get(key);
      const text = record === undefined ? undefined : factsOf(record.resource, root);
      if (before?.text === text) return;
      version += 1;
      before?.remove();
      entries.delete(key);
      const entry = record === undefined || text === undefined ? undefined : put(key, record, root);
      if (entry !== undefined) entries.set(key, { ...entry, text: text! });
    },
    version: () => version,
    nodes: () => (sorted ??= [...nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1))),
    takenOn: (node) => taken.get(node) ?? new Map(),
    podsOf: (root) => [...(pods.get(root)?.values() ?? [])],
    quotasIn: (namespace) => byName(quotas, namespace),
    limitRangesIn: (namespace) => byName(ranges, namespace),
  };
}

/** All that is read of it; `undefined` where nothing is. */
function factsOf(resource: Resource, root: ResourceRef | undefined): string | undefined {
  const { metadata, kind } = resource;
  const { spec, status } = resource as JsonObject;
  if (kind === "Node")
    return JSON.stringify(nodeOf(resource), (_, value: unknown) =>
      value instanceof Map ? [...value] : value,
    );
  if (kind !== "Pod")
    return JSON.stringify([
      metadata.name,
      spec ?? null,
      isJsonObject(status) ? (status["used"] ?? null) : null,
    ]);
  const pod = podOf(resource);
  return pod === undefined ? undefined : JSON.stringify([pod.spec, root ?? null]);
}

const pools = [
  "karpenter.sh/nodepool",
  "karpenter.sh/provisioner-name",
  "cloud.google.com/gke-nodepool",
  "eks.amazonaws.com/nodegroup",
  "kubernetes.azure.com/agentpool",
];

function nodeOf(resource: Resource): NodeRoom {
  const { name = "", labels = {}, annotations = {} } = resource.metadata;
  const { spec, status } = resource as JsonObject;
  const isCordoned = isJsonObject(spec) && spec["unschedulable"] === true;
  const taints = isJsonObject(spec) ? entriesOf(spec["taints"]) : [];
  const cordon = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
  return {
    name,
    labels,
    taints: isCordoned ? [...taints, cordon] : taints,
    allocatable: toldOf(amountsOf(isJsonObject(status) ? status["allocatable"] : undefined)),
    ofPool:
      pools.some((label) => labels[label] !== undefined) ||
      Object.keys(annotations).some((each) => each.startsWith("cluster-autoscaler.kubernetes.io/")),
  };
}

/** A node tells of these, whatever else it has; one without them has not told yet, or was kept without its status. */
function toldOf(allocatable: Amounts): Amounts | undefined {
  return ["cpu", "memory", "pods"].every((name) => allocatable.has(name)) ? allocatable : undefined;
}

/** What of a pod's spec decides where it stands and what it takes. */
const specKeys = [
  "activeDeadlineSeconds",
  "affinity",
  "nodeName",
  "nodeSelector",
  "overhead",
  "priority",
  "priorityClassName",
  "resourceClaims",
  "resources",
  "schedulerName",
  "tolerations",
  "topologySpreadConstraints",
] as const;

/** A pod's spec without what room has nothing to do with: small enough to be kept. */
export function roomSpec(spec: JsonObject): JsonObject {
  const kept = specKeys.flatMap((key) => (spec[key] === undefined ? [] : [[key, spec[key]] as const]));
  const lists = ["initContainers", "containers"].map((list) => [
    list,
    entriesOf(spec[list]).map(({ name, resources, restartPolicy, ports }) => ({
      name: name ?? "",
      ...(resources === undefined ? {} : { resources }),
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
      ...(entriesOf(ports).some(({ hostPort }) => hostPort !== undefined) ? { ports: ports! } : {}),
    })),
  ]);
  const volumes = entriesOf(spec["volumes"]).filter(
    (volume) => volume["persistentVolumeClaim"] !== undefined || volume["ephemeral"] !== undefined,
  );
  return Object.fromEntries([
    ...kept,
    ...lists,
    ...(volumes.length === 0 ? [] : [["volumes", volumes]]),
  ]) as JsonObject;
}

function podOf(resource: Resource): PodRoom | undefined {
  const { spec, status } = resource as JsonObject;
  const phase = isJsonObject(status) ? status["phase"] : undefined;
  if (!isJsonObject(spec) || phase === "Succeeded" || phase === "Failed") return undefined;
  const own = roomSpec(spec);
  const { nodeName } = spec;
  return {
    node: typeof nodeName === "string" && nodeName !== "" ? nodeName : undefined,
    spec: own,
    demand: demandOf(own),
  };
}
