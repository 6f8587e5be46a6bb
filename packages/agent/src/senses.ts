/** The shape of a way to sense: what it sees and does not, what waits in it, and what it lost. */
import type { ObservationKind, Sight } from "@plimsoll/core";
import type { ContainerId, Hierarchy } from "./containers.ts";
import type { Glance } from "./glance.ts";
import type { RawRecord } from "./record.ts";

/** A container's record. */
export interface Told {
  readonly record: RawRecord;
  readonly container?: ContainerId;
  /** Whether its cgroup was made while we looked, so that its first process was seen. */
  readonly fromStart: boolean;
  /** Of a file's record, where it was looked at before it was read: what knows the next one like it again. */
  readonly glance?: Glance;
}

/** Whether a behaviour was folded at a glance, so that its record need not be read. */
export type Again = (container: ContainerId, glance: Glance) => boolean;

export type TierName = "ebpf" | "fanotify" | "proc" | "none";

/** Open while it looks. */
export interface Senses {
  readonly tier: TierName;
  /** Kinds that are not named it cannot see: they are unknown, never absent. */
  readonly sight: { readonly [Kind in ObservationKind]?: Sight };
  /** What it does not see, in words. */
  readonly blind: readonly string[];
  /** Hands on what waits and what `again` does not know, at most `limit` records, and returns how many there were. */
  drain(take: (told: Told) => void, limit: number, again?: Again): number;
  /** Events lost so far, and those that could not be read. */
  lost(): number;
  close(): void;
}

export interface SenseOptions {
  readonly hierarchy: Hierarchy;
  /** Cgroups to watch although no container runtime made them, and then nothing else. */
  readonly only?: ReadonlySet<bigint>;
  readonly processors: number;
  /** The agent's own process. */
  readonly process: number;
  /** Where the node's /proc is. */
  readonly proc: string;
  /** Whether system calls are recorded. */
  readonly recordCalls: boolean;
}
