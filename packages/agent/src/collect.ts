/** Folds what the kernel told into distinct behaviours of each container: counts and times, not events. Bounded. */
import type { ObservationDetail } from "@plimsoll/core";
import { callNames } from "./call-names.ts";
import { capabilityNames, isGenerosity } from "./capability-names.ts";
import type { ContainerId } from "./containers.ts";
import { questionIn } from "./dns.ts";
import type { Seen } from "./ebpf.ts";
import { flag, type RawRecord } from "./record.ts";
import { redactedArguments, redactedText } from "./redact.ts";
import { addressText } from "./address.ts";

/** One behaviour of one container. Times are milliseconds since 1970. */
export interface Behaviour {
  readonly detail: ObservationDetail;
  first: number;
  last: number;
  count: number;
}

export interface ContainerBehaviours {
  readonly container: ContainerId;
  /** Whether the container's first process was seen. */
  readonly fromStart: boolean;
  readonly behaviours: readonly Behaviour[];
  /** Distinct behaviours that were not kept, because a container already had as many as are kept. */
  readonly shed: number;
  /** What the container's runtime did before the entry point ran: no behaviour of the workload. */
  readonly beforeEntrypoint: number;
}

export interface CollectOptions {
  /** Milliseconds since 1970 when the machine's boot clock stood at zero. */
  readonly bootedAt: number;
  /** Distinct behaviours kept of one container. */
  readonly most: number;
}

interface Collected {
  readonly container: ContainerId;
  readonly fromStart: boolean;
  readonly behaviours: Map<string, Behaviour>;
  shed: number;
  beforeEntrypoint: number;
  started: boolean;
}

/** Where each process runs from, so that a deed can name its program and the one that began it. */
const mostProcesses = 50_000;

export class Collector {
  readonly #options: CollectOptions;
  readonly #containers = new Map<string, Collected>();
  readonly #programs = new Map<number, string>();

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  take({ record, container, fromStart }: Seen): void {
    if (container === undefined) return;
    const collected = this.#of(container, fromStart);
    if (record.kind === "exec") this.#remember(record.process, record.path);
    if (this.#isRuntime(record, collected)) {
      collected.beforeEntrypoint += 1;
      return;
    }
    const detail = this.#detailOf(record);
    if (record.kind === "exit") this.#programs.delete(record.process);
    if (detail !== undefined) this.#fold(collected, detail, this.#timeOf(record));
  }

  /** System calls by number, as the kernel's recorder keeps them. */
  takeCalls(calls: ReadonlyMap<string, readonly number[]>, architecture: string, now: number): void {
    for (const collected of this.#containers.values()) {
      const numbers = calls.get(collected.container.id);
      if (numbers === undefined) continue;
      const names = numbers.map((number) => callNames[number] ?? String(number)).sort();
      for (const [key, { detail }] of collected.behaviours) if (detail.kind === "syscalls") collected.behaviours.delete(key);
      this.#fold(collected, { kind: "syscalls", names, architecture }, now);
    }
  }

  containers(): readonly ContainerBehaviours[] {
    return [...this.#containers.values()].map((collected) => ({
      container: collected.container,
      fromStart: collected.fromStart,
      behaviours: [...collected.behaviours.values()],
      shed: collected.shed,
      beforeEntrypoint: collected.beforeEntrypoint,
    }));
  }

  /** Hands over what a container that ended did, and forgets it. */
  release(id: string): ContainerBehaviours | undefined {
    const found = this.containers().find(({ container }) => container.id === id);
    this.#containers.delete(id);
    return found;
  }

  /** The runtime's own process, until the container's program is there; what comes later from outside is no runtime. */
  #isRuntime(record: RawRecord, collected: Collected): boolean {
    const outside = (record.flags & flag.beforeEntrypoint) !== 0;
    if (record.kind === "exec" && !outside) collected.started = true;
    return outside && !(collected.started && this.#programs.has(record.parent) && record.kind === "exec");
  }

  #detailOf(record: RawRecord): ObservationDetail | undefined {
    switch (record.kind) {
      case "exec": {
        const parent = this.#programs.get(record.parent);
        return {
          kind: "exec",
          path: record.path,
          args: redactedArguments(record.arguments),
          user: record.user,
          ...(parent === undefined ? {} : { parent }),
        };
      }
      case "exit":
        return this.#exit(record);
      case "file":
        return fileDetail(record);
      case "name":
        return nameDetail(record);
      case "socket":
        return socketDetail(record);
      case "dns": {
        const question = questionIn(record.payload);
        return question === undefined ? undefined : { kind: "dns", question: question.name, type: question.type };
      }
      case "capability":
        return capabilityDetail(record);
      case "call":
        return callDetail(record);
      case "cgroup":
        return undefined;
    }
  }

  #exit(record: RawRecord): ObservationDetail | undefined {
    const path = this.#programs.get(record.process);
    return path === undefined ? undefined : { kind: "exit", path, code: record.result };
  }

  #fold(collected: Collected, detail: ObservationDetail, time: number): void {
    const key = JSON.stringify(detail);
    const known = collected.behaviours.get(key);
    if (known !== undefined) {
      known.count += 1;
      known.last = Math.max(known.last, time);
      known.first = Math.min(known.first, time);
    } else if (collected.behaviours.size >= this.#options.most) {
      collected.shed += 1;
    } else {
      collected.behaviours.set(key, { detail, first: time, last: time, count: 1 });
    }
  }

  #of(container: ContainerId, fromStart: boolean): Collected {
    const known = this.#containers.get(container.id);
    if (known !== undefined) return known;
    const made = {
      container,
      fromStart,
      behaviours: new Map<string, Behaviour>(),
      shed: 0,
      beforeEntrypoint: 0,
      started: !fromStart,
    };
    this.#containers.set(container.id, made);
    return made;
  }

  #remember(process: number, path: string): void {
    if (this.#programs.size >= mostProcesses) {
      const oldest = this.#programs.keys().next();
      if (!oldest.done) this.#programs.delete(oldest.value);
    }
    this.#programs.set(process, path);
  }

  #timeOf(record: RawRecord): number {
    return Math.round(this.#options.bootedAt + Number(record.time) / 1e6);
  }
}

