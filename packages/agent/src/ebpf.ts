/** The first tier: the kernel tells what each container does, once per behaviour, with an exact count of what was lost. */
import type { ObservationKind, Sight } from "@plimsoll/core";
import { emptyGlance, look, type Glance } from "./glance.ts";
import type { Again, SenseOptions, Senses, Told } from "./senses.ts";
import { sinceBoot } from "./machine.ts";
import { Ring } from "./ring.ts";
import { Runtimes } from "./runtimes.ts";
import { accessMode, body, flag, kinds, readRecord, text, type Kind, type RawRecord } from "./record.ts";
import { Cgroups, type Known } from "./cgroups.ts";
import { containerOf, type ContainerId } from "./containers.ts";
import { Counters, type Counts } from "./counters.ts";
import { KernelSparing } from "./sparing.ts";
import { deleteFromMap, keysOf, loadProgram, lookUpMap, updateMap, type Program } from "./program.ts";

/** What the kernel object sees; system calls only while they are recorded. Requests to the API server pass it by. */
export function sightOfEbpf(recording: boolean): { readonly [Kind in ObservationKind]?: Sight } {
  return {
    exec: "whole",
    exit: "whole",
    file: "whole",
    library: "whole",
    connection: "whole",
    dns: "partial", // over TCP or TLS it is not read
    capability: "whole",
    setuid: "whole",
    signal: "whole",
    kernel: "whole",
    ...(recording ? { syscall: "whole" as const } : {}),
  };
}

const object = new URL("../bpf/sense.x64.bin.gz", import.meta.url);
const programs = [
  "on_cgroup_made",
  "on_cgroup_gone",
  "on_exec",
  "on_exit",
  "on_return",
  "on_state",
  "on_capability",
];
const recorder = "on_enter";
const made = 1;
const removed = 2;
const listens = 3;
const ringSize = 8 << 20;
const watch = Buffer.from([1]);
const ignore = Buffer.from([2]);

/** How often the tree of cgroups is walked again at most, and the runtimes looked after, milliseconds. */
const reviewEvery = 1_000;

interface Last {
  /** The cgroup's id, by halves. */
  readonly low: number;
  readonly high: number;
  readonly netNamespace: number;
  readonly container: ContainerId;
  readonly told: Known["told"];
}

/** Open while it looks. `close` detaches everything; nothing stays in the kernel. */
export class EbpfSensor implements Senses {
  readonly tier = "ebpf";
  readonly sight: Senses["sight"];
  readonly blind = [
    "what io_uring opens, connects and sends, though not that it is used",
    "files that come by passed descriptors or by handle",
    "DNS questions over TCP or TLS",
    "whose doing it was, where a shell that somebody began left a process behind",
  ];
  readonly sparing: KernelSparing;
  readonly #program: Program;
  readonly #ring: Ring;
  readonly #options: SenseOptions;
  readonly #cgroups: Cgroups;
  readonly #counters: Counters;
  /** Whose network namespace: an accepted connection comes in an interrupt, when any task may be current. */
  readonly #namespaces = new Map<number, bigint>();
  /** Who listens, by network namespace and port. */
  readonly #listeners = new Map<string, bigint>();
  readonly #runtimes: Runtimes;
  /** Since they were looked after, something was told to be theirs. */
  #actsForOthers = false;
  #reviewedAt = -Infinity;
  /** Making and ends of cgroups that were lost, or may have been told unreadably, as far as they were made up for. */
  #cgroupsMissed = 0;
  #walkedAt = -Infinity;
  /** Containers that were found after we began to look, until somebody asks. */
  #foundLate: ContainerId[] = [];
  /** Whose record a glance was last had at. */
  #last: Last | undefined;
  readonly #glance = emptyGlance();
  /** What containers called that ended since they were last asked for. */
  readonly #lastCalls = new Map<string, number[]>();
  /** Records that we could not read: a kernel object of another version. What they told is lost. */
  #unreadable = 0;
  #epoch = 0;

