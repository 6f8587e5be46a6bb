/** Hubble: connections between pods and to the outside, and names looked up where Cilium sees them. */
import {
  defineSensor,
  type ObservationDetail,
  type Parsed,
  type ObservedPeer,
  type RawRecord,
} from "@plimsoll/core";
import { at, listAt, numberAt, objectAt, portAt, present, rejected, textAt, textsAt } from "../field.ts";

const flow = {
  time: "2026-09-01T10:41:02.202450754Z",
  uuid: "cd75b2ac-8dd3-486b-beca-3d17d9d56cff",
  verdict: "FORWARDED",
  IP: { source: "10.0.1.235", destination: "10.0.0.21", ipVersion: "IPv4" },
  l4: { TCP: { source_port: 60_524, destination_port: 80, flags: { SYN: true } } },
  source: {
    ID: 423,
    identity: 24_753,
    namespace: "shop",
    labels: ["k8s:app=front"],
    pod_name: "front-9b649846d-bxqfc",
    workloads: [{ name: "front", kind: "Deployment" }],
  },
  destination: { namespace: "shop", labels: ["k8s:app=web"], pod_name: "web-65887564dc-jjw7k" },
  Type: "L3_L4",
  node_name: "east/worker-1",
  traffic_direction: "EGRESS",
  is_reply: false,
} as const;
const front = {
  namespace: "shop",
  pod: "front-9b649846d-bxqfc",
  workload: "front",
  workloadKind: "Deployment",
} as const;
const shared = { part: "event", time: flow.time, trust: "kernel" } as const;
const outgoing = {
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "TCP",
  port: 80,
} as const;

export const hubble = defineSensor({
  id: "hubble",
  title: "Hubble flows",
  observes: { connection: "whole", dns: "partial" },
  blind: [
    "connections within a pod, and those of pods on the host's network by process",
    "names looked up where no policy sends DNS through Cilium's proxy",
  ],
  source: "hubble observe -o json, or Cilium's flow export",
  recognizes: (record) =>
    objectAt(record, "flow")?.["verdict"] !== undefined ||
    (typeof record["verdict"] === "string" && objectAt(record, "IP") !== undefined) ||
    objectAt(record, "lost_events")?.["num_events_lost"] !== undefined ||
    (objectAt(record, "node_status") !== undefined && typeof record["node_name"] === "string"),
  parse,
  examples: [
    {
      title: "a connection between two pods, which is each one's doing",
      record: { flow, node_name: "east/worker-1", time: flow.time },
      gives: [
        {
          ...shared,
          where: front,
          detail: {
            ...outgoing,
            peer: { address: "10.0.0.21", namespace: "shop", pod: "web-65887564dc-jjw7k" },
          },
        },
        {
          ...shared,
          where: { namespace: "shop", pod: "web-65887564dc-jjw7k" },
          detail: {
            ...outgoing,
            operation: "accept",
            direction: "in",
            peer: {
              address: "10.0.1.235",
              namespace: "shop",
              pod: "front-9b649846d-bxqfc",
              workload: "Deployment/front",
            },
          },
        },
      ],
    },
    {
      title: "one that a policy refused, to the outside",
      record: {
        flow: {
          ...flow,
          verdict: "DROPPED",
          drop_reason_desc: "POLICY_DENY",
          destination: { identity: 2, labels: ["reserved:world"] },
          destination_names: ["api.example"],
          is_reply: null,
        },
      },
      gives: [
        {
          ...shared,
          where: front,
          detail: { ...outgoing, peer: { address: "10.0.0.21", dnsName: "api.example" }, refused: true },
        },
      ],
    },
    {
      title: "an answer",
      record: { flow: { ...flow, is_reply: true, reply: true } },
      gives: [{ part: "rejected", why: "reply" }],
    },
    {
      title: "a name looked up",
      record: {
        flow: {
          ...flow,
          Type: "L7",
          l4: { UDP: { source_port: 40_000, destination_port: 53 } },
          l7: { type: "REQUEST", dns: { query: "api.example.", qtypes: ["A"] } },
        },
      },
      gives: [{ ...shared, where: front, detail: { kind: "dns", question: "api.example", type: "A" } }],
    },
    {
      title: "between the node and the outside",
      record: {
        flow: { ...flow, source: { labels: ["reserved:host"] }, destination: { labels: ["reserved:world"] } },
      },
      gives: [{ part: "rejected", why: "no-container" }],
    },
    {
      title: "flows that were lost",
      record: {
        lost_events: { source: "HUBBLE_RING_BUFFER", num_events_lost: "120" },
        time: flow.time,
      },
      gives: [{ part: "sign", time: flow.time, drops: 120 }],
    },
  ],
});

