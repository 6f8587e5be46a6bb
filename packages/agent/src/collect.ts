/**
 * Folds what the kernel told into distinct behaviours of each container, kept until it is known whose container it is
 * and handed on as batches that only grow. Bounded: what is shed is counted.
 */
import {
  createTally,
  joinSeen,
  nothingSeen,
  type ContainerKey,
  type ObservationDetail,
  type ObservationKind,
  type Origin,
  type Seen,
  type Sight,
  type Tally,
} from "@plimsoll/core";
import { callNames } from "./call-names.ts";
import type { ContainerId } from "./containers.ts";
import { detailsOf } from "./detail.ts";
import { Lineage, originOf } from "./lineage.ts";
import type { Names } from "./names.ts";
import { flag, type RawRecord } from "./record.ts";

/** A container's record. */
export interface Told {
  readonly record: RawRecord;
  readonly container?: ContainerId;
  /** Whether its cgroup was made while we looked, so that its first process was seen. */
  readonly fromStart: boolean;
}

export interface CollectOptions {
  /** Milliseconds since 1970 when the machine's boot clock stood at zero. */
  readonly bootedAt: number;
  readonly sensor: string;
  /** The node. */
  readonly provenance: string;
  readonly sight: { readonly [Kind in ObservationKind]?: Sight };
  /** As the kernel names it: `x86_64`. */
  readonly architecture: string;
  /** How long a container that ended may wait for its name, milliseconds. */
  readonly patience: number;
  /** Containers kept at a time. */
  readonly most: number;
}

/** What a batch could not tell. Each counts containers. */
export interface Untold {
  /** Ended, and nobody said in time whose they were. */
  readonly nameless: number;
  /** Beyond those that are kept at a time. */
  readonly crowded: number;
}

interface Collected {
  readonly container: ContainerId;
  readonly tally: Tally;
  readonly fromStart: boolean;
  readonly calls: Set<number>;
  entry: number | undefined;
  endedAt: number | undefined;
}

const unnamed: ContainerKey = { namespace: "", workloadKind: "", workload: "", container: "" };

export class Collector {
  readonly #options: CollectOptions;
  readonly #containers = new Map<string, Collected>();
  readonly #lineage = new Lineage();
  #nameless = 0;
  readonly #crowded = new Set<string>();

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  take({ record, container, fromStart }: Told): void {
    if (container === undefined) return;
    const collected = this.#of(container, fromStart);
    if (collected === undefined) return;
    if (record.kind === "cgroup") {
      if (record.number === removed) collected.endedAt = this.#millisecondsOf(record);
      return;
    }
    const start = record.kind === "exec" && this.#begin(record, collected);
    const origin = originOf(record, collected.entry);
    for (const detail of detailsOf(record, this.#lineage)) {
      this.#add(collected, detail, this.#millisecondsOf(record), origin, start);
    }
    if (record.kind === "exit") this.#lineage.ended(record.process);
  }

  /** A container that was there before us: its first process, and the programs that run in it. */
  found(container: ContainerId, entry: number, programs: readonly Parameters<Lineage["began"]>[]): void {
    const collected = this.#of(container, false);
    if (collected !== undefined) collected.entry ??= entry;
    for (const [process, program] of programs) this.#lineage.began(process, program);
  }

  /** System calls by number, as the kernel's recorder keeps them. */
  takeCalls(calls: ReadonlyMap<string, readonly number[]>, now: number): void {
    const { architecture } = this.#options;
    for (const collected of this.#containers.values()) {
      for (const number of calls.get(collected.container.id) ?? []) {
        if (collected.calls.has(number)) continue;
        collected.calls.add(number);
        const name = callNames[number] ?? String(number);
        this.#add(collected, { kind: "syscall", name, architecture }, now, undefined, false);
      }
    }
  }

  /** The kernel lost so many more events, and nobody knows of which container. */
  lost(count: number): void {
    if (count > 0) for (const { tally } of this.#containers.values()) tally.drop(count);
  }

  /** What was seen of all containers whose names are known. Those that ended are told for the last time, and forgotten. */
  batch(names: Names, now: number): Seen {
    const batches: Seen[] = [];
    for (const [id, collected] of this.#containers) {
      if (collected.endedAt === undefined) collected.tally.hear(new Date(now).toISOString());
      const name = names(collected.container);
      if (name !== undefined) batches.push(renamed(collected.tally.result(), name.key, name.pod));
      const late = collected.endedAt !== undefined && now - collected.endedAt > this.#options.patience;
      if (name === undefined && late) this.#nameless += 1;
      if (collected.endedAt !== undefined && (name !== undefined || late)) this.#containers.delete(id);
    }
    return batches.length === 0 ? nothingSeen : joinSeen(batches);
  }

  untold(): Untold {
    return { nameless: this.#nameless, crowded: this.#crowded.size };
  }

  /** True for the first program that is the container's own. */
  #begin(record: Extract<RawRecord, { kind: "exec" }>, collected: Collected): boolean {
    this.#lineage.began(record, record.path);
    if ((record.flags & flag.beforeEntrypoint) !== 0 || !collected.fromStart || collected.entry !== undefined)
      return false;
    collected.entry = record.process;
    return true;
  }

  #add(
    { tally }: Collected,
    detail: ObservationDetail,
    time: number,
    origin: Origin | undefined,
    start: boolean,
  ): void {
    tally.add({
      container: unnamed,
      pod: "",
      time: new Date(time).toISOString(),
      detail,
      trust: "kernel",
      ...(origin === undefined ? {} : { origin }),
      ...(start ? { start } : {}),
    });
  }

  #of(container: ContainerId, fromStart: boolean): Collected | undefined {
    const known = this.#containers.get(container.id);
    if (known !== undefined) return known;
    const { most, sensor, provenance, sight } = this.#options;
    if (this.#containers.size >= most) {
      if (this.#crowded.size < most) this.#crowded.add(container.id);
      return undefined;
    }
    const tally = createTally({ sensor, provenance, sight });
    const made = {
      container,
      tally,
      fromStart,
      calls: new Set<number>(),
      entry: undefined,
      endedAt: undefined,
    };
    this.#containers.set(container.id, made);
    return made;
  }

  #millisecondsOf(record: RawRecord): number {
    return Math.round(this.#options.bootedAt + Number(record.time) / 1e6);
  }
}

const removed = 2;

function renamed(seen: Seen, container: ContainerKey, pod: string): Seen {
  return {
    observations: seen.observations.map((observation) => ({
      ...observation,
      container,
      support: observation.support.map((support) => ({ ...support, pod })),
    })),
    watches: seen.watches.map((watch) => ({ ...watch, container, pod })),
    detections: [],
  };
}
