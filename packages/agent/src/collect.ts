/**
 * Folds what the kernel told into distinct behaviours of each container, kept until it is known whose container it is
 * and handed on as batches that only grow. Bounded: what is shed is counted.
 */
import {
  containerKey,
  covering,
  joinSeen,
  mostLosses,
  redactedText,
  type Interval,
  type ObservationKind,
  type Seen,
  type Watch,
} from "@plimsoll/core";
import type { Spared } from "./budget.ts";
import { callNames } from "./call-names.ts";
import type { ContainerId } from "./containers.ts";
import { Deeds, type SourceOfDeeds } from "./deeds.ts";
import { detailsOf } from "./detail.ts";
import type { Glance } from "./glance.ts";
import { Lineage, originOf } from "./lineage.ts";
import type { Names } from "./names.ts";
import { Peaking } from "./peaking.ts";
import type { Told } from "./senses.ts";
import { flag, type RawRecord } from "./record.ts";
import type { Measure, Use } from "./use.ts";

export interface CollectOptions extends SourceOfDeeds {
  /** Milliseconds since 1970 when the machine's boot clock stood at zero. */
  readonly bootedAt: number;
  /** As the kernel names it: `x86_64`. */
  readonly architecture: string;
  /** How long a container that ended may wait for its name, milliseconds. */
  readonly patience: number;
  /** Containers kept at a time. */
  readonly most: number;
  /** That a container which does nothing new is watched is told so often, milliseconds. */
  readonly watchEvery?: number;
  /** Looks at what a container uses; without it nothing is measured. */
  readonly measure?: Measure;
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
  readonly deeds: Deeds;
  readonly fromStart: boolean;
  /** When it was first told of. */
  readonly since: string;
  readonly calls: Set<number>;
  entry: number | undefined;
  endedAt: number | undefined;
  watchTold: number;
  /** From the first batch on that tells of it. */
  peaking: Peaking | undefined;
}

export class Collector {
  readonly #options: CollectOptions;
  readonly #source: SourceOfDeeds;
  readonly #containers = new Map<string, Collected>();
  readonly #lineage = new Lineage();
  #losses: readonly Interval[] = [];
  #lost = 0;
  #askedAt = Date.now();
  #nameless = 0;
  #crowded = 0;
  /** Those of them that still run, so that each counts once. */
  readonly #turnedAway = new Set<string>();

  constructor(options: CollectOptions) {
    this.#options = options;
    const { sensor, provenance, sight } = options;
    this.#source = { sensor, provenance, sight };
  }

