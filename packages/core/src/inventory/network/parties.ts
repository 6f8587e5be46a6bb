/** The pods, nodes and addresses of an inventory, as policies see them. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { refKey, type Resource } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import type { Inventory } from "../inventory.ts";
import { parseAddress, type Address } from "./address.ts";
import { templateDoubt, type Labels } from "./labels.ts";
import type { NodeParty, Party, PodParty } from "./party.ts";
import { isPortNumber } from "./kinds/fields.ts";
import { isProtocol, type NamedPort } from "./port.ts";

export interface Parties {
  /** Every pod that runs or may run, and every template none of whose pods was read. */
  readonly pods: readonly PodParty[];
  readonly podOf: (workload: Workload) => PodParty;
  /** What stands for a workload: itself, or its pods where some were read. */
  readonly standIns: (workload: Workload) => readonly PodParty[];
  readonly nodeOf: (name: string) => NodeParty;
  /** What has an address: a pod, a node, or something outside. `undefined` where the text is no address. */
  readonly atAddress: (ip: string) => Party | undefined;
}

export function partiesOf(inventory: Inventory): Parties {
  const made = new Map<Workload, PodParty>();
  const namespaces = new Map<string, Labels>();
  const labelsOf = (namespace: string): Labels => {
    const known = namespaces.get(namespace) ?? namespaceLabels(inventory, namespace);
    namespaces.set(namespace, known);
    return known;
  };
  const nodeOf = nodes(inventory);
  const podOf = (workload: Workload): PodParty => {
    const party = made.get(workload) ?? readPod(workload, labelsOf(workload.ref.namespace), nodeOf);
    made.set(workload, party);
    return party;
  };
  const { pods, podsOf } = podsAndTemplates(inventory, podOf);
  const standIns = (workload: Workload): readonly PodParty[] =>
    podsOf.get(refKey(workload.ref)) ?? [podOf(workload)];
  return { pods, podOf, standIns, nodeOf, atAddress: addresses(inventory, pods, nodeOf) };
}

function isPod({ ref }: Workload): boolean {
  return ref.kind === "Pod" && ref.apiVersion === "v1";
}

/** Pods that have not completed; and templates that nothing else makes and none of whose pods was read. */
function podsAndTemplates(
  inventory: Inventory,
  podOf: (workload: Workload) => PodParty,
): { pods: readonly PodParty[]; podsOf: ReadonlyMap<string, readonly PodParty[]> } {
  const podsOf = new Map<string, PodParty[]>();
  const ended = new Set<string>();
  const live: PodParty[] = [];
  for (const workload of inventory.workloads) {
    if (!isPod(workload)) continue;
    const party = podOf(workload);
    if (!party.completed) live.push(party);
    for (const owner of workload.owners) {
      const key = refKey(owner);
      if (party.completed) ended.add(key);
      else listAt(podsOf, key).push(party);
    }
  }
  const templates = inventory.workloads.filter((workload) => {
    const key = refKey(workload.ref);
    if (isPod(workload) || workload.derived || podsOf.has(key)) return false;
    return !(workload.ref.kind === "Job" && ended.has(key));
  });
  return { pods: [...live, ...templates.map(podOf)], podsOf };
}

function listAt<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

/** The API server sets the label of a namespace's name itself. Labels of a Namespace that was not read are not known. */
function namespaceLabels(inventory: Inventory, namespace: string): Labels {
  const ref = { apiVersion: "v1", kind: "Namespace", namespace: "", name: namespace };
  const own = namespace === "" ? {} : { "kubernetes.io/metadata.name": namespace };
  if (inventory.get(ref) === undefined)
    return {
      values: own,
      doubt: () => `the labels of namespace ${namespace || "(none given)"} were not read`,
    };
  return { values: { ...inventory.namespaceLabels(namespace), ...own } };
}

