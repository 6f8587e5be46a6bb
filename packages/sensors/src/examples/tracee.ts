/** Records of Tracee's JSON output, and what they become. */
import type { SensorExample } from "@plimsoll/core";

const digest = `sha256:${"9ae97d36d2656650".repeat(4)}`;
const shared = {
  timestamp: 1_788_269_855_312e6,
  processorId: 1,
  processId: 25,
  threadId: 25,
  parentProcessId: 1,
  hostProcessId: 73_860,
  userId: 101,
  processName: "curl",
  executable: { path: "/usr/bin/curl" },
  hostName: "web-1",
  containerId: "6b742e38",
  container: { id: "6b742e38", name: "app", image: "shop/web:1", imageDigest: digest },
  kubernetes: { podName: "web-1", podNamespace: "shop", podUID: "5c57190b" },
  eventId: "715",
  returnValue: 0,
};
const event = {
  part: "event",
  where: { pod: "web-1", namespace: "shop", container: "app", image: digest },
  time: "2026-09-01T13:37:35.312Z",
  trust: "kernel",
} as const;

function record(eventName: string, args: { readonly [name: string]: unknown }, more: object = {}): unknown {
  return {
    ...shared,
    eventName,
    args: Object.entries(args).map(([name, value]) => ({ name, value })),
    ...more,
  };
}

export const examples: readonly SensorExample[] = [
  {
    title: "the first program of a container",
    record: record(
      "sched_process_exec",
      { cmdpath: "/app/server", pathname: "/app/server", argv: ["/app/server", "--token", "s3cr3tvalue99"] },
      { processId: 1 },
    ),
    gives: [
      {
        ...event,
        detail: { kind: "exec", path: "/app/server", args: ["--token", "<token>"], user: 101 },
        start: true,
      },
    ],
  },
  {
    title: "a file opened",
    record: record("security_file_open", { pathname: "/etc/shadow", flags: "O_RDONLY|O_LARGEFILE" }),
    gives: [{ ...event, detail: { kind: "file", operation: "open", path: "/etc/shadow" } }],
  },
  {
    title: "a connection",
    record: record("security_socket_connect", {
      sockfd: 5,
      type: "SOCK_STREAM",
      remote_addr: { sa_family: "AF_INET", sin_addr: "10.0.2.7", sin_port: "5432" },
    }),
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
    title: "a name looked up",
    record: record("net_packet_dns_request", {
      dns_questions: [{ query: "api.example", query_type: "A", query_class: "IN" }],
    }),
    gives: [{ ...event, detail: { kind: "dns", question: "api.example", type: "A" } }],
  },
  {
    title: "a library loaded",
    record: record("shared_object_loaded", { pathname: "/usr/lib/libssl.so.3" }),
    gives: [{ ...event, detail: { kind: "library", path: "/usr/lib/libssl.so.3" } }],
  },
  {
    title: "a program traced by another",
    record: record("ptrace", { request: "PTRACE_ATTACH", pid: 7 }),
    gives: [{ ...event, detail: { kind: "kernel", operation: "ptrace" } }],
  },
  {
    title: "a signature",
    record: record(
      "anti_debugging",
      {},
      {
        metadata: {
          Description: "A process used anti-debugging techniques",
          Properties: {
            Severity: 1,
            signatureName: "Anti-Debugging detected",
            signatureID: "TRC-102",
            external_id: "T1622",
          },
        },
      },
    ),
    gives: [
      {
        part: "detection",
        where: event.where,
        time: event.time,
        rule: "Anti-Debugging detected",
        severity: "medium",
        message: "A process used anti-debugging techniques",
        program: "/usr/bin/curl",
        techniques: ["T1622"],
      },
    ],
  },
  {
    title: "a process of the node",
    record: record("sched_process_exec", { pathname: "/bin/sh" }, { kubernetes: {} }),
    gives: [{ part: "rejected", why: "no-container" }],
  },
  {
    title: "an event that is not read",
    record: record("sched_switch", {}),
    gives: [{ part: "rejected", why: "unknown-event" }],
  },
];
