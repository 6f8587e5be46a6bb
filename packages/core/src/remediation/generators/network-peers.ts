/** Who stands at the other end of a connection, as a policy names him: pods by labels, nodes and strangers by address. */
import type { Inventory } from "../../inventory/inventory.ts";
import type { Peer as EnginePeer } from "../../inventory/network/connectivity.ts";
import { parseAddress } from "../../inventory/network/address.ts";
import { matchesMap } from "../../inventory/selector.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import type { DetailOf } from "../fields/field.ts";
import { listAt, objectAt } from "../fields/site.ts";
import { isProbedAt, ownAddresses } from "./network-nodes.ts";

export type Flow = DetailOf<"connection"> & { readonly operation: "connect" | "accept" };

/** Over the network, with somebody at the other end, and let. */
export function isFlow(detail: DetailOf<"connection">): detail is Flow {
  return (
    detail.operation !== "listen" &&
    detail.refused !== true &&
    !/^(?:127\.|::1$)/.test(detail.peer?.address ?? "")
  );
}

/** One peer on one port, as a rule has it. */
export interface Placed {
  readonly direction: "in" | "out";
  /** Absent: anybody. */
  readonly peer?: JsonObject;
  /** A host outside, by name. */
  readonly host?: string;
  /** What Cilium calls those whom it never knows by address: nodes, the API server. */
  readonly entities?: readonly string[];
  readonly port: number;
  readonly protocol: string;
  /** Whom it stands for: a workload, an address, `anybody`. */
  readonly meant: string;
}

/** One rule a peer, its ports sorted. */
export interface Joined extends Pick<Placed, "host" | "entities"> {
  readonly peer: JsonObject | undefined;
  readonly ports: readonly JsonObject[];
}

export function joined(placed: readonly Placed[]): readonly Joined[] {
  const byPeer = Map.groupBy(placed, ({ peer, host, entities }) =>
    JSON.stringify([peer ?? null, host ?? null, entities ?? null]),
  );
  return [...byPeer]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, list]) => {
      const { peer, host, entities } = list[0]!;
      const ports = new Map(list.map(({ port, protocol }) => [`${protocol} ${port}`, { port, protocol }]));
      return {
        peer,
        ...(host === undefined ? {} : { host }),
        ...(entities === undefined ? {} : { entities }),
        ports: [...ports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry),
      };
    });
}

export interface Places {
  /** It was a pod's address, and nothing tells any more whose. */
  readonly isGone: (flow: Flow) => boolean;
  readonly of: (flow: Flow) => readonly Placed[];
  /** The ends of a flow as the engine knows them, with the port at the end that listens. */
  readonly ends: (flow: Flow) => readonly { readonly peer: EnginePeer; readonly port: number }[];
  /** DNS, where it connects to others or asks for names; the API server, where it calls a webhook of the workload. */
  readonly always: (flows: readonly Flow[], asks: boolean) => readonly Placed[];
  readonly selectorOf: (workload: Workload) => JsonObject | undefined;
  readonly notes: () => readonly string[];
}

/** Given by controllers, and another with each rollout, pod or run. */
const fleeting =
  /^(?:pod-template-hash|controller-revision-hash|pod-template-generation|controller-uid|job-name|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|batch\.kubernetes\.io\/.*|helm\.sh\/chart|app\.kubernetes\.io\/version|version|chart|heritage)$/;

export function placesOf(own: Workload, inventory: Inventory): Places {
  const notes = new Set<string>();
  const selectorOf = (workload: Workload): JsonObject | undefined => lastingLabels(workload);
  const ofWorkload = (workload: Workload): JsonObject | undefined => {
    const labels = selectorOf(workload);
    if (labels === undefined) return undefined;
    const { namespace } = workload.ref;
    return {
      ...(namespace === own.ref.namespace
        ? {}
        : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }),
      podSelector: { matchLabels: labels },
    };
  };
  const resolve = (flow: Flow): readonly End[] => endsOf(flow, own, inventory);
  return {
    isGone: (flow) => isGone(flow, resolve(flow), inventory),
    selectorOf,
    notes: () => [...notes],
    ends: (flow) =>
      isGone(flow, resolve(flow), inventory)
        ? []
        : resolve(flow).map((end) => ({ peer: engineEnd(end), port: end.port })),
    of: (flow) =>
      resolve(flow).flatMap(({ workload, address, host, port, isOwnNode, entities }): readonly Placed[] => {
        const base = { direction: flow.direction, port, protocol: flow.protocol };
        if (isOwnNode === true) {
          notes.add(
            `its own node asks it on port ${port}, as kubelet's probes do: policies never part the two`,
          );
          return [];
        }
        const hostNetwork = workload?.pod.spec["hostNetwork"] === true;
        if (workload !== undefined && !hostNetwork) {
          const peer = ofWorkload(workload);
          const meant = `${workload.ref.kind} ${workload.ref.namespace}/${workload.ref.name}`;
          if (peer !== undefined) return [{ ...base, peer, meant }];
          notes.add(`${meant} has no labels that survive a rollout, and was left out`);
          return [];
        }
        if (address === undefined) {
          notes.add(`${host ?? "an end without an address"} on port ${port} could not be placed`);
          return [];
        }
        const parsed = parseAddress(address);
        if (parsed === undefined) return [];
        if (workload === undefined && host !== undefined)
          notes.add(
            `${host} was ${address} when it was seen: its address may change, which a CiliumNetworkPolicy can follow`,
          );
        const cidr = `${address}/${parsed.family === 6 ? 128 : 32}`;
        return [
          {
            ...base,
            peer: { ipBlock: { cidr } },
            ...(host === undefined ? {} : { host }),
            ...(entities === undefined ? {} : { entities }),
            meant: host ?? cidr,
          },
        ];
      }),
    always: (flows, asks) => [
      ...(asks || flows.some(({ direction }) => direction === "out")
        ? dnsOf(inventory, ofWorkload, notes)
        : []),
      ...webhooksOf(own, inventory, notes),
    ],
  };
}

