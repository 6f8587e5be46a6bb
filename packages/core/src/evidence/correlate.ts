/**
 * Whose doing it was: pods to the workloads that made them, by the inventory where it has them, by their names where they
 * are gone; and addresses to the pods and services that had them when the event happened.
 */
import type { Inventory } from "../inventory/inventory.ts";
import { isJsonArray, isJsonObject, type Json } from "../model/json.ts";
import type { ContainerKey, ObservationDetail, Peer } from "../model/observation.ts";
import type { ResourceRecord } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import type { Where } from "./sensor.ts";

export interface Correlator {
  /** The container that an event is of; undefined where it names neither pod nor workload. */
  readonly containerOf: (where: Where) => ContainerKey | undefined;
  /** The node that a pod runs on; undefined where it is not known. */
  readonly nodeOf: (namespace: string, pod: string) => string | undefined;
  /** The behaviour with its peer named as it was called at that moment (RFC 3339). */
  readonly named: (detail: ObservationDetail, time: string) => ObservationDetail;
}

interface Place {
  readonly kind: string;
  readonly name: string;
}

interface KnownPod {
  readonly root: Place;
  readonly record: ResourceRecord;
  /** Its name is used once only, so that its image is that of every event that names it. */
  readonly unique: boolean;
  readonly node: string | undefined;
}

export function createCorrelator(inventory: Inventory): Correlator {
  const pods = new Map<string, KnownPod>();
  const makers = new Map<string, Workload>();
  for (const workload of inventory.workloads) {
    const { ref } = workload;
    if (ref.kind === "Pod" && inventory.server.kind === "cluster") pods.set(key(ref), knownPod(workload));
    else makers.set(`${ref.kind} ${key(ref)}`, workload);
  }
  const addresses = addressesOf(inventory, pods);
  const containerOf = (where: Where): ContainerKey | undefined => placed(where, pods, makers);
  return {
    containerOf,
    nodeOf: (namespace, name) => pods.get(key({ namespace, name }))?.node,
    named: (detail, time) => {
      if (detail.kind !== "connection" || detail.peer === undefined) return detail;
      return { ...detail, peer: namedPeer(detail.peer, time, addresses, containerOf) };
    },
  };
}

