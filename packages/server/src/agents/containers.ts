/**
 * Which container is which, by the runtime's ids in pods' status: as it is now, and for a while as it was, since what a
 * pod of three seconds did arrives when it is gone.
 */
import type { Change as Handed } from "@plimsoll/cluster";
import {
  isJsonArray,
  isJsonObject,
  runningContainers,
  refKey,
  refOf,
  type NamedContainer,
  type ResourceRecord,
  type ResourceRef,
} from "@plimsoll/core";

export interface Containers {
  /** Pods among them are taken in. True where there was one. */
  readonly take: (changes: readonly Handed[]) => boolean;
  /** Undefined: no pod told of that id. `settled`: its owners are known up to the top. */
  readonly find: (id: string) => Found | undefined;
  /** The image that a container of a pod that is here runs; undefined where its status does not tell. */
  readonly imageOf: (id: string) => RunImage | undefined;
  /** Whether a pod of that UID is or was here: what it does not list is its sandbox, or a container before this one. */
  readonly hasPod: (uid: string) => boolean;
}

export interface Found extends NamedContainer {
  readonly settled: boolean;
}

/** An image as a pod runs it. */
export interface RunImage {
  /** As the pod's spec writes it. */
  readonly reference: string;
  /** `sha256:…` of the manifest, where the runtime tells it. */
  readonly digest?: string;
  /** What the runtime knows it by: equal for equal content. */
  readonly id: string;
}

type Lookup = (ref: ResourceRef) => ResourceRecord | undefined;

/** Containers of pods that are gone, that are remembered. */
const mostGone = 20_000;

export function createContainers(
  lookup: (key: string) => ResourceRecord | undefined,
  most = mostGone,
): Containers {
  const pods = new Map<string, ResourceRecord>();
  const uids = new Map<string, boolean>();
  const byId = new Map<string, string>();
  const gone = new Map<string, Found>();
  const look: Lookup = (ref) => lookup(refKey(ref));
  const remember = (id: string, found: Found): void => {
    gone.delete(id);
    gone.set(id, found);
    for (const [oldest] of gone) {
      if (gone.size <= most) break;
      gone.delete(oldest);
    }
  };
  const leave = (key: string, kept: ReadonlyMap<string, NamedContainer>): void => {
    const before = pods.get(key);
    if (before === undefined) return;
    for (const [id, named] of runningContainers(before, look)) {
      if (kept.has(id)) continue;
      byId.delete(id);
      remember(id, { ...named, settled: true });
    }
  };
  const put = (record: ResourceRecord): void => {
    const key = refKey(refOf(record.resource));
    const now = runningContainers(record, look);
    leave(key, now);
    pods.set(key, record);
    uids.set(String(record.resource.metadata.uid ?? ""), true);
    for (const id of now.keys()) byId.set(id, key);
  };
  return {
    take: (changes) => {
      let any = false;
      for (const change of changes) {
        if (change.op === "put" && change.record.resource.kind === "Pod") put(change.record);
        else if (change.op === "remove" && change.kind === "v1/Pod") {
          const key = `v1/Pod/${change.namespace}/${change.name}`;
          const before = pods.get(key);
          if (before === undefined || before.resource.metadata.uid !== change.uid) continue;
          leave(key, new Map());
          pods.delete(key);
          uids.set(String(change.uid), false);
          for (const [uid, isHere] of uids) {
            if (uids.size <= pods.size + most) break;
            if (!isHere) uids.delete(uid);
          }
        } else continue;
        any = true;
      }
      return any;
    },
    find: (id) => {
      const key = byId.get(id);
      const pod = key === undefined ? undefined : pods.get(key);
      if (pod === undefined) return gone.get(id);
      const named = runningContainers(pod, look).get(id);
      return named === undefined ? undefined : { ...named, settled: isSettled(pod, look) };
    },
    imageOf: (id) => {
      const key = byId.get(id);
      const pod = key === undefined ? undefined : pods.get(key);
      return pod === undefined ? undefined : runImagesOf(pod).get(id);
    },
    hasPod: (uid) => uids.has(uid),
  };
}

/** A pod may be told of before the ReplicaSet that made it. */
function isSettled({ resource }: ResourceRecord, look: Lookup): boolean {
  const [owner] = resource.metadata.ownerReferences ?? [];
  if (owner === undefined || owner.kind === "Node") return true;
  const { namespace = "" } = resource.metadata;
  const { apiVersion, kind, name } = owner;
  return look({ apiVersion, kind, namespace, name }) !== undefined;
}

/** By the runtime's id of each container whose image the pod's status tells. */
export function runImagesOf({ resource }: ResourceRecord): ReadonlyMap<string, RunImage> {
  const found = new Map<string, RunImage>();
  const [spec, status] = [resource["spec"], resource["status"]];
  if (!isJsonObject(spec) || !isJsonObject(status)) return found;
  for (const [list, statuses] of lists) {
    const [meant, told] = [spec[list], status[statuses]];
    if (!isJsonArray(meant) || !isJsonArray(told)) continue;
    const references = new Map(meant.filter(isJsonObject).map(({ name, image }) => [name, image] as const));
    for (const { name, containerID, imageID } of told.filter(isJsonObject)) {
      const reference = references.get(name);
      const own = typeof containerID === "string" ? containerID.split("://")[1] : undefined;
      const id = typeof imageID === "string" ? /sha256:[0-9a-f]{64}$/.exec(imageID)?.[0] : undefined;
      if (typeof reference !== "string" || own === undefined || id === undefined) continue;
      const digest = String(imageID).includes("@") ? { digest: id } : {};
      found.set(own, { reference, id, ...digest });
    }
  }
  return found;
}

const lists = [
  ["containers", "containerStatuses"],
  ["initContainers", "initContainerStatuses"],
  ["ephemeralContainers", "ephemeralContainerStatuses"],
] as const;
