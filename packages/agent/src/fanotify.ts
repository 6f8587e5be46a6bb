/**
 * The second tier, where the kernel takes no programs: fanotify tells which files are opened, the process connector
 * which processes begin; /proc says whose they are, if it is asked in time.
 */
import { closeSync, readFileSync, readlinkSync, readSync } from "node:fs";
import { Chosen } from "./chosen.ts";
import { ProcessConnector, type ProcessEvent } from "./connector.ts";
import type { ContainerId } from "./containers.ts";
import { addressOf, call } from "./kernel.ts";
import { sinceBoot } from "./machine.ts";
import { ProcSensor } from "./proc.ts";
import {
  execRecord,
  factsOf,
  fileRecord,
  orGone,
  pastHead,
  processesIn,
  type ProcessFacts,
} from "./processes.ts";
import { flag, type RawRecord } from "./record.ts";
import type { SenseOptions, Senses, Told } from "./senses.ts";

const FAN_NONBLOCK_CLOEXEC = 3;
const FAN_UNLIMITED_MARKS = 0x20;
const readOnlyLargeFiles = 0o100000 | 0o2000000;
const FAN_MARK_ADD_MOUNT = 1 | 0x10;
const FAN_OPEN = 0x20;
const FAN_MODIFY = 0x02;
const FAN_OPEN_EXEC = 0x1000;
const FAN_Q_OVERFLOW = 0x4000;
const AT_FDCWD = -100;
const eventSize = 24;

/** Needs CAP_SYS_ADMIN and CAP_NET_ADMIN, and the node's own process and network namespaces. */
export class FanotifySensor implements Senses {
  readonly tier = "fanotify";
  readonly sight = {
    exec: "partial",
    exit: "partial",
    file: "partial",
    library: "partial",
    connection: "partial",
  } as const;
  readonly blind = [
    "names that are made, removed or changed",
    "programs that end before /proc is asked for them, and short programs' arguments",
    "who connected to whom between two looks",
    "capabilities, system calls, signals and DNS questions",
    "how a container began",
  ];
  readonly #options: SenseOptions;
  readonly #chosen: Chosen;
  readonly #connector: ProcessConnector;
  readonly #notices: number;
  readonly #looks: ProcSensor;
  readonly #buffer = Buffer.alloc(64 << 10);
  readonly #marked = new Set<string>();
  readonly #processes = new Map<number, readonly [ProcessFacts, ContainerId] | undefined>();
  readonly #told = new Set<string>();
  #lost = 0;

