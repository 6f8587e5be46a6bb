/** How a Service is reached: refuses those who came in by a way, a port or from an address that goes. */
import { parseAddress, parseBlock } from "../../inventory/network/address.ts";
import { matchesMap } from "../../inventory/selector.ts";
import { isJsonArray, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Workload } from "../../model/workload.ts";
import type { Repair, Seen } from "../fields/field.ts";
import { byObservation, clearByConstruction, unknownFor } from "../fields/judgement.ts";
import { listAt, objectAt, ordered } from "../fields/site.ts";
import { isProbedAt } from "../generators/network-nodes.ts";
import { standingAt } from "./address-standing.ts";
import { defineObjectField, type ObjectChange, type ObjectJudgement } from "./object-field.ts";
import { nameOf, workloadEvidence, workloadsIn, type ObjectGround } from "./object-ground.ts";
import { serviceExamples } from "./service-examples.ts";

/** Ways from outside the cluster: `load balancer`, `node port`, `192.0.2.1`. */
function doorsOf(service: Resource): readonly string[] {
  const spec = objectAt(service, "spec");
  const type = spec["type"] ?? "ClusterIP";
  return [
    ...(type === "LoadBalancer" ? ["load balancer"] : []),
    ...(type === "NodePort" || (type === "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] !== false)
      ? ["node port"]
      : []),
    ...textsAt(spec, "externalIPs"),
  ];
}

function textsAt(holder: JsonObject, key: string): readonly string[] {
  const list = holder[key];
  return isJsonArray(list) ? list.filter((entry) => typeof entry === "string") : [];
}

interface Port {
  readonly port: Json | undefined;
  readonly protocol: Json;
  readonly target: Json | undefined;
  readonly nodePort: Json | undefined;
}

function portsOf(service: Resource): readonly Port[] {
  return listAt(objectAt(service, "spec"), "ports").map((entry) => ({
    port: entry["port"],
    protocol: entry["protocol"] ?? "TCP",
    target: entry["targetPort"] ?? entry["port"],
    nodePort: entry["nodePort"],
  }));
}

function rangesOf(service: Resource): readonly string[] {
  const spec = objectAt(service, "spec");
  return spec["type"] === "LoadBalancer" ? textsAt(spec, "loadBalancerSourceRanges") : [];
}

/** No range: everybody. */
function isWithin(address: string, ranges: readonly string[]): boolean {
  const parsed = parseAddress(address);
  if (ranges.length === 0 || parsed === undefined) return ranges.length === 0;
  return ranges.some((range) => {
    const block = parseBlock(range);
    return (
      block !== undefined &&
      block.family === parsed.family &&
      parsed.value >= block.first &&
      parsed.value <= block.last
    );
  });
}

/** What goes. */
interface Loss {
  readonly doors: readonly string[];
  /** Ways that stay. */
  readonly left: readonly string[];
  readonly narrowed: boolean;
  readonly ports: readonly Port[];
  readonly kept: readonly Port[];
}

function lossOf({ before, after }: ObjectChange): Loss {
  const [old, now] = [doorsOf(before), doorsOf(after)];
  const kept = portsOf(after);
  const same = (a: Port, b: Port): boolean =>
    a.port === b.port && a.protocol === b.protocol && a.target === b.target;
  return {
    doors: old.filter((door) => !now.includes(door)),
    left: now,
    narrowed:
      now.includes("load balancer") && ordered([...rangesOf(before)]) !== ordered([...rangesOf(after)]),
    ports: portsOf(before).filter((port) => !kept.some((other) => same(port, other))),
    kept,
  };
}

function judge(change: ObjectChange): readonly ObjectJudgement[] {
  const loss = lossOf(change);
  if (loss.doors.length + loss.ports.length === 0 && !loss.narrowed)
    return [{ judgement: clearByConstruction("Nothing that leads to it goes") }];
  const { inventory } = change.ground;
  const { namespace = "", name = "" } = change.before.metadata;
  const { selector } = objectAt(change.before, "spec");
  const backends = workloadsIn(inventory, namespace).filter(
    ({ derived, pod }) => !derived && matchesMap(selector, pod.metadata.labels),
  );
  const asked = askedFor(change, loss);
  if (asked !== undefined) return [asked];
  if (backends.length > 0) return backends.map((workload) => ofBackend(workload, loss, change));
  if (inventory.server.kind === "cluster" && inventory.covers("v1/Pod", namespace) && selector !== undefined)
    return [{ judgement: clearByConstruction("No pod that was read stands behind it") }];
  const missing = [
    {
      text: `who stands behind Service ${namespace}/${name}`,
      remedy: `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`,
    },
  ];
  return [{ judgement: unknownFor("What stands behind it was not read", missing) }];
}

/** Others were seen to ask for it by the address or the port that goes: that is told at their end. */
function askedFor({ before, ground }: ObjectChange, loss: Loss): ObjectJudgement | undefined {
  const addresses = outerAddresses(before, loss);
  const { namespace, name } = before.metadata;
  const own = objectAt(before, "spec")["clusterIP"];
  for (const workload of ground.inventory.workloads.filter(({ derived }) => !derived)) {
    const seen = workloadEvidence(workload, ground);
    const refused = seen.seen("connection").filter(({ detail }) => {
      if (detail.operation !== "connect" || detail.refused === true || detail.peer === undefined)
        return false;
      const { peer, port, protocol } = detail;
      const standing = standingAt(peer, ground.inventory);
      const isLostPort = loss.ports.some((each) => each.port === port && each.protocol === protocol);
      const isNodePort =
        loss.doors.includes("node port") && portsOf(before).some(({ nodePort }) => nodePort === port);
      return (
        (addresses.has(peer.address ?? "") && portsOf(before).some((each) => each.port === port)) ||
        (standing === "node" && isNodePort) ||
        (isLostPort &&
          ((peer.service === name && peer.namespace === namespace) ||
            (own !== undefined && peer.address === own)))
      );
    });
    if (refused.length === 0) continue;
    const who = nameOf(workload);
    return {
      judgement: byObservation(
        { seen },
        { who, kinds: ["connection"], refused, doing: "connect to it there" },
      ),
      seen,
    };
  }
  return undefined;
}

function outerAddresses(before: Resource, { doors }: Loss): ReadonlySet<string> {
  const balanced = listAt(objectAt(objectAt(before, "status"), "loadBalancer"), "ingress").map(({ ip }) =>
    String(ip),
  );
  return new Set([...doors, ...(doors.includes("load balancer") ? balanced : [])]);
}

function ofBackend(workload: Workload, loss: Loss, change: ObjectChange): ObjectJudgement {
  const seen = workloadEvidence(workload, change.ground);
  const refused: Seen<"connection">[] = [];
  const missing: Missing[] = [];
  for (const entry of seen.seen("connection")) {
    const { operation, refused: was, port, protocol } = entry.detail;
    if (operation !== "accept" || was === true) continue;
    const reach = (list: readonly Port[]): boolean =>
      list.some((each) => each.protocol === protocol && leadsTo(each, port, workload));
    const said = ofAccept(entry, workload, { loss, change, reach });
    if (said === "refused") refused.push(entry);
    else if (said !== undefined) missing.push(said);
  }
  const judgement = byObservation(
    { seen },
    {
      who: nameOf(workload),
      kinds: ["connection"],
      refused,
      doing: "take connections that would be refused",
      missing: [...new Map(missing.map((each) => [each.text, each])).values()],
      repair: () =>
        loss.narrowed && loss.doors.length + loss.ports.length === 0 ? widened(refused, change) : undefined,
    },
  );
  return { judgement, seen };
}

interface Case {
  readonly loss: Loss;
  readonly change: ObjectChange;
  /** Whether ports of the Service lead to where it came in. */
  readonly reach: (ports: readonly Port[]) => boolean;
}

function ofAccept(
  { detail: { peer = {}, port } }: Seen<"connection">,
  workload: Workload,
  { loss, change, reach }: Case,
): "refused" | Missing | undefined {
  const standing = standingAt(peer, change.ground.inventory);
  const address = peer.address ?? "an unknown address";
  if (reach(loss.ports) && !reach(loss.kept) && standing !== "node")
    return {
      text: `whether ${peer.workload ?? peer.pod ?? address} comes to port ${port} by this Service or straight to the pod`,
      remedy: "watch its connections as well, or look at its configuration",
    };
  if (standing === "inside" || !reach(portsOf(change.before))) return undefined;
  if (standing === "node" && isProbedAt(workload, port)) return undefined;
  if (standing !== "outside")
    return {
      text: `whether what comes from ${address} comes from outside the cluster`,
      remedy:
        standing === "node"
          ? "look into the load balancer's log, or set externalTrafficPolicy: Local and watch again"
          : "read the cluster's nodes as well",
    };
  if (loss.narrowed && loss.doors.length === 0)
    return !isWithin(address, rangesOf(change.before)) || isWithin(address, rangesOf(change.after))
      ? undefined
      : "refused";
  const others = otherWays(workload, change.ground, change.before);
  const ways = [...loss.left, ...others];
  return ways.length === 0
    ? "refused"
    : {
        text: `whether ${address} came by what goes or by what stays (${ways.join(", ")})`,
        remedy: "look at which address its clients use",
      };
}

/** What else leads to the workload from outside. */
function otherWays(
  workload: Workload,
  { inventory }: ObjectGround,
  { metadata }: Resource,
): readonly string[] {
  return inventory
    .exposureOf(workload)
    .ways.filter(({ resource, service }) =>
      resource.kind !== "Service" ? service !== metadata.name : resource.name !== metadata.name,
    )
    .map(({ resource }) => `${resource.kind} ${resource.namespace}/${resource.name}`);
}

function leadsTo({ target }: Port, port: number, { containers }: Workload): boolean {
  if (typeof target === "number") return target === port;
  return containers.some(({ raw }) =>
    listAt(raw, "ports").some((each) => each["name"] === target && each["containerPort"] === port),
  );
}

function widened(refused: readonly Seen<"connection">[], { after }: ObjectChange): Repair | undefined {
  if (rangesOf(after).length === 0) return undefined;
  const blocks = [...new Set(refused.flatMap(({ detail }) => blockOf(detail.peer?.address ?? "")))].sort();
  const operations = blocks.map(
    (value) => ({ op: "add", path: "/spec/loadBalancerSourceRanges/-", value }) as const,
  );
  return { operations, text: `the ranges ${blocks.join(", ")}` };
}

function blockOf(address: string): readonly string[] {
  const parsed = parseAddress(address);
  return parsed === undefined ? [] : [`${address}/${parsed.family === 6 ? 128 : 32}`];
}

export const service = defineObjectField({
  id: "service",
  title: "those who come in by a way, a port or from an address that goes",
  kinds: ["v1/Service"],
  paths: [
    "type",
    "ports",
    "externalIPs",
    "loadBalancerSourceRanges",
    "loadBalancerIP",
    "loadBalancerClass",
    "externalTrafficPolicy",
    "healthCheckNodePort",
    "allocateLoadBalancerNodePorts",
  ].map((field) => `object.spec.${field}`),
  reach: "cluster",
  blind: [
    "clients behind a load balancer or a node that hides their addresses",
    "names outside the cluster that lead to an address which goes",
  ],
  judge,
  examples: serviceExamples,
});
