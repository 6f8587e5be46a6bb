/** What one record of the kernel says a container did, in the model's words. */
import { redactedArguments, redactedText, type ObservationDetail } from "@plimsoll/core";
import { addressText } from "./address.ts";
import { callNames } from "./call-names.ts";
import { capabilityNames, isGenerosity } from "./capability-names.ts";
import { questionIn } from "./dns.ts";
import type { Lineage } from "./lineage.ts";
import { accessMode, flag, type RawRecord } from "./record.ts";

type Of<Kind extends RawRecord["kind"]> = Extract<RawRecord, { kind: Kind }>;

/** Empty where the record is of no behaviour that the model has. */
export function detailsOf(record: RawRecord, lineage: Lineage): readonly ObservationDetail[] {
  switch (record.kind) {
    case "exec":
      return execDetails(record, lineage);
    case "exit":
      return exitDetails(record, lineage);
    case "file":
      return fileDetails(record);
    case "name":
      return nameDetails(record);
    case "socket":
      return socketDetails(record);
    case "capability":
      return capabilityDetails(record);
    case "call":
      return callDetails(record, lineage);
    case "dns": {
      const question = questionIn(record.payload);
      // A token is known by its letters' case, which is no part of a name.
      return question === undefined
        ? []
        : [{ kind: "dns", question: redactedText(question.name).toLowerCase(), type: question.type }];
    }
    case "cgroup":
      return [];
  }
}

function execDetails(record: Of<"exec">, lineage: Lineage): readonly ObservationDetail[] {
  const parents = lineage.parentsOf(record.parent);
  const path = redactedText(record.path);
  const called = redactedText(record.called);
  const exec: ObservationDetail = {
    kind: "exec",
    path,
    ...(called === "" || leaf(called) === leaf(path) || !called.includes("/") ? {} : { script: called }),
    args: redactedArguments(record.arguments),
    ...(parents.length === 0 ? {} : { parents }),
    user: record.user,
    capabilities: capabilitiesIn(record.capabilities),
    ...(record.file.inode === unknown ? {} : { onRootFilesystem: (record.flags & flag.rootMount) !== 0 }),
    ...((record.flags & flag.terminal) !== 0 ? { terminal: true as const } : {}),
    ...((record.flags & flag.socket) !== 0 ? { networkInput: true as const } : {}),
  };
  const inMemory: ObservationDetail = { kind: "kernel", operation: "memory-exec", target: path };
  const gained = (record.flags & flag.secure) !== 0 && (record.file.mode & setuid) !== 0;
  return [
    exec,
    ...(path.startsWith("/memfd:") ? [inMemory] : []),
    ...(gained ? [{ kind: "setuid" as const, path, from: record.realUser, to: record.user }] : []),
  ];
}

const setuid = 0o4000;

function leaf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function capabilitiesIn(bits: bigint): readonly string[] {
  return capabilityNames.filter((_, at) => (bits & (1n << BigInt(at))) !== 0n).toSorted();
}

/** A wait status: the code in the upper byte, the signal that ended it in the lower. */
function exitDetails(record: Of<"exit">, lineage: Lineage): readonly ObservationDetail[] {
  const path = lineage.programOf(record.process);
  if (path === undefined) return [];
  const signal = record.result & 0x7f;
  return [
    {
      kind: "exit",
      path,
      code: signal === 0 ? (record.result >> 8) & 0xff : 128 + signal,
    },
  ];
}

const createFlag = 0o100;
const fileType = 0o170000;
const regular = 0o100000;
const folder = 0o040000;
/** Character and block devices. */
const devices = new Set([0o020000, 0o060000]);
/** What every container has says nothing of what it needs. */
const everyContainers =
  /^\/dev\/(?:null|zero|full|random|urandom|tty|console|ptmx|pts\/\d+)$|^\/(?:\d+|ptmx)$/;

function fileDetails(record: Of<"file">): readonly ObservationDetail[] {
  const path = redactedText(record.path);
  if ((record.flags & flag.mapped) !== 0) return [{ kind: "library", path }];
  const type = record.file.mode & fileType;
  if (!isKept(record.file.mode) && !(devices.has(type) && !everyContainers.test(path))) return [];
  const detail = { kind: "file" as const, operation: operationOf(record.openFlags), path };
  if (record.file.inode === unknown) return [detail];
  const { mode, owner, group } = record.parentDirectory;
  return [
    {
      ...detail,
      onRootFilesystem: (record.flags & flag.rootMount) !== 0,
      mode: record.file.mode & 0o7777,
      owner: record.file.owner,
      group: record.file.group,
      directory: { mode: mode & 0o7777, owner, group },
    },
  ];
}

/** Files and directories are told, and of all else only devices that not every container has. */
export function isKept(mode: number): boolean {
  const type = mode & fileType;
  return type === regular || type === folder;
}

/** No file has this inode: the tier did not tell. */
const unknown = 0n;