  constructor(options: SenseOptions) {
    this.#options = options;
    this.#chosen = new Chosen(options);
    const flags = FAN_NONBLOCK_CLOEXEC | FAN_UNLIMITED_MARKS;
    this.#notices = call("fanotify_init", [flags, readOnlyLargeFiles], "open fanotify");
    try {
      this.#connector = new ProcessConnector();
    } catch (error) {
      closeSync(this.#notices);
      throw error;
    }
    this.#looks = new ProcSensor(options);
    for (const process of processesIn(options.proc)) this.#factsOf(process);
  }

  drain(take: (told: Told) => void, limit: number): number {
    const begun = this.#connector.drain((event) => this.#onProcess(event, take), limit);
    const noticed = this.#drainNotices(take, limit);
    return begun + noticed + this.#looks.drain(take, limit);
  }

  /** At most so many: what processes did that were gone before they were asked for may have been no container's. */
  lost(): number {
    return this.#lost + this.#connector.overruns;
  }

  close(): void {
    this.#connector.close();
    closeSync(this.#notices);
    this.#looks.close();
  }

  #onProcess(event: ProcessEvent, take: (told: Told) => void): void {
    const time = sinceBoot(this.#options.proc);
    if (event.kind === "exec") {
      this.#processes.delete(event.process);
      const found = this.#factsOf(event.process);
      if (found === undefined) return;
      const [facts, container] = found;
      take({ record: seenNow(execRecord(facts, time)), container, fromStart: false });
      return;
    }
    const found = this.#processes.get(event.process);
    this.#processes.delete(event.process);
    if (found === undefined) return;
    const [facts, container] = found;
    take({
      record: { ...pastHead(facts, time), flags: 0, kind: "exit", result: event.status },
      container,
      fromStart: false,
    });
  }

  #drainNotices(take: (told: Told) => void, limit: number): number {
    let taken = 0;
    while (taken < limit) {
      const length = readable(this.#notices, this.#buffer);
      if (length === 0) break;
      const time = sinceBoot(this.#options.proc);
      for (let at = 0; at + eventSize <= length; at += this.#buffer.readUInt32LE(at)) {
        taken += 1;
        this.#onNotice(at, time, take);
      }
    }
    return taken;
  }

  #onNotice(at: number, time: bigint, take: (told: Told) => void): void {
    const mask = this.#buffer.readUInt32LE(at + 8);
    const descriptor = this.#buffer.readInt32LE(at + 16);
    const process = this.#buffer.readInt32LE(at + 20);
    if ((mask & FAN_Q_OVERFLOW) !== 0) this.#lost += 1;
    if (descriptor < 0) return;
    try {
      const found = process === this.#options.process ? undefined : this.#factsOf(process);
      if (found === undefined) return;
      const [facts, container] = found;
      const path = readlinkSync(`/proc/self/fd/${descriptor}`).replace(/ \(deleted\)$/, "");
      const code = (mask & FAN_OPEN_EXEC) !== 0;
      const writes = (mask & FAN_MODIFY) !== 0;
      const key = `${container.id} ${code} ${writes} ${path}`;
      if (this.#told.has(key)) return;
      if (this.#told.size >= mostTold) this.#told.clear();
      this.#told.add(key);
      const record = fileRecord(facts, time, path, code ? flag.mapped : 0, writes ? 1 : 0);
      take({ record: seenNow(record), container, fromStart: false });
    } finally {
      closeSync(descriptor);
    }
  }

  /** Facts of a watched container's process, its mounts marked from now on; undefined for others. */
  #factsOf(process: number): readonly [ProcessFacts, ContainerId] | undefined {
    if (this.#processes.has(process)) return this.#processes.get(process);
    const facts = factsOf(this.#options.proc, process);
    const container = facts && this.#chosen.of(facts);
    // Gone before it was asked for: whose doing it was, nobody can tell any more.
    if (facts === undefined) this.#lost += 1;
    const found = facts === undefined || container === undefined ? undefined : ([facts, container] as const);
    if (this.#processes.size >= mostProcesses) this.#processes.clear();
    this.#processes.set(process, found);
    if (container !== undefined) this.#mark(process, container);
    return found;
  }

  #mark(process: number, { id }: ContainerId): void {
    // The first process of a container is its runtime's, which still stands among the node's own mounts.
    const mounts = orGone(() => readlinkSync(`${this.#options.proc}/${process}/ns/mnt`)) ?? "";
    const key = `${id} ${mounts}`;
    if (this.#marked.has(key)) return;
    if (this.#marked.size >= mostProcesses) this.#marked.clear();
    this.#marked.add(key);
    const root = `${this.#options.proc}/${process}/root`;
    const lines = orGone(() => readFileSync(`${this.#options.proc}/${process}/mountinfo`, "utf8")) ?? "";
    for (const line of lines.trim().split("\n")) {
      const [, , , , place = "/", , ...rest] = line.split(" ");
      if (unwatched.has(rest[rest.indexOf("-") + 1] ?? "")) continue;
      const path = Buffer.from(`${root}${unescaped(place)}\0`);
      const mask = FAN_OPEN | FAN_MODIFY | FAN_OPEN_EXEC;
      const mark = [this.#notices, FAN_MARK_ADD_MOUNT, mask, AT_FDCWD, addressOf(path)];
      orGone(() => call("fanotify_mark", mark, `watch ${place}`));
    }
  }
}

const mostTold = 200_000;
const mostProcesses = 50_000;
/** File systems that hold no files of the container's own. */
const unwatched = new Set([
  "proc",
  "sysfs",
  "cgroup",
  "cgroup2",
  "mqueue",
  "devpts",
  "securityfs",
  "debugfs",
]);

/** Mount points in mountinfo have blanks and the like in octal. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}

/** It was seen as it happened, not found by a look. */
function seenNow<T extends RawRecord>(record: T): T {
  return { ...record, flags: record.flags & ~flag.past };
}

function readable(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer);
  } catch (error) {
    if ((error as { code?: unknown }).code === "EAGAIN") return 0;
    throw error;
  }
}