  constructor(options: SenseOptions) {
    this.#options = options;
    this.#runtimes = new Runtimes(options.proc);
    this.sight = sightOfEbpf(options.recordCalls);
    this.#program = loadProgram(object, {
      legacyCgroups: options.hierarchy.legacy,
      onlyWatched: options.only !== undefined,
      ownProcess: options.process,
    });
    this.#ring = new Ring(this.#map("ring"), ringSize);
    this.#counters = new Counters(this.#map("counts"), options.processors);
    this.#cgroups = new Cgroups(options, (cgroup, isWatched) => {
      this.#last = undefined;
      updateMap(this.#map("verdicts"), keyOf(cgroup), isWatched ? watch : ignore);
    });
    this.sparing = new KernelSparing(this.#map("spared"), this.#cgroups);
    // Containers made while we walk the tree are told by the ring: it is opened first.
    for (const name of programs) this.#program.attach(name);
    this.#cgroups.compare();
    this.#tellOfThePast();
    if (options.recordCalls) this.recordCalls(true);
  }

  /** Hands on what waits, at most `limit` records, and returns how many there were. */
  drain(take: (told: Told) => void, limit: number, again?: Again): number {
    const { bytes } = this.#ring;
    this.#reviewRuntimes();
    const taken = this.#ring.drain((at, length) => {
      const glance = again === undefined ? undefined : this.#glanceAt(at, length);
      if (glance !== undefined && again!(this.#last!.container, glance)) return;
      const record = readRecord(bytes.subarray(at, at + length));
      if (record === undefined) this.#unreadable += 1;
      else this.#hand(record, take, glance);
    }, limit);
    // What waits may tell of cgroups itself.
    if (taken < limit) this.#makeUp(take);
    return taken;
  }

  /** What was there before, or came unseen. */
  #tellOfThePast(): void {
    this.#program.iterate("past_code");
    this.#program.iterate("past_files");
  }

  /** Containers that were found late since this was last asked: nobody saw them begin. */
  late(): readonly ContainerId[] {
    return this.#foundLate.splice(0);
  }

  /** Where the making or the end of cgroups was lost, the tree tells: who came, who went. */
  #makeUp(take: (told: Told) => void): void {
    const missed = this.#counters.of("cgroup", "lost") + this.#unreadable;
    const now = performance.now();
    if (missed === this.#cgroupsMissed || now - this.#walkedAt < reviewEvery) return;
    this.#cgroupsMissed = missed;
    this.#walkedAt = now;
    const { gone, came } = this.#cgroups.compare();
    for (const cgroup of gone) this.#end(cgroup, take);
    if (came.length > 0) this.#tellOfThePast();
    this.#foundLate.push(...came);
  }

  #end(cgroup: bigint, take: (told: Told) => void): void {
    const { container, isPart } = this.#cgroups.of(cgroup);
    if (container !== undefined && isPart === undefined)
      take({ record: endOf(cgroup, sinceBoot(this.#options.proc)), container, fromStart: false });
    this.#forget(cgroup);
  }

  #reviewRuntimes(): void {
    const now = performance.now();
    if (!this.#actsForOthers || now - this.#reviewedAt < reviewEvery) return;
    this.#actsForOthers = false;
    this.#reviewedAt = now;
    this.#forgetRuntimes();
  }

  #forgetRuntimes(): void {
    for (const namespace of this.#runtimes.review()) {
      const key = Buffer.alloc(4);
      key.writeUInt32LE(namespace);
      deleteFromMap(this.#map("makers"), key);
    }
  }

  /** Of a file that a known container opened; undefined of all else, which is read whole. */
  #glanceAt(at: number, length: number): Glance | undefined {
    const { bytes } = this.#ring;
    if (length < text || kinds[bytes[at]!] !== "file" || !this.#isKnownAt(at)) return undefined;
    const isRead = (bytes.readUInt32LE(at + body + 24) & accessMode) === 0;
    if (isRead && (bytes[at + 1]! & flag.mapped) === 0) this.#last!.told.reads += 1;
    if (!look(bytes, at, this.#glance)) return undefined;
    if (this.#isRuntime(bytes.readUInt32LE(at + 32))) this.#glance.flags |= flag.beforeEntrypoint;
    return this.#glance;
  }

  /** Whether the record at `at` is of a container that is watched, which `#last` is then: mostly it was before. */
  #isKnownAt(at: number): boolean {
    const { bytes } = this.#ring;
    const [low, high] = [bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 20)];
    const netNamespace = bytes.readUInt32LE(at + 36);
    const last = this.#last;
    if (last?.low === low && last.high === high && last.netNamespace === netNamespace) return true;
    const cgroup = (BigInt(high) << 32n) | BigInt(low);
    const { container, told } = this.#cgroups.of(cgroup);
    if (container === undefined) return false;
    this.#namespaces.set(netNamespace, cgroup);
    this.#last = { low, high, netNamespace, container, told };
    return true;
  }

  /** System calls are recorded only while this is on: it costs each call of each workload some tens of nanoseconds. */
  recordCalls(on: boolean): void {
    if (on) this.#program.attach(recorder);
    else this.#program.detach(recorder);
  }

  /**
   * The numbers of the system calls that each container made since the recorder was first on; of those that ended, once.
   */
  calls(): ReadonlyMap<string, readonly number[]> {
    const found = new Map<string, number[]>(this.#lastCalls);
    this.#lastCalls.clear();
    for (const key of keysOf(this.#map("calls"), 8)) {
      const container = this.#cgroups.of(key.readBigUInt64LE()).container;
      const numbers = container === undefined ? undefined : this.#callsIn(key);
      if (numbers !== undefined) append(found, container!.id, numbers);
    }
    return found;
  }

  #callsIn(key: Buffer): readonly number[] | undefined {
    const bitmap = Buffer.alloc(64);
    return lookUpMap(this.#map("calls"), key, bitmap) ? numbersIn(bitmap) : undefined;
  }

  /** What goes on is told once more from now on. */
  renew(): void {
    this.#epoch = (this.#epoch + 1) & 0xff;
    updateMap(this.#map("epochs"), Buffer.alloc(4), Buffer.from([this.#epoch]));
  }

  counts(): ReadonlyMap<Kind, Counts> {
    return this.#counters.all();
  }

  lost(): number {
    return this.#counters.sum("lost") + this.#unreadable;
  }

  /** Behaviours that were left out so far. */
  leftOut(): number {
    return this.#counters.sum("spared");
  }

  close(): void {
    this.#ring.close();
    this.#program.close();
  }

  #hand(record: RawRecord, take: (told: Told) => void, glance: Glance | undefined): void {
    if (record.kind === "cgroup") {
      if (record.number === made) this.#welcome(record);
      const { isPart, container, fromStart } = this.#cgroups.of(record.cgroup);
      take({ record, fromStart, ...(isPart !== undefined || container === undefined ? {} : { container }) });
      if (record.number === removed) this.#forget(record.cgroup);
      return;
    }
    const cgroup = record.cgroup === 0n ? this.#ownerOf(record) : record.cgroup;
    if (cgroup === undefined) return;
    if (record.cgroup !== 0n && this.#cgroups.of(cgroup).container !== undefined) this.#remember(record);
    const { container, fromStart, told } = this.#cgroups.of(cgroup);
    if (record.kind === "exec" || record.kind === "exit") told.programs += 1;
    if (container !== undefined)
      take({
        record: record.cgroup === 0n ? record : this.#attributed(record),
        container,
        fromStart,
        ...(glance === undefined ? {} : { glance }),
      });
  }

  #remember(record: RawRecord): void {
    const { netNamespace, cgroup } = record;
    this.#namespaces.set(netNamespace, cgroup);
    if (record.kind === "socket" && record.number === listens)
      this.#listeners.set(`${netNamespace}:${record.localPort}`, cgroup);
  }

  /** Of a connection that came in: who listens there; the containers of a pod share its network. */
  #ownerOf(record: RawRecord): bigint | undefined {
    const listener =
      record.kind === "socket"
        ? this.#listeners.get(`${record.netNamespace}:${record.localPort}`)
        : undefined;
    return listener ?? this.#namespaces.get(record.netNamespace);
  }

  #welcome(record: Extract<RawRecord, { kind: "cgroup" }>): void {
    this.#cgroups.judge(record, true);
    if (containerOf(record.path) === undefined) return;
    // A namespace of one that is gone may be this container's before anybody looks again.
    this.#forgetRuntimes();
    if (this.#cgroups.isOutside(record.maker)) this.#runtimes.add(record.mountNamespace, record.process);
  }

  /** Before a container has a mount namespace of its own, it is the runtime that acts in its cgroup. */
  #attributed(record: RawRecord): RawRecord {
    return this.#isRuntime(record.mountNamespace)
      ? { ...record, flags: record.flags | flag.beforeEntrypoint }
      : record;
  }

  #isRuntime(mountNamespace: number): boolean {
    if (this.#options.only !== undefined || !this.#runtimes.has(mountNamespace)) return false;
    this.#actsForOthers = true;
    return true;
  }

  #forget(cgroup: bigint): void {
    this.#last = undefined;
    const key = keyOf(cgroup);
    const container = this.#cgroups.of(cgroup).container;
    const calls = container === undefined ? undefined : this.#callsIn(key);
    if (calls !== undefined) {
      append(this.#lastCalls, container!.id, calls);
      deleteFromMap(this.#map("calls"), key); // it has room for those that run, not for all that ever did
    }
    this.#cgroups.forget(cgroup);
    this.sparing.forget(cgroup);
    deleteFromMap(this.#map("verdicts"), key);
    for (const [namespace, owner] of this.#namespaces)
      if (owner === cgroup) this.#namespaces.delete(namespace);
    for (const [place, owner] of this.#listeners) if (owner === cgroup) this.#listeners.delete(place);
  }

  #map(name: string): number {
    const descriptor = this.#program.maps.get(name);
    if (descriptor === undefined) throw new Error(`the kernel object has no map ${name}`);
    return descriptor;
  }
}

/** As the kernel would have told it. */
function endOf(cgroup: bigint, time: bigint): RawRecord {
  return {
    kind: "cgroup",
    number: removed,
    flags: flag.past,
    process: 0,
    parent: 0,
    time,
    cgroup,
    user: 0,
    mountNamespace: 0,
    netNamespace: 0,
    result: 0,
    command: "",
    root: 0,
    path: "",
    maker: 0n,
    above: 0n,
  };
}

function append(lists: Map<string, number[]>, id: string, numbers: readonly number[]): void {
  lists.set(id, [...(lists.get(id) ?? []), ...numbers]);
}

function keyOf(cgroup: bigint): Buffer {
  const key = Buffer.alloc(8);
  key.writeBigUInt64LE(cgroup);
  return key;
}

function numbersIn(bitmap: Buffer): readonly number[] {
  const numbers: number[] = [];
  for (let number = 0; number < bitmap.length * 8; number += 1)
    if ((bitmap[number >> 3]! & (1 << (number & 7))) !== 0) numbers.push(number);
  return numbers;
}
