/** Kubescape's learned profiles: ApplicationProfile, ContainerProfile and NetworkNeighborhood objects. */
import {
  defineSensor,
  type ObservationDetail,
  type Parsed,
  type ObservedPeer,
  type RawRecord,
  type Where,
} from "@plimsoll/core";
import {
  at,
  capabilityFrom,
  imageFrom,
  isOpportunistic,
  listAt,
  operationOfNames,
  portAt,
  present,
  protocolFrom,
  rejected,
  textAt,
  textsAt,
} from "../field.ts";
import { redactedArgs } from "../redact.ts";
import { examples } from "../examples/kubescape.ts";

export const kubescape = defineSensor({
  id: "kubescape",
  title: "Kubescape profiles",
  observes: {
    exec: "partial",
    file: "partial",
    syscall: "partial",
    capability: "partial",
    connection: "partial",
    dns: "partial",
  },
  blind: [
    "how often, in which replica and when: a profile is the union of what its replicas did while it was learned",
    "which files of a folder, where the profile has a wildcard in their place",
  ],
  source: "kubectl get applicationprofiles,networkneighborhoods -A -o json (of each, one by one)",
  recognizes: (record) =>
    textAt(record, "apiVersion")?.startsWith("spdx.softwarecomposition.kubescape.io/") === true &&
    /^(?:ApplicationProfile|ContainerProfile|NetworkNeighbou?rhood)$/.test(textAt(record, "kind") ?? ""),
  parse,
  examples,
});

type Events = Generator<ObservationDetail>;

function* parse(record: RawRecord): Generator<Parsed> {
  const label = (name: string): string | undefined =>
    textAt(record, "metadata", "labels", `kubescape.io/workload-${name}`);
  const [workload, workloadKind] = [label("name"), label("kind")];
  const namespace = label("namespace") ?? textAt(record, "metadata", "namespace");
  if (workload === undefined || workloadKind === undefined) return yield rejected("no-workload");
  const time = textAt(record, "metadata", "creationTimestamp");
  const completion = textAt(record, "metadata", "annotations", "kubescape.io/completion");
  const isWhole = completion === "complete" || completion === "full";
  let told = false;
  for (const { container, name } of containersOf(record)) {
    const where: Where = {
      workload,
      workloadKind,
      ...present({ namespace, container: name, image: imageFrom(textAt(container, "imageID")) }),
    };
    let first = isWhole;
    for (const detail of detailsOf(container)) {
      told = true;
      yield { part: "event", where, time, detail, trust: "tool", ...(first ? { start: true } : {}) };
      first = false;
    }
  }
  if (!told) yield rejected("incomplete");
}

const lists = ["containers", "initContainers", "ephemeralContainers"];

function* containersOf(record: RawRecord): Generator<{ container: unknown; name: string | undefined }> {
  const spec = at(record, "spec");
  if (record["kind"] === "ContainerProfile") {
    const name =
      textAt(record, "metadata", "labels", "kubescape.io/workload-container-name") ??
      textAt(record, "metadata", "annotations", "kubescape.io/container-name");
    return yield { container: spec, name };
  }
  const each = lists.flatMap((list) => listAt(spec, list));
  // An older NetworkNeighborhood has the peers of the whole pod.
  if (each.length === 0) yield { container: spec, name: undefined };
  for (const container of each) yield { container, name: textAt(container, "name") };
}

function* detailsOf(container: unknown): Events {
  yield* execs(container);
  yield* opens(container);
  for (const name of listAt(container, "syscalls"))
    if (typeof name === "string" && /^[a-z0-9_]{2,40}$/.test(name)) yield { kind: "syscall", name };
  for (const entry of listAt(container, "capabilities")) {
    const name = typeof entry === "string" ? capabilityFrom(entry) : undefined;
    if (name !== undefined)
      yield { kind: "capability", name, granted: true, opportunistic: isOpportunistic(name, undefined) };
  }
  yield* neighbours(container, "egress");
  yield* neighbours(container, "ingress");
}

function* execs(container: unknown): Events {
  for (const entry of listAt(container, "execs")) {
    const path = textAt(entry, "path");
    if (path === undefined) continue;
    const args = textsAt(entry, "args");
    yield { kind: "exec", path, args: redactedArgs(args[0] === path ? args.slice(1) : args) };
  }
}

function* opens(container: unknown): Events {
  for (const entry of listAt(container, "opens")) {
    const path = textAt(entry, "path");
    if (path === undefined || !path.startsWith("/")) continue;
    yield { kind: "file", operation: operationOfNames(listAt(entry, "flags").join("|")), path };
  }
}

function* neighbours(container: unknown, side: "egress" | "ingress"): Events {
  for (const entry of listAt(container, side)) {
    const dnsNames = [textAt(entry, "dns") ?? [], textsAt(entry, "dnsNames")].flat();
    const peer: ObservedPeer = present({
      address: textAt(entry, "ipAddress"),
      namespace: textAt(entry, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"),
      dnsName: dnsNames[0]?.replace(/\.$/, "").toLowerCase(),
    });
    for (const port of listAt(entry, "ports")) {
      const [number, protocol] = [portAt(port, "port"), protocolFrom(at(port, "protocol"))];
      if (number === undefined || protocol === undefined) continue;
      yield {
        kind: "connection",
        ...(side === "egress"
          ? ({ operation: "connect", direction: "out" } as const)
          : ({ operation: "accept", direction: "in" } as const)),
        protocol,
        port: number,
        ...(Object.keys(peer).length === 0 ? {} : { peer }),
      };
    }
    if (side === "ingress") continue;
    for (const question of new Set(dnsNames))
      yield { kind: "dns", question: question.replace(/\.$/, "").toLowerCase() };
  }
}