const accessMode = 3;
const createFlag = 0o100;
const regular = 0o100000;
const fileType = 0o170000;

function fileDetail(record: Extract<RawRecord, { kind: "file" }>): ObservationDetail | undefined {
  if ((record.flags & flag.mapped) !== 0) return { kind: "library", path: record.path };
  const type = record.file.mode & fileType;
  const directory = 0o40000;
  if (type !== regular && type !== directory) return undefined;
  const writes = (record.openFlags & accessMode) !== 0;
  const creates = (record.openFlags & createFlag) !== 0 && writes;
  return {
    kind: "file",
    operation: creates ? "create" : writes ? "write" : "open",
    path: redactedText(record.path),
    onRootFilesystem: (record.flags & flag.rootMount) !== 0,
    mode: record.file.mode & 0o7777,
    owner: record.file.owner,
  };
}

/** What the calls that make or change names do, in the model's words. */
const nameOperations: Readonly<Record<string, "create" | "unlink" | "rename" | "chmod" | "mkdir" | "write">> = {
  mkdir: "mkdir",
  mkdirat: "mkdir",
  rmdir: "unlink",
  unlink: "unlink",
  unlinkat: "unlink",
  rename: "rename",
  renameat: "rename",
  renameat2: "rename",
  link: "create",
  linkat: "create",
  symlink: "create",
  symlinkat: "create",
  mknod: "create",
  mknodat: "create",
  chmod: "chmod",
  fchmodat: "chmod",
  chown: "chmod",
  lchown: "chmod",
  fchownat: "chmod",
  truncate: "write",
};

function nameDetail(record: Extract<RawRecord, { kind: "name" }>): ObservationDetail | undefined {
  const operation = nameOperations[callNames[record.number] ?? ""];
  return operation === undefined ? undefined : { kind: "file", operation, path: redactedText(record.path) };
}

const socketOperations = [undefined, "connect", "accept", "listen", "connect", undefined, "listen"] as const;
const protocols: Readonly<Record<number, "TCP" | "UDP" | "SCTP">> = { 6: "TCP", 17: "UDP", 132: "SCTP" };

function socketDetail(record: Extract<RawRecord, { kind: "socket" }>): ObservationDetail | undefined {
  const operation = socketOperations[record.number];
  const protocol = protocols[record.protocol];
  if (operation === undefined || protocol === undefined) return undefined;
  const address = addressText(record.remote);
  return {
    kind: "connection",
    operation,
    direction: operation === "connect" ? "out" : "in",
    protocol,
    port: operation === "connect" ? record.remotePort : record.localPort,
    ...(operation === "listen" ? {} : { peer: { address } }),
  };
}

function capabilityDetail(record: Extract<RawRecord, { kind: "capability" }>): ObservationDetail | undefined {
  const name = capabilityNames[record.number];
  if (name === undefined) return undefined;
  const syscall = callNames[record.call];
  return {
    kind: "capability",
    name,
    granted: record.result === 0,
    opportunistic: isGenerosity(name, syscall),
    ...(syscall === undefined ? {} : { syscall }),
  };
}

const signals = new Set(["kill", "tkill", "tgkill"]);

function callDetail(record: Extract<RawRecord, { kind: "call" }>): ObservationDetail | undefined {
  const name = callNames[record.number];
  if (name === undefined || record.result < 0) return undefined;
  if (name === "setuid" || name === "setreuid" || name === "setresuid")
    return { kind: "setuid", from: record.user, to: Number(record.arguments[0] ?? 0n) };
  if (signals.has(name))
    return { kind: "signal", name: String(record.arguments[name === "tgkill" ? 2 : 1] ?? 0n) };
  return undefined;
}