function key({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function knownPod({ root, record, owners }: Workload): KnownPod {
  const spec = record.resource["spec"];
  const node = isJsonObject(spec) ? spec["nodeName"] : undefined;
  return {
    root: { kind: root.kind, name: root.name },
    record,
    unique: owners[0] !== undefined && owners[0].kind !== "StatefulSet" && owners[0].kind !== "Node",
    node: typeof node === "string" ? node : undefined,
  };
}

function placed(
  where: Where,
  pods: ReadonlyMap<string, KnownPod>,
  makers: ReadonlyMap<string, Workload>,
): ContainerKey | undefined {
  const { namespace = "", pod, container = "" } = where;
  if (pod === undefined) {
    const { workload, workloadKind } = where;
    if (workload === undefined || workloadKind === undefined) return undefined;
    return {
      namespace,
      ...rootOf(namespace, workloadKind, workload, makers),
      container,
      ...imageOf(where.image),
    };
  }
  const known = pods.get(key({ namespace, name: pod }));
  if (known !== undefined) {
    const digest = known.unique ? digestOf(known.record, container) : undefined;
    return {
      namespace,
      workloadKind: known.root.kind,
      workload: known.root.name,
      container,
      ...imageOf(where.image, digest),
    };
  }
  const { workload, workloadKind } = where;
  const root =
    workload !== undefined && workloadKind !== undefined && workloadKind !== "Pod"
      ? rootOf(namespace, workloadKind, workload, makers)
      : byName(namespace, pod, makers);
  return { namespace, ...root, container, ...imageOf(where.image) };
}

type Root = Pick<ContainerKey, "workloadKind" | "workload">;

/** The workload at the top of the one that is named, where it was read. */
function rootOf(namespace: string, kind: string, name: string, makers: ReadonlyMap<string, Workload>): Root {
  const root = makers.get(`${kind} ${namespace}/${name}`)?.root;
  return { workloadKind: root?.kind ?? kind, workload: root?.name ?? name };
}

/** What the API server appends to names: five letters without vowels and look-alikes. */
const suffix = "[bcdfghjklmnpqrstvwxz2456789]{5}";
const makersByName: readonly (readonly [RegExp, readonly string[]])[] = [
  [new RegExp(`^(.+)-[bcdfghjklmnpqrstvwxz2456789]{1,10}-${suffix}$`), ["Deployment"]],
  [new RegExp(`^(.+)-${suffix}$`), ["ReplicaSet", "DaemonSet", "Job", "ReplicationController"]],
  [/^(.+)-\d{1,6}-[bcdfghjklmnpqrstvwxz2456789]{5}$/, ["CronJob"]],
  [/^(.+)-\d{8,10}(?:-\d+)?-[bcdfghjklmnpqrstvwxz2456789]{5}$/, ["CronJob"]],
  [/^(.+)-\d{1,6}$/, ["StatefulSet"]],
];

/** A pod that is gone, by its name and what still makes pods of such names; else it stands for itself. */
function byName(namespace: string, pod: string, makers: ReadonlyMap<string, Workload>): Root {
  for (const [pattern, kinds] of makersByName) {
    const name = pattern.exec(pod)?.[1];
    if (name === undefined) continue;
    for (const kind of kinds) {
      const root = makers.get(`${kind} ${namespace}/${name}`)?.root;
      if (root !== undefined) return { workloadKind: root.kind, workload: root.name };
    }
  }
  return { workloadKind: "Pod", workload: pod };
}

const digestIn = /sha256:[0-9a-f]{64}/;

/** A digest before a name with a tag; a bare repository (`alpine`) says too little to tell images apart. */
export function imageOf(told: string | undefined, known?: string): { readonly image?: string } {
  const image = digestIn.exec(told ?? "")?.[0] ?? known ?? (told?.includes(":") === true ? told : undefined);
  return image === undefined ? {} : { image };
}

/** Where a pod's status names its containers. */
export const statusLists = [
  "containerStatuses",
  "initContainerStatuses",
  "ephemeralContainerStatuses",
] as const;

function digestOf({ resource }: ResourceRecord, container: string): string | undefined {
  const status = resource["status"];
  if (!isJsonObject(status)) return undefined;
  for (const list of statusLists) {
    for (const entry of listOf(status[list])) {
      if (isJsonObject(entry) && entry["name"] === container)
        return digestIn.exec(String(entry["imageID"] ?? ""))?.[0];
    }
  }
  return undefined;
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

/** Who has an address, and since when (RFC 3339; absent: not told). */
interface Holder {
  readonly peer: Peer;
  readonly since: string | undefined;
}

function addressesOf(inventory: Inventory, pods: ReadonlyMap<string, KnownPod>): ReadonlyMap<string, Holder> {
  const found = new Map<string, Holder>();
  const add = (address: Json | undefined, holder: Holder): void => {
    if (typeof address !== "string" || address === "" || address === "None") return;
    // Two that have it: whoever it was cannot be told.
    found.set(address, found.has(address) ? { peer: {}, since: undefined } : holder);
  };
  for (const { root, record } of pods.values()) {
    const { namespace = "", name = "", creationTimestamp } = record.resource.metadata;
    const [spec, status] = [record.resource["spec"], record.resource["status"]];
    // A pod on the host's network has the address of its node and of others there.
    if (!isJsonObject(status) || (isJsonObject(spec) && spec["hostNetwork"] === true)) continue;
    const peer: Peer = { namespace, pod: name, workload: `${root.kind}/${root.name}` };
    const since = typeof creationTimestamp === "string" ? creationTimestamp : undefined;
    for (const address of podAddresses(status)) add(address, { peer, since });
  }
  for (const { resource } of inventory.ofKind("v1/Service")) {
    const { namespace = "", name = "", creationTimestamp } = resource.metadata;
    const spec = resource["spec"];
    if (!isJsonObject(spec)) continue;
    const since = typeof creationTimestamp === "string" ? creationTimestamp : undefined;
    const own = new Set([spec["clusterIP"], ...listOf(spec["clusterIPs"])]);
    for (const address of own) add(address, { peer: { namespace, service: name }, since });
  }
  return found;
}

function podAddresses(status: { readonly [key: string]: Json | undefined }): ReadonlySet<Json | undefined> {
  const ips = listOf(status["podIPs"]).map((entry) => (isJsonObject(entry) ? entry["ip"] : undefined));
  return new Set([status["podIP"], ...ips]);
}

function namedPeer(
  peer: Peer,
  time: string,
  addresses: ReadonlyMap<string, Holder>,
  containerOf: (where: Where) => ContainerKey | undefined,
): Peer {
  if (peer.pod !== undefined && peer.workload === undefined && peer.namespace !== undefined) {
    const owner = containerOf({ namespace: peer.namespace, pod: peer.pod });
    return owner === undefined ? peer : { ...peer, workload: `${owner.workloadKind}/${owner.workload}` };
  }
  if (peer.address === undefined || peer.pod !== undefined || peer.service !== undefined) return peer;
  const holder = addresses.get(peer.address);
  // Before its pod was there the address was somebody else's.
  if (holder === undefined || (holder.since !== undefined && Date.parse(holder.since) > Date.parse(time)))
    return peer;
  return { ...peer, ...holder.peer };
}