export function operationOf(openFlags: number): "open" | "write" | "create" {
  if ((openFlags & accessMode) === 0) return "open";
  return (openFlags & createFlag) === 0 ? "write" : "create";
}

type NameOperation = Extract<ObservationDetail, { kind: "file" }>["operation"];

const nameOperations: Readonly<Record<string, NameOperation>> = {
  mkdir: "mkdir",
  mkdirat: "mkdir",
  rmdir: "unlink",
  unlink: "unlink",
  unlinkat: "unlink",
  rename: "rename",
  renameat: "rename",
  renameat2: "rename",
  link: "link",
  linkat: "link",
  symlink: "symlink",
  symlinkat: "symlink",
  mknod: "create",
  mknodat: "create",
  chmod: "chmod",
  fchmodat: "chmod",
  chown: "chown",
  lchown: "chown",
  fchownat: "chown",
  truncate: "write",
  bind: "bind",
};

const opens = new Set(["open", "creat", "openat", "openat2"]);

function nameDetails(record: Of<"name">): readonly ObservationDetail[] {
  const call = callNames[record.number] ?? "";
  const operation = opens.has(call) ? operationOf(record.openFlags) : nameOperations[call];
  if (operation === undefined) return [];
  const path = redactedText(record.path);
  return [
    {
      kind: "file",
      operation,
      path,
      ...(record.other === "" ? {} : { target: redactedText(record.other) }),
      ...(record.result < 0 ? { refused: true as const } : {}),
    },
  ];
}

const socketOperations = [undefined, "connect", "accept", "listen", "connect", undefined, "listen"] as const;
const protocols: Readonly<Record<number, "TCP" | "UDP" | "SCTP">> = { 6: "TCP", 17: "UDP", 132: "SCTP" };

function socketDetails(record: Of<"socket">): readonly ObservationDetail[] {
  const operation = socketOperations[record.number];
  const protocol = protocols[record.protocol];
  const out = operation === "connect";
  const port = out ? record.remotePort : record.localPort;
  if (operation === undefined || protocol === undefined || port === 0) return [];
  return [
    {
      kind: "connection",
      operation,
      direction: out ? "out" : "in",
      protocol,
      port,
      ...(operation === "listen" ? {} : { peer: { address: addressText(record.remote) } }),
    },
  ];
}

function capabilityDetails(record: Of<"capability">): readonly ObservationDetail[] {
  const name = capabilityNames[record.number];
  if (name === undefined) return [];
  const syscall = callNames[record.call];
  return [
    {
      kind: "capability",
      name,
      ...(syscall === undefined ? {} : { syscall }),
      granted: record.result === 0,
      opportunistic: isGenerosity(name, syscall),
    },
  ];
}

const kernelOperations: Readonly<
  Record<string, Extract<ObservationDetail, { kind: "kernel" }>["operation"]>
> = {
  init_module: "module-load",
  finit_module: "module-load",
  bpf: "bpf-load",
  ptrace: "ptrace",
  process_vm_readv: "ptrace",
  process_vm_writev: "ptrace",
  mount: "mount",
  move_mount: "mount",
  pivot_root: "mount",
  unshare: "unshare",
  setns: "setns",
  io_uring_setup: "io-uring",
};
const setsUser = new Set(["setuid", "setreuid", "setresuid"]);
const bpfProgramLoad = 5n;
const unchanged = 0xffffffff;

function callDetails(record: Of<"call">, lineage: Lineage): readonly ObservationDetail[] {
  const name = callNames[record.number];
  if (name === undefined || record.result < 0) return [];
  const [first = 0n, second = 0n, third = 0n] = record.arguments;
  if (setsUser.has(name)) {
    const to = Number((name === "setuid" ? first : second) & 0xffffffffn);
    const path = lineage.programOf(record.process) ?? lineage.programOf(record.parent);
    const from = to === unchanged ? undefined : lineage.becomes(record, to);
    // Where nobody knows who it was, the capability that the call took is told all the same.
    if (from === undefined || from === to) return [];
    return [{ kind: "setuid", ...(path === undefined ? {} : { path }), from, to }];
  }
  if (name === "kill" || name === "tkill") return signalDetails(Number(second));
  if (name === "tgkill") return signalDetails(Number(third));
  const operation = kernelOperations[name];
  if (operation === undefined || (name === "bpf" && first !== bpfProgramLoad)) return [];
  return [{ kind: "kernel", operation }];
}

const signalNames: Readonly<Record<number, string>> = {
  1: "HUP",
  2: "INT",
  3: "QUIT",
  6: "ABRT",
  9: "KILL",
  10: "USR1",
  11: "SEGV",
  12: "USR2",
  13: "PIPE",
  14: "ALRM",
  15: "TERM",
  17: "CHLD",
  18: "CONT",
  19: "STOP",
  28: "WINCH",
};

/** Signal 0 only asks whether a process is there. */
function signalDetails(number: number): readonly ObservationDetail[] {
  return number === 0 ? [] : [{ kind: "signal", name: signalNames[number] ?? String(number) }];
}