  take({ record, container, fromStart, glance }: Told): void {
    if (container === undefined) return;
    const collected = this.#of(container, fromStart, this.#millisecondsOf(record));
    if (collected === undefined) {
      if (record.kind === "cgroup" && record.number === removed) this.#turnedAway.delete(container.id);
      return;
    }
    if (record.kind === "cgroup") {
      if (record.number === removed) collected.endedAt = this.#millisecondsOf(record);
      return;
    }
    if (record.kind === "exec") this.#begin(record, collected);
    const time = this.#millisecondsOf(record);
    // A connection that comes in is told while any process may run: it is whose listens there.
    const origin = record.cgroup === 0n ? undefined : originOf(record, collected.entry);
    const details = detailsOf(record, this.#lineage);
    for (const detail of details) collected.deeds.add(detail, origin, time);
    if (glance !== undefined) collected.deeds.know(glance, origin, details[0]);
    if (record.kind !== "exit") return;
    this.#lineage.ended(record.process);
    // Now or never: its cgroup goes within moments.
    if (record.process === collected.entry)
      this.#peakingOf(collected, time)?.end(this.#use(container), record.memoryBytes, time);
  }

  /** Folds what was read whole before; false where it was not, so that it has to be read. */
  again(container: ContainerId, glance: Glance): boolean {
    const collected = this.#containers.get(container.id);
    if (collected === undefined) return false;
    const time = Math.round(this.#options.bootedAt + glance.time);
    return collected.deeds.again(glance, originOf(glance, collected.entry), time);
  }

  /** A container was there before us, and this is its first process. */
  found(container: ContainerId, entry: number): void {
    const collected = this.#of(container, false, Date.now());
    if (collected !== undefined) collected.entry ??= entry;
  }

  /** System calls by number, as the kernel's recorder keeps them. */
  takeCalls(calls: ReadonlyMap<string, readonly number[]>, now: number): void {
    const { architecture } = this.#options;
    for (const collected of this.#containers.values()) {
      for (const number of calls.get(collected.container.id) ?? []) {
        if (collected.calls.has(number)) continue;
        collected.calls.add(number);
        const name = callNames[number] ?? String(number);
        collected.deeds.add({ kind: "syscall", name, architecture }, undefined, now);
      }
    }
  }

  /** From now on that is left out of a container, and nothing else. */
  spare(id: string, spared: readonly Spared[], now: number): void {
    const collected = this.#containers.get(id);
    if (collected === undefined) return;
    const partial = [...new Set(spared)].toSorted().flatMap((what) => sparedKinds[what]);
    collected.deeds.dim(partial, now);
    collected.watchTold = -Infinity;
  }

  /** So many events the kernel lost so far. What it lost since it was asked last, nobody knows of which container. */
  lost(total: number, now: number): void {
    const [count, from] = [total - this.#lost, this.#askedAt];
    [this.#lost, this.#askedAt] = [total, now];
    if (count <= 0) return;
    for (const { deeds } of this.#containers.values()) deeds.drop(count);
    const last = this.#losses.at(-1);
    const isNear = last !== undefined && from - Date.parse(last.to) < oneLoss;
    const loss = { from: isNear ? last.to : textOf(from), to: textOf(now) };
    this.#losses = covering(mostLosses, this.#losses, [loss]);
  }

  /** What was seen since the last batch of all containers whose names are known; batches join to the whole. Those that ended are told for the last time, and forgotten. */
  batch(names: Names, now: number): Seen {
    const batches = new Map<string, Seen[]>();
    for (const [id, collected] of this.#containers) {
      const { container, deeds } = collected;
      if (collected.endedAt === undefined) {
        deeds.hear(now);
        this.#measure(collected, now);
      }
      const name = names(container);
      if (name !== undefined) {
        const observations = deeds.changes(name.key, name.pod, this.#options);
        const isDue =
          observations.length > 0 ||
          collected.endedAt !== undefined ||
          now - collected.watchTold >= (this.#options.watchEvery ?? 0);
        if (isDue) collected.watchTold = now;
        const watches = isDue ? deeds.watch(name.key, name.pod, this.#source, this.#aside(collected)) : [];
        const batch = { observations, watches, detections: [] };
        const place = containerKey(name.key);
        const others = batches.get(place);
        if (others === undefined) batches.set(place, [batch]);
        else others.push(batch);
      }
      const late = collected.endedAt !== undefined && now - collected.endedAt > this.#options.patience;
      if (name === undefined && late) this.#nameless += 1;
      if (collected.endedAt !== undefined && (name !== undefined || late)) this.#containers.delete(id);
    }
    return together(batches);
  }

  #aside({ peaking, since }: Collected): Pick<Watch, "losses" | "peaks"> {
    const peaks = peaking?.peaks();
    const losses = this.#losses.filter(({ to }) => to >= since);
    return { ...(peaks === undefined ? {} : { peaks }), ...(losses.length === 0 ? {} : { losses }) };
  }

  #measure(collected: Collected, now: number): void {
    const peaking = this.#peakingOf(collected, now);
    if (peaking?.isDue(now) === true) peaking.take(this.#use(collected.container), now);
  }

  #use(container: ContainerId): Use | undefined {
    return this.#options.measure?.(container);
  }

  #peakingOf(collected: Collected, now: number): Peaking | undefined {
    if (this.#options.measure === undefined) return undefined;
    const { deeds, fromStart } = collected;
    return (collected.peaking ??= new Peaking(Math.min(deeds.first ?? now, now), fromStart));
  }

  /** Whoever was told has lost it: the next batch holds everything that is kept. */
  tellAgain(): void {
    for (const collected of this.#containers.values()) {
      collected.deeds.tellAgain();
      collected.watchTold = -Infinity;
    }
  }

  untold(): Untold {
    return { nameless: this.#nameless, crowded: this.#crowded };
  }

  /** The first program that is the container's own is its entry point. */
  #begin(record: Extract<RawRecord, { kind: "exec" }>, collected: Collected): void {
    this.#lineage.began(record, redactedText(record.path));
    const { fromStart, deeds } = collected;
    if ((record.flags & flag.beforeEntrypoint) !== 0 || !fromStart || collected.entry !== undefined) return;
    collected.entry = record.process;
    deeds.fromStart = true;
  }

  #of(container: ContainerId, fromStart: boolean, now: number): Collected | undefined {
    const known = this.#containers.get(container.id);
    if (known !== undefined) return known;
    const { most } = this.#options;
    if (this.#containers.size >= most) {
      if (!this.#turnedAway.has(container.id) && this.#turnedAway.size < mostTurnedAway) {
        this.#turnedAway.add(container.id);
        this.#crowded += 1;
      }
      return undefined;
    }
    const made = {
      container,
      deeds: new Deeds(),
      fromStart,
      since: textOf(now),
      calls: new Set<number>(),
      entry: undefined,
      endedAt: undefined,
      watchTold: -Infinity,
      peaking: undefined,
    };
    this.#containers.set(container.id, made);
    return made;
  }

  #millisecondsOf(record: RawRecord): number {
    return Math.round(this.#options.bootedAt + Number(record.time) / 1e6);
  }
}

/** Replicas are joined. Of different workloads nothing of one is in another's: joining them would cost more than all else. */
function together(batches: ReadonlyMap<string, readonly Seen[]>): Seen {
  const all = [...batches.values()].map((list) => (list.length === 1 ? list[0]! : joinSeen(list)));
  return {
    observations: all.flatMap(({ observations }) => observations),
    watches: all.flatMap(({ watches }) => watches),
    detections: [],
  };
}

function textOf(time: number): string {
  return new Date(time).toISOString();
}

/** Losses no further apart than this (milliseconds) are told as one. */
const oneLoss = 10_000;
const sparedKinds: Readonly<Record<Spared, readonly ObservationKind[]>> = {
  reads: ["file"],
  programs: ["exec", "exit"],
};
/** More cannot run on a node at a time. */
const mostTurnedAway = 100_000;
const removed = 2;
