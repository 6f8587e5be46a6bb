/** Tracee: events and signatures of its JSON output. */
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
  capabilityFrom,
  imageFrom,
  isOpportunistic,
  listAt,
  numberAt,
  operationOfFlags,
  operationOfNames,
  peerAt,
  portAt,
  present,
  rejected,
  textAt,
  textsAt,
  timeOfNanoseconds,
} from "../field.ts";
import { redactedArgs } from "../redact.ts";
import { examples } from "../examples/tracee.ts";

export const tracee = defineSensor({
  id: "tracee",
  title: "Tracee events",
  observes: {
    exec: "partial",
    exit: "partial",
    file: "partial",
    library: "partial",
    connection: "partial",
    dns: "partial",
    capability: "partial",
    kernel: "partial",
  },
  blind: ["events that no policy of Tracee asks for"],
  source: "tracee --output json, or the log of its pods",
  recognizes: (record) => typeof record["eventName"] === "string" && record["eventId"] !== undefined,
  parse,
  examples,
});

function* parse(record: RawRecord): Generator<Parsed> {
  const pod = textAt(record, "kubernetes", "podName") ?? textAt(record, "podName");
  if (pod === undefined) return yield rejected("no-container");
  const name = textAt(record, "eventName") ?? "";
  const where = {
    pod,
    ...present({
      namespace: textAt(record, "kubernetes", "podNamespace") ?? textAt(record, "podNamespace"),
      container: textAt(record, "container", "name"),
      image: imageFrom(textAt(record, "container", "imageDigest") ?? textAt(record, "container", "image")),
      node: textAt(record, "kubernetes", "nodeName"),
    }),
  };
  const time = timeOfNanoseconds(numberAt(record, "timestamp"));
  const signature = textAt(record, "metadata", "Properties", "signatureName");
  if (signature !== undefined) {
    const technique = textAt(record, "metadata", "Properties", "external_id");
    return yield {
      part: "detection",
      where,
      time,
      rule: signature,
      severity: severityOf(numberAt(record, "metadata", "Properties", "Severity")),
      message: textAt(record, "metadata", "Description") ?? signature,
      ...present({ program: textAt(record, "executable", "path") ?? textAt(record, "processName") }),
      techniques: technique !== undefined && /^T\d{4}/.test(technique) ? [technique] : [],
    };
  }
  const detail = detailOf(name, record);
  if (typeof detail === "string") return yield rejected(detail);
  const start = name === "sched_process_exec" && numberAt(record, "processId") === 1;
  yield { part: "event", where, time, trust: "kernel", detail, ...(start ? { start: true } : {}) };
}

function severityOf(level: number | undefined): Severity {
  return level === undefined || level <= 0
    ? "low"
    : level === 1
      ? "medium"
      : level === 2
        ? "high"
        : "critical";
}

function argument(record: RawRecord, ...names: readonly string[]): unknown {
  for (const entry of listAt(record, "args")) {
    const name = textAt(entry, "name");
    if (name !== undefined && names.includes(name)) return at(entry, "value");
  }
  return undefined;
}

const kernelOperations = {
  init_module: "module-load",
  finit_module: "module-load",
  do_init_module: "module-load",
  security_bpf: "bpf-load",
  bpf_attach: "bpf-load",
  ptrace: "ptrace",
  mount: "mount",
  security_sb_mount: "mount",
  unshare: "unshare",
  setns: "setns",
  io_uring_create: "io-uring",
  mem_prot_alert: "memory-exec",
} as const;

function detailOf(name: string, record: RawRecord): ObservationDetail | Rejection {
  const text = (...names: readonly string[]): string | undefined =>
    textAt({ value: argument(record, ...names) }, "value");
  switch (name) {
    case "sched_process_exec":
    case "execve":
      return execOf(record, text("pathname", "cmdpath"));
    case "sched_process_exit": {
      const path = textAt(record, "executable", "path");
      const code = numberAt({ code: argument(record, "exit_code") }, "code") ?? 0;
      return path === undefined ? "incomplete" : { kind: "exit", path, code };
    }
    case "security_file_open":
    case "openat":
    case "open": {
      const [path, flags] = [text("pathname", "syscall_pathname"), argument(record, "flags")];
      if (path === undefined || !path.startsWith("/")) return "incomplete";
      const operation =
        typeof flags === "string" ? operationOfNames(flags) : operationOfFlags(Number(flags ?? 0));
      return { kind: "file", operation, path };
    }
    case "security_inode_unlink":
    case "security_inode_symlink":
    case "security_inode_rename": {
      const path = text("pathname", "linkpath", "old_path");
      const operation = name.replace("security_inode_", "") as "unlink" | "symlink" | "rename";
      return path === undefined
        ? "incomplete"
        : { kind: "file", operation, path, ...present({ target: text("new_path", "target") }) };
    }
    case "shared_object_loaded": {
      const path = text("pathname");
      return path === undefined ? "incomplete" : { kind: "library", path };
    }
    case "security_socket_connect":
    case "net_tcp_connect":
    case "security_socket_listen":
      return connectionOf(name, record);
    case "net_packet_dns_request": {
      const question = listAt({ value: argument(record, "dns_questions") }, "value")[0];
      const query = textAt(question, "query")?.replace(/\.$/, "").toLowerCase();
      return query === undefined
        ? "incomplete"
        : { kind: "dns", question: query, ...present({ type: textAt(question, "query_type") }) };
    }
    case "cap_capable": {
      const capability = capabilityFrom(text("cap"));
      if (capability === undefined) return "incomplete";
      return {
        kind: "capability",
        name: capability,
        granted: true,
        opportunistic: isOpportunistic(capability, undefined),
      };
    }
    default:
      if (!Object.hasOwn(kernelOperations, name)) return "unknown-event";
      return {
        kind: "kernel",
        operation: kernelOperations[name as keyof typeof kernelOperations],
        ...present({ target: text("name", "pathname", "target", "dir_name") }),
      };
  }
}

function execOf(record: RawRecord, path: string | undefined): ObservationDetail | Rejection {
  const returned = numberAt(record, "returnValue");
  if (returned !== undefined && returned < 0) return "unknown-event";
  if (path === undefined || !path.startsWith("/")) return "incomplete";
  const argv = textsAt({ value: argument(record, "argv") }, "value");
  return {
    kind: "exec",
    path,
    args: redactedArgs(argv.slice(1)),
    ...present({ user: numberAt(record, "userId") }),
  };
}

function connectionOf(name: string, record: RawRecord): ObservationDetail | Rejection {
  const listens = name === "security_socket_listen";
  const address = argument(record, listens ? "local_addr" : "remote_addr");
  const direct = { port: argument(record, "dst_port"), address: argument(record, "dst") };
  const port = portAt(address, "sin_port") ?? portAt(address, "sin6_port") ?? portAt(direct, "port");
  if (port === undefined) return "incomplete";
  const other = textAt(address, "sin_addr") ?? textAt(address, "sin6_addr") ?? textAt(direct, "address");
  const datagram = String(argument(record, "type") ?? "").includes("DGRAM");
  return {
    kind: "connection",
    operation: listens ? "listen" : "connect",
    direction: listens ? "in" : "out",
    protocol: datagram ? "UDP" : "TCP",
    port,
    ...(listens ? {} : peerAt(other)),
  };
}
