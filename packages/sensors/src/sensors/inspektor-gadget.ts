/** Inspektor Gadget: the records of its trace gadgets. */
import {
  defineSensor,
  type ObservationDetail,
  type Parsed,
  type RawRecord,
  type Rejection,
  type Where,
} from "@plimsoll/core";
import {
  at,
  capabilityFrom,
  imageFrom,
  isOpportunistic,
  numberAt,
  objectAt,
  operationOfFlags,
  operationOfNames,
  peerAt,
  portAt,
  present,
  protocolFrom,
  rejected,
  textAt,
  textsAt,
  timeOfNanoseconds,
} from "../field.ts";
import { argsOf, redactedArgs } from "../redact.ts";
import { examples } from "../examples/inspektor-gadget.ts";

export const inspektorGadget = defineSensor({
  id: "inspektor-gadget",
  title: "Inspektor Gadget",
  observes: {
    exec: "partial",
    file: "partial",
    connection: "partial",
    dns: "partial",
    capability: "partial",
    signal: "partial",
    kernel: "partial",
  },
  blind: [
    "what was done while its gadget did not run: a record does not tell for how long one did",
    "files opened by other calls than open and openat; the path inside the container without --paths",
  ],
  source: "kubectl gadget run trace_exec:latest -o json, and the like",
  recognizes: (record) =>
    objectAt(record, "runtime") !== undefined ||
    (objectAt(record, "k8s")?.["podName"] !== undefined && objectAt(record, "proc") !== undefined),
  parse,
  examples,
});

function* parse(record: RawRecord): Generator<Parsed> {
  const pod = textAt(record, "k8s", "podName");
  if (pod === undefined) return yield rejected("no-container");
  const detail = detailOf(record);
  if (typeof detail === "string") return yield rejected(detail);
  const raw = numberAt(record, "timestamp_raw");
  const time = timeOfNanoseconds(raw) ?? textAt(record, "timestamp");
  yield { part: "event", where: whereOf(record, pod), time, trust: "kernel", detail };
}

function whereOf(record: RawRecord, pod: string): Where {
  return {
    pod,
    ...present({
      namespace: textAt(record, "k8s", "namespace"),
      container: textAt(record, "k8s", "containerName"),
      workload: textAt(record, "k8s", "owner", "name"),
      workloadKind: textAt(record, "k8s", "owner", "kind"),
      node: textAt(record, "k8s", "node"),
      image: imageFrom(
        textAt(record, "runtime", "containerImageDigest") ?? textAt(record, "runtime", "containerImageName"),
      ),
    }),
  };
}

/** By the fields that each gadget's records alone have. */
function detailOf(record: RawRecord): ObservationDetail | Rejection {
  if (at(record, "fname") !== undefined || at(record, "fpath") !== undefined) return fileOf(record);
  if (at(record, "cap") !== undefined) return capabilityOf(record);
  if (at(record, "qtype") !== undefined && at(record, "name") !== undefined) return lookupOf(record);
  if (objectAt(record, "dst") !== undefined || objectAt(record, "addr") !== undefined)
    return connectionOf(record);
  if (at(record, "exepath") !== undefined || at(record, "args") !== undefined) return execOf(record);
  if (at(record, "sig") !== undefined) {
    const name = textAt(record, "sig");
    return name === undefined ? "incomplete" : { kind: "signal", name };
  }
  if (at(record, "fs") !== undefined && at(record, "op") !== undefined)
    return { kind: "kernel", operation: "mount", ...present({ target: textAt(record, "dest") }) };
  return "unknown-event";
}

function hasFailed(record: RawRecord): boolean {
  const raw = numberAt(record, "error_raw");
  return raw === undefined ? textAt(record, "error") !== undefined : raw !== 0;
}

function fileOf(record: RawRecord): ObservationDetail | Rejection {
  const path = textAt(record, "fpath") ?? textAt(record, "fname");
  if (path === undefined || !path.startsWith("/")) return "incomplete";
  const flags = numberAt(record, "flags_raw");
  const named = textAt(record, "flags");
  const operation =
    flags === undefined && named !== undefined ? operationOfNames(named) : operationOfFlags(flags);
  return { kind: "file", operation, path, ...(hasFailed(record) ? { refused: true as const } : {}) };
}

function capabilityOf(record: RawRecord): ObservationDetail | Rejection {
  const name = capabilityFrom(textAt(record, "cap"));
  const capable = at(record, "capable");
  if (name === undefined || typeof capable !== "boolean") return "incomplete";
  const audit = at(record, "audit");
  const audited = audit === undefined ? undefined : audit === true || audit === 1;
  return {
    kind: "capability",
    name,
    ...present({ syscall: textAt(record, "syscall")?.replace(/^SYS_/, "").toLowerCase() }),
    granted: capable,
    opportunistic: isOpportunistic(name, audited),
  };
}

function lookupOf(record: RawRecord): ObservationDetail | Rejection {
  if (textAt(record, "qr") === "R") return "reply";
  const question = textAt(record, "name")?.replace(/\.$/, "").toLowerCase();
  return question === undefined
    ? "incomplete"
    : { kind: "dns", question, ...present({ type: textAt(record, "qtype") }) };
}

function connectionOf(record: RawRecord): ObservationDetail | Rejection {
  if (hasFailed(record)) return "unknown-event";
  const type = textAt(record, "type");
  if (type === "close") return "unknown-event";
  const bound = objectAt(record, "addr");
  const listens = bound !== undefined;
  const accepts = type === "accept";
  const end = listens ? bound : objectAt(record, accepts ? "src" : "dst");
  const port = portAt(end, "port");
  if (port === undefined) return "incomplete";
  const other = listens ? undefined : objectAt(record, "dst");
  const peer = peerAt(textAt(other, "addr"));
  return {
    kind: "connection",
    operation: listens ? "listen" : accepts ? "accept" : "connect",
    direction: listens || accepts ? "in" : "out",
    protocol: protocolFrom(at(end, "proto")) ?? "TCP",
    port,
    ...peer,
  };
}

function execOf(record: RawRecord): ObservationDetail | Rejection {
  if (hasFailed(record)) return "unknown-event";
  const list = textsAt(record, "args");
  // The first is the name that it was called by.
  const args = list.length > 0 ? redactedArgs(list.slice(1)) : argsOf(textAt(record, "args")).slice(1);
  const path = textAt(record, "exepath") ?? list[0] ?? textAt(record, "args")?.split(/\s/)[0];
  if (path === undefined || !path.startsWith("/")) return "incomplete";
  const file = textAt(record, "file");
  return {
    kind: "exec",
    path,
    args,
    ...(file !== undefined && file !== path ? { script: file } : {}),
    ...present({ user: numberAt(record, "proc", "creds", "uid") }),
  };
}