interface End {
  readonly workload?: Workload;
  readonly address?: string;
  readonly host?: string;
  readonly entities?: readonly string[];
  /** The node that the pod runs on, whichever that is. */
  readonly isOwnNode?: true;
  readonly port: number;
}

function engineEnd({ workload, address, isOwnNode }: End): EnginePeer {
  if (isOwnNode === true) return { kind: "node" };
  // A pod in the network of its node is its node's address to every policy.
  if (workload?.pod.spec["hostNetwork"] === true && address !== undefined)
    return { kind: "address", ip: address };
  return workload !== undefined ? { kind: "pod", workload } : { kind: "address", ip: address ?? "" };
}

/** A Service is no end: behind it are pods, and their own port. */
function endsOf({ peer = {}, port, direction }: Flow, own: Workload, inventory: Inventory): readonly End[] {
  const { namespace, workload: name, service, address, dnsName } = peer;
  const named = inventory.workloads.find(
    ({ root, ref, derived }) =>
      !derived && ref.namespace === namespace && root.name === ref.name && isCalled(ref, name),
  );
  const found = service === undefined ? undefined : serviceOf(inventory, namespace ?? "", service);
  if (found !== undefined && direction === "out") {
    const behind = backendsOf(found, port, inventory);
    if (behind.length > 0) return behind;
  }
  if (named !== undefined) return [{ workload: named, ...(address === undefined ? {} : { address }), port }];
  const { isNode, isGateway } = ownAddresses(inventory);
  const isOfNode = address !== undefined && isNode(address);
  if (isOfNode && direction === "in" && (isGateway(address) || isProbedAt(own, port)))
    return [{ isOwnNode: true, port }];
  return [
    {
      ...(address === undefined ? {} : { address }),
      ...(dnsName === undefined ? {} : { host: dnsName }),
      ...(isOfNode ? { entities: ["host", "remote-node"] } : {}),
      port,
    },
  ];
}

/** Sensors write `Deployment/web`; `web` alone names it too. */
function isCalled({ kind, name }: Workload["ref"], told: string | undefined): boolean {
  return told === name || told === `${kind}/${name}`;
}

function isGone({ peer = {} }: Flow, ends: readonly End[], inventory: Inventory): boolean {
  if (ends.some(({ workload, isOwnNode, host }) => workload !== undefined || isOwnNode || host !== undefined))
    return false;
  // Nobody stands behind that Service any more; a policy never sees its own address.
  if (peer.service !== undefined) return ends.every(({ address }) => address === peer.address);
  return (
    peer.pod !== undefined ||
    peer.workload !== undefined ||
    (peer.address !== undefined && ownAddresses(inventory).isOfPods(peer.address))
  );
}

function serviceOf(inventory: Inventory, namespace: string, name: string): Resource | undefined {
  return inventory.get({ apiVersion: "v1", kind: "Service", namespace, name })?.resource;
}

