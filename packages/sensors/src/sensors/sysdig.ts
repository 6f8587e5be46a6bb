/** Sysdig: events of the open-source tool's JSON output, and the policy events that Sysdig Secure forwards. */
import {
  defineSensor,
  type ObservationDetail,
  type Parsed,
  type RawRecord,
  type Rejection,
  type Severity,
} from "@plimsoll/core";
import {
  at,
  imageFrom,
  numberAt,
  objectAt,
  operationOfNames,
  peerAt,
  portAt,
  present,
  rejected,
  textAt,
  timeOfNanoseconds,
} from "../field.ts";
import { argsOf } from "../redact.ts";

const digest = `sha256:${"1f2e3d4c5b6a7988".repeat(4)}`;
const open = {
  "evt.time": 1_788_269_855_312e6,
  "evt.type": "execve",
  "evt.dir": "<",
  "proc.name": "curl",
  "proc.exepath": "/usr/bin/curl",
  "proc.args": "https://api.example",
  "container.name": "app",
  "container.image.digest": digest,
  "k8s.ns.name": "shop",
  "k8s.pod.name": "web-1",
} as const;
const event = {
  part: "event",
  where: { pod: "web-1", namespace: "shop", container: "app", image: digest },
  time: "2026-09-01T13:37:35.312Z",
  trust: "kernel",
} as const;

export const sysdig = defineSensor({
  id: "sysdig",
  title: "Sysdig events",
  observes: { exec: "partial", file: "partial", connection: "partial" },
  blind: ["what its filter leaves out: an event does not tell which filter was on"],
  source:
    "sysdig -j -p '%evt.time %evt.type %proc.exepath %proc.args %fd.name %k8s.ns.name %k8s.pod.name %container.name %container.image.digest', or Secure's event forwarding",
  recognizes: (record) =>
    typeof record["evt.type"] === "string" ||
    (objectAt(record, "content")?.["ruleName"] !== undefined && record["agentId"] !== undefined),
  parse,
  examples: [
    {
      title: "a program run",
      record: open,
      gives: [{ ...event, detail: { kind: "exec", path: "/usr/bin/curl", args: ["https://api.example"] } }],
    },
    {
      title: "a connection",
      record: {
        ...open,
        "evt.type": "connect",
        "fd.l4proto": "tcp",
        "fd.sip": "10.0.2.7",
        "fd.sport": 5432,
      },
      gives: [
        {
          ...event,
          detail: {
            kind: "connection",
            operation: "connect",
            direction: "out",
            protocol: "TCP",
            port: 5432,
            peer: { address: "10.0.2.7" },
          },
        },
      ],
    },
    {
      title: "a file opened for writing",
      record: {
        ...open,
        "evt.type": "openat",
        "fd.name": "/var/log/app.log",
        "evt.arg.flags": "O_WRONLY|O_APPEND",
      },
      gives: [{ ...event, detail: { kind: "file", operation: "write", path: "/var/log/app.log" } }],
    },
    {
      title: "a policy event of Secure",
      record: {
        id: "164ace360cc3cfbc26ec22d61b439500",
        severity: 1,
        timestamp: 1_788_269_855_312e6,
        agentId: 13_530,
        content: { ruleName: "Suspicious Home Directory Creation", output: "a directory was made" },
        labels: {
          "kubernetes.namespace.name": "shop",
          "kubernetes.pod.name": "web-1",
          "container.label.io.kubernetes.container.name": "app",
        },
      },
      gives: [
        {
          part: "detection",
          where: { pod: "web-1", namespace: "shop", container: "app" },
          time: "2026-09-01T13:37:35.312Z",
          rule: "Suspicious Home Directory Creation",
          severity: "critical",
          message: "a directory was made",
          techniques: [],
        },
      ],
    },
    {
      title: "the entry of a call, which its exit tells again",
      record: { ...open, "evt.dir": ">" },
      gives: [{ part: "rejected", why: "not-complete" }],
    },
    {
      title: "a process of the node",
      record: { ...open, "k8s.pod.name": null },
      gives: [{ part: "rejected", why: "no-container" }],
    },
  ],
});

function* parse(record: RawRecord): Generator<Parsed> {
  if (objectAt(record, "content") !== undefined) return yield policyEvent(record);
  if (record["evt.dir"] === ">") return yield rejected("not-complete");
  const pod = textAt(record, "k8s.pod.name");
  if (pod === undefined) return yield rejected("no-container");
  const detail = detailOf(record);
  if (typeof detail === "string") return yield rejected(detail);
  yield {
    part: "event",
    where: {
      pod,
      ...present({
        namespace: textAt(record, "k8s.ns.name"),
        container: textAt(record, "container.name"),
        image: imageFrom(textAt(record, "container.image.digest") ?? textAt(record, "container.image")),
      }),
    },
    time:
      timeOfNanoseconds(numberAt(record, "evt.time")) ?? timeOfNanoseconds(numberAt(record, "evt.rawtime")),
    trust: "kernel",
    detail,
  };
}

function detailOf(record: RawRecord): ObservationDetail | Rejection {
  const type = textAt(record, "evt.type") ?? "";
  if (/^execve(?:at)?$/.test(type)) {
    const path = textAt(record, "proc.exepath");
    return path === undefined
      ? "incomplete"
      : { kind: "exec", path, args: argsOf(textAt(record, "proc.args")) };
  }
  if (/^(?:open|openat|openat2|creat)$/.test(type)) {
    const path = textAt(record, "fd.name");
    const operation = type === "creat" ? "create" : operationOfNames(textAt(record, "evt.arg.flags") ?? "");
    return path === undefined || !path.startsWith("/") ? "incomplete" : { kind: "file", operation, path };
  }
  if (/^(?:connect|accept4?|listen)$/.test(type)) {
    const port = portAt(record, "fd.sport");
    if (port === undefined) return "incomplete";
    const operation = type === "connect" || type === "listen" ? type : "accept";
    const peer = operation === "connect" ? textAt(record, "fd.sip") : textAt(record, "fd.cip");
    return {
      kind: "connection",
      operation,
      direction: operation === "connect" ? "out" : "in",
      protocol: textAt(record, "fd.l4proto") === "udp" ? "UDP" : "TCP",
      port,
      ...(operation === "listen" ? {} : peerAt(peer)),
    };
  }
  return "unknown-event";
}

/** Severities of Secure: 0–3 high, 4–5 medium, 6 low, 7 for information; its first two are what others call critical. */
function policyEvent(record: RawRecord): Parsed {
  const label = (name: string): string | undefined => textAt(at(record, "labels"), name);
  const pod = label("kubernetes.pod.name");
  const rule = textAt(record, "content", "ruleName");
  if (pod === undefined) return rejected("no-container");
  if (rule === undefined) return rejected("incomplete");
  const level = numberAt(record, "severity") ?? 7;
  const severity: Severity = level <= 1 ? "critical" : level <= 3 ? "high" : level <= 5 ? "medium" : "low";
  return {
    part: "detection",
    where: {
      pod,
      ...present({
        namespace: label("kubernetes.namespace.name"),
        container: label("container.label.io.kubernetes.container.name"),
      }),
    },
    time: timeOfNanoseconds(numberAt(record, "timestamp")) ?? textAt(record, "timestamp"),
    rule,
    severity,
    message: textAt(record, "content", "output") ?? rule,
    techniques: [],
  };
}