const protocols = ["TCP", "UDP", "SCTP"] as const;

function* parse(record: RawRecord): Generator<Parsed> {
  const lost = objectAt(record, "lost_events");
  if (lost !== undefined)
    return yield {
      part: "sign",
      time: textAt(record, "time"),
      drops: numberAt(lost, "num_events_lost") ?? 0,
    };
  if (objectAt(record, "node_status") !== undefined)
    return yield { part: "sign", time: textAt(record, "time"), drops: 0 };
  const found = objectAt(record, "flow") ?? record;
  const time = textAt(found, "time") ?? textAt(record, "time");
  if (objectAt(found, "l7", "dns") !== undefined) return yield* lookup(found, time);
  const detail = connectionOf(found);
  if (typeof detail === "string") return yield rejected(detail);
  const ends = [
    { own: "source", other: "destination", operation: "connect", direction: "out" },
    { own: "destination", other: "source", operation: "accept", direction: "in" },
  ] as const;
  let told = false;
  for (const { own, other, operation, direction } of ends) {
    const where = whereOf(found, own);
    if (where === undefined) continue;
    told = true;
    const peer = peerOf(found, other);
    yield {
      part: "event",
      where,
      time,
      trust: "kernel",
      detail: { ...detail, operation, direction, ...(peer === undefined ? {} : { peer }) },
    };
  }
  if (!told) yield rejected("no-container");
}

function* lookup(flow: RawRecord, time: string | undefined): Generator<Parsed> {
  if (at(flow, "l7", "type") === "RESPONSE" || at(flow, "is_reply") === true) return yield rejected("reply");
  const question = textAt(flow, "l7", "dns", "query")?.replace(/\.$/, "").toLowerCase();
  const where = whereOf(flow, "source");
  if (where === undefined) return yield rejected("no-container");
  if (question === undefined) return yield rejected("incomplete");
  const type = textsAt(flow, "l7", "dns", "qtypes")[0];
  const detail: ObservationDetail = { kind: "dns", question, ...present({ type }) };
  yield { part: "event", where, time, trust: "kernel", detail };
}

type Connection = Extract<ObservationDetail, { kind: "connection" }>;
type Bare = Omit<Connection, "operation" | "direction" | "peer">;

function connectionOf(flow: RawRecord): Bare | "reply" | "unknown-event" | "incomplete" {
  if (at(flow, "is_reply") === true || at(flow, "reply") === true) return "reply";
  const verdict = textAt(flow, "verdict");
  if (!["FORWARDED", "DROPPED", "REDIRECTED", "AUDIT", "TRACED"].includes(verdict ?? ""))
    return "unknown-event";
  const protocol = protocols.find((name) => objectAt(flow, "l4", name) !== undefined);
  if (protocol === undefined) return "unknown-event";
  const port = portAt(flow, "l4", protocol, "destination_port");
  if (port === undefined) return "incomplete";
  // Without a word on who began it, only the first packet of a connection tells.
  const begins =
    at(flow, "l4", "TCP", "flags", "SYN") === true && at(flow, "l4", "TCP", "flags", "ACK") !== true;
  if (typeof at(flow, "is_reply") !== "boolean" && protocol === "TCP" && !begins) return "incomplete";
  return { kind: "connection", protocol, port, ...(verdict === "DROPPED" ? { refused: true as const } : {}) };
}

function whereOf(flow: RawRecord, end: "source" | "destination") {
  const pod = textAt(flow, end, "pod_name");
  if (pod === undefined) return undefined;
  const workload = listAt(flow, end, "workloads")[0];
  return {
    pod,
    ...present({
      namespace: textAt(flow, end, "namespace"),
      workload: textAt(workload, "name"),
      workloadKind: textAt(workload, "kind"),
    }),
  };
}

function peerOf(flow: RawRecord, end: "source" | "destination"): ObservedPeer | undefined {
  const names = textsAt(flow, `${end}_names`);
  const workload = listAt(flow, end, "workloads")[0];
  const [name, kind] = [textAt(workload, "name"), textAt(workload, "kind")];
  const peer = present({
    address: textAt(flow, "IP", end),
    namespace: textAt(flow, end, "namespace"),
    pod: textAt(flow, end, "pod_name"),
    workload: name === undefined || kind === undefined ? undefined : `${kind}/${name}`,
    service: end === "destination" ? textAt(flow, "destination_service", "name") : undefined,
    dnsName: names[0]?.replace(/\.$/, ""),
  });
  return Object.keys(peer).length === 0 ? undefined : peer;
}