/** The pods that it selects; without a selector, the addresses that are written in its endpoints. */
function backendsOf(service: Resource, port: number, inventory: Inventory): readonly End[] {
  const spec = objectAt(service, "spec");
  const entry = listAt(spec, "ports").find((each) => each["port"] === port);
  const namespace = service.metadata.namespace ?? "";
  const selector = spec["selector"];
  if (isJsonObject(selector) && Object.keys(selector).length > 0)
    return inventory.workloads
      .filter(
        ({ derived, ref, pod }) =>
          !derived && ref.namespace === namespace && matchesMap(selector, pod.metadata.labels),
      )
      .map((workload) => ({ workload, port: targetPort(entry, workload) ?? port }));
  const isApi = namespace === "default" && service.metadata.name === "kubernetes";
  const apiServer = isApi ? { entities: ["kube-apiserver"] } : {};
  const endpoints = inventory.get({
    apiVersion: "v1",
    kind: "Endpoints",
    namespace,
    name: service.metadata.name ?? "",
  });
  const slices = inventory
    .ofKind("discovery.k8s.io/v1/EndpointSlice")
    .filter(
      ({ resource: { metadata } }) =>
        metadata.namespace === namespace &&
        metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name,
    );
  return [
    ...listAt(endpoints?.resource ?? {}, "subsets").flatMap((subset) =>
      listAt(subset, "addresses").map(({ ip }) => ({
        address: String(ip),
        ...apiServer,
        port: portOf(subset) ?? port,
      })),
    ),
    ...slices.flatMap(({ resource }) =>
      listAt(resource, "endpoints").flatMap(({ addresses }) =>
        (isJsonArray(addresses) ? addresses : []).map((address) => ({
          address: String(address),
          ...apiServer,
          port: portOf(resource) ?? port,
        })),
      ),
    ),
  ];
}

function portOf(holder: JsonObject): number | undefined {
  const port = listAt(holder, "ports")[0]?.["port"];
  return typeof port === "number" ? port : undefined;
}

function targetPort(entry: JsonObject | undefined, { containers }: Workload): number | undefined {
  const target: Json | undefined = entry?.["targetPort"];
  if (typeof target === "number") return target;
  if (typeof target !== "string") return undefined;
  const named = containers.flatMap(({ raw }) => listAt(raw, "ports")).find(({ name }) => name === target)?.[
    "containerPort"
  ];
  return typeof named === "number" ? named : undefined;
}

/** Of the selector that its own controller finds its pods by, else of its labels; what a rollout changes left out. */
export function lastingLabels({ record, pod, ref }: Workload): JsonObject | undefined {
  const selector = objectAt(objectAt(objectAt(record.resource, "spec"), "selector"), "matchLabels");
  const own =
    ref.kind === "Job" || Object.keys(selector).length === 0 ? (pod.metadata.labels ?? {}) : selector;
  const kept = Object.entries(own).filter(([key]) => !fleeting.test(key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

const dnsPorts = [
  { port: 53, protocol: "UDP" },
  { port: 53, protocol: "TCP" },
];

function dnsOf(
  inventory: Inventory,
  ofWorkload: (workload: Workload) => JsonObject | undefined,
  notes: Set<string>,
): readonly Placed[] {
  const servers = inventory.workloads.filter(
    ({ derived, ref, pod }) =>
      !derived && ref.namespace === "kube-system" && pod.metadata.labels?.["k8s-app"] === "kube-dns",
  );
  const peers: JsonObject[] = servers.map(ofWorkload).filter((peer) => peer !== undefined);
  if (peers.length === 0) {
    notes.add(
      "the cluster's DNS was not read, so that pods labelled k8s-app=kube-dns of kube-system are admitted",
    );
    peers.push({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    });
  }
  const meant =
    servers[0] === undefined ? "DNS" : `${servers[0].ref.kind} kube-system/${servers[0].ref.name}`;
  return peers.flatMap((peer) =>
    dnsPorts.map((port) => ({ direction: "out" as const, peer, ...port, meant })),
  );
}

const webhookKinds = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

/** Its calls come from the API server, whose address no policy can name for certain. */
function webhooksOf(own: Workload, inventory: Inventory, notes: Set<string>): readonly Placed[] {
  const called = webhookKinds
    .flatMap((kind) => inventory.ofKind(`admissionregistration.k8s.io/v1/${kind}`))
    .flatMap(({ resource }) => listAt(resource, "webhooks"))
    .map((webhook) => objectAt(objectAt(webhook, "clientConfig"), "service"));
  return called.flatMap((reference): readonly Placed[] => {
    const service = serviceOf(inventory, String(reference["namespace"]), String(reference["name"]));
    if (service === undefined) return [];
    const port = typeof reference["port"] === "number" ? reference["port"] : 443;
    const mine = backendsOf(service, port, inventory).filter(
      ({ workload }) => workload?.ref.name === own.ref.name && workload.ref.namespace === own.ref.namespace,
    );
    if (mine.length > 0)
      notes.add(
        "the API server calls it as a webhook, from addresses that policies cannot name: that port is open to all",
      );
    return mine.map((end) => ({ direction: "in", port: end.port, protocol: "TCP", meant: "anybody" }));
  });
}