function readPod(workload: Workload, labels: Labels, nodeOf: (name: string) => NodeParty): PodParty {
  const { pod, record, ref } = workload;
  const status = isPod(workload) ? objectOf(record.resource["status"]) : {};
  const node = isPod(workload) ? pod.spec["nodeName"] : undefined;
  const named = typeof node === "string" && node !== "" ? node : undefined;
  const completed = status["phase"] === "Succeeded" || status["phase"] === "Failed";
  return {
    kind: "pod",
    workload,
    namespace: ref.namespace,
    labels: {
      values: pod.metadata.labels ?? {},
      ...(isPod(workload) ? {} : { doubt: templateDoubt }),
    },
    namespaceLabels: labels,
    serviceAccount: workload.serviceAccount.name,
    hostNetwork: pod.spec["hostNetwork"] === true,
    addresses: completed ? [] : podAddresses(status),
    node: named,
    nodeLabels: named === undefined ? unknownNode.labels : nodeOf(named).labels,
    ports: workload.containers
      .filter(({ role }) => role === "container" || role === "sidecar")
      .flatMap(({ raw }) => namedPorts(raw)),
    completed,
  };
}

function podAddresses(status: JsonObject): readonly Address[] {
  const list = isJsonArray(status["podIPs"]) ? status["podIPs"].map((entry) => objectOf(entry)["ip"]) : [];
  return parsed(list.length > 0 ? list : [status["podIP"]]);
}

function parsed(texts: readonly (Json | undefined)[]): readonly Address[] {
  return texts.flatMap((text) => (typeof text === "string" ? (parseAddress(text) ?? []) : []));
}

function namedPorts(container: JsonObject): readonly NamedPort[] {
  const { ports } = container;
  if (!isJsonArray(ports)) return [];
  return ports.filter(isJsonObject).flatMap((port) => {
    const { name, protocol = "TCP", containerPort } = port;
    if (typeof name !== "string" || !isPortNumber(containerPort) || !isProtocol(protocol ?? "TCP")) return [];
    return [{ name, protocol: isProtocol(protocol) ? protocol : "TCP", number: containerPort }];
  });
}

const unknownNode: NodeParty = {
  kind: "node",
  node: "unknown",
  labels: { values: {}, doubt: () => "which node it runs on is not known" },
  addresses: [],
};

function nodes(inventory: Inventory): (name: string) => NodeParty {
  const made = new Map<string, NodeParty>();
  const read = (name: string): NodeParty => {
    const record = inventory.get({ apiVersion: "v1", kind: "Node", namespace: "", name });
    if (record === undefined)
      return {
        kind: "node",
        node: { name },
        labels: { values: {}, doubt: () => `node ${name} was not read` },
        addresses: [],
      };
    return {
      kind: "node",
      node: { name },
      labels: { values: record.resource.metadata.labels ?? {} },
      addresses: nodeAddresses(record.resource),
    };
  };
  return (name) => {
    const party = made.get(name) ?? read(name);
    made.set(name, party);
    return party;
  };
}

function nodeAddresses(node: Resource): readonly Address[] {
  const list = objectOf(node["status"])["addresses"];
  return isJsonArray(list) ? parsed(list.map((entry) => objectOf(entry)["address"])) : [];
}

/** A host-network pod as most network plugins see it: as its node. */
export function asNode(pod: PodParty): NodeParty {
  const node = pod.node === undefined ? "unknown" : { name: pod.node };
  return { kind: "node", node, labels: pod.nodeLabels, addresses: pod.addresses };
}

function addresses(
  inventory: Inventory,
  pods: readonly PodParty[],
  nodeOf: (name: string) => NodeParty,
): (ip: string) => Party | undefined {
  const index = new Map<string, Party>();
  for (const { resource } of inventory.ofKind("v1/Node")) {
    const party = nodeOf(resource.metadata.name ?? "");
    for (const { family, value } of party.addresses) index.set(`${family} ${value}`, party);
  }
  for (const pod of pods) {
    for (const { family, value } of pod.addresses) {
      const key = `${family} ${value}`;
      if (!index.has(key)) index.set(key, pod.hostNetwork ? asNode(pod) : pod);
    }
  }
  return (ip) => {
    const address = parseAddress(ip);
    if (address === undefined) return undefined;
    return index.get(`${address.family} ${address.value}`) ?? { kind: "address", address };
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
