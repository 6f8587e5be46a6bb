/** What a hook of a Tetragon tracing policy saw: by the function that it stands at, and the arguments that it took. */
import type { ObservationDetail, RawRecord, Rejection } from "@plimsoll/core";
import {
  at,
  capabilityFrom,
  isOpportunistic,
  listAt,
  numberAt,
  objectAt,
  operationOfFlags,
  peerAt,
  portAt,
  present,
  protocolFrom,
  textAt,
} from "./field.ts";

type Found = ObservationDetail | Rejection;

/** The behaviour, or why there is none. */
export function hooked(event: string, body: RawRecord): Found {
  switch (event) {
    case "process_loader":
      return fileOr(textAt(body, "path"), (path) => ({ kind: "library", path }));
    case "process_connect":
      return connection(
        body,
        "connect",
        "out",
        textAt(body, "destination_ip"),
        portAt(body, "destination_port"),
      );
    case "process_accept":
      return connection(body, "accept", "in", textAt(body, "source_ip"), portAt(body, "destination_port"));
    case "process_listen":
      return connection(body, "listen", "in", undefined, portAt(body, "port"));
    case "process_close":
      return "unknown-event";
    default:
      return byFunction(nameOf(body), listAt(body, "args"), wasRefused(body));
  }
}

/** `__x64_sys_openat` and `sys_openat` are one. */
function nameOf(body: RawRecord): string {
  const name = textAt(body, "function_name") ?? textAt(body, "event") ?? "";
  return name.replace(/^__(?:x64|arm64|ia32)_/, "");
}

function wasRefused(body: RawRecord): { readonly refused?: true } {
  const code = numberAt(body, "return", "int_arg");
  return code !== undefined && code < 0 ? { refused: true } : {};
}

function byFunction(name: string, args: readonly unknown[], refused: { readonly refused?: true }): Found {
  const file = (operation: "open" | "write" | "create" | "unlink" | "rename" | "mkdir" | "chmod"): Found =>
    fileOr(pathIn(args), (path) => ({ kind: "file", operation, path, ...refused }));
  switch (name) {
    case "security_file_permission": {
      const mask = integerIn(args);
      return file(mask !== undefined && (mask & 2) !== 0 ? "write" : "open");
    }
    case "fd_install":
    case "security_file_open":
    case "do_filp_open":
      return file("open");
    case "sys_openat":
    case "sys_open":
      return file(operationOfFlags(integerIn(args.slice(1))));
    case "security_mmap_file":
      return isExecutable(args) ? fileOr(pathIn(args), (path) => ({ kind: "library", path })) : file("open");
    case "sys_write":
    case "security_path_truncate":
    case "vfs_write":
      return file("write");
    case "security_path_unlink":
    case "security_inode_unlink":
    case "sys_unlinkat":
      return file("unlink");
    case "security_path_mkdir":
    case "sys_mkdirat":
      return file("mkdir");
    case "security_path_chmod":
      return file("chmod");
    case "tcp_connect":
    case "security_socket_connect":
    case "udp_sendmsg":
    case "ip4_datagram_connect":
      return socket(
        args,
        "connect",
        name.startsWith("udp") || name.startsWith("ip4") ? "UDP" : "TCP",
        refused,
      );
    case "inet_csk_listen_start":
    case "security_socket_listen":
      return socket(args, "listen", "TCP", refused);
    case "cap_capable":
      return capability(args, refused.refused === true);
    default:
      return kernel(name, args);
  }
}

const kernelOperations = {
  do_init_module: "module-load",
  security_kernel_module_request: "module-load",
  sys_init_module: "module-load",
  sys_finit_module: "module-load",
  bpf_check: "bpf-load",
  security_bpf_prog_alloc: "bpf-load",
  sys_bpf: "bpf-load",
  sys_ptrace: "ptrace",
  security_ptrace_access_check: "ptrace",
  sys_mount: "mount",
  security_sb_mount: "mount",
  sys_unshare: "unshare",
  sys_setns: "setns",
  sys_io_uring_setup: "io-uring",
} as const;

function kernel(name: string, args: readonly unknown[]): Found {
  if (!Object.hasOwn(kernelOperations, name)) return "unknown-event";
  const operation = kernelOperations[name as keyof typeof kernelOperations];
  return { kind: "kernel", operation, ...present({ target: pathIn(args) }) };
}

function fileOr(path: string | undefined, make: (path: string) => ObservationDetail): Found {
  return path === undefined || !path.startsWith("/") ? "incomplete" : make(path);
}

function pathIn(args: readonly unknown[]): string | undefined {
  for (const arg of args) {
    const path =
      textAt(arg, "file_arg", "path") ?? textAt(arg, "path_arg", "path") ?? textAt(arg, "string_arg");
    if (path !== undefined) return path;
  }
  return undefined;
}

function integerIn(args: readonly unknown[]): number | undefined {
  for (const arg of args) {
    const value = numberAt(arg, "int_arg") ?? numberAt(arg, "uint_arg") ?? numberAt(arg, "size_arg");
    if (value !== undefined) return value;
  }
  return undefined;
}

/** PROT_EXEC */
function isExecutable(args: readonly unknown[]): boolean {
  return ((integerIn(args) ?? 0) & 4) !== 0;
}

function socket(
  args: readonly unknown[],
  operation: "connect" | "listen",
  otherwise: "TCP" | "UDP",
  refused: { readonly refused?: true },
): Found {
  const arg = args.find((entry) => objectAt(entry, "sock_arg") ?? objectAt(entry, "sockaddr_arg"));
  const found = at(arg, "sock_arg") ?? at(arg, "sockaddr_arg");
  const isListening = operation === "listen";
  const port = isListening ? portAt(found, "sport") : (portAt(found, "dport") ?? portAt(found, "port"));
  if (port === undefined) return "incomplete";
  const peer = isListening ? {} : peerAt(textAt(found, "daddr") ?? textAt(found, "addr"));
  return {
    kind: "connection",
    operation,
    direction: isListening ? "in" : "out",
    protocol: protocolFrom(at(found, "protocol")) ?? otherwise,
    port,
    ...peer,
    ...refused,
  };
}

function connection(
  body: RawRecord,
  operation: "connect" | "accept" | "listen",
  direction: "in" | "out",
  address: string | undefined,
  port: number | undefined,
): Found {
  if (port === undefined) return "incomplete";
  const protocol = protocolFrom(body["protocol"]) ?? "TCP";
  return { kind: "connection", operation, direction, protocol, port, ...peerAt(address) };
}

function capability(args: readonly unknown[], refused: boolean): Found {
  const arg = args.find((entry) => objectAt(entry, "capability_arg"));
  const name = capabilityFrom(textAt(arg, "capability_arg", "name"));
  if (name === undefined) return "incomplete";
  const options = integerIn(args);
  // CAP_OPT_NOAUDIT: the kernel asks on its own account.
  const audited = options === undefined ? undefined : (options & 2) === 0;
  return { kind: "capability", name, granted: !refused, opportunistic: isOpportunistic(name, audited) };
}
