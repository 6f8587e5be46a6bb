/** What observations say of a claim, and what they could not have seen. */
import type { Observation, ObservationKind, Sight, WatchedKind } from "./observation.ts";

export type EvidenceState = "observed" | "not-observed" | "unknown";

/** A claim, and what was seen for it. `not-observed` only where the coverage is complete; else it is `unknown`. */
export interface Evidence {
  readonly claim: string;
  readonly state: EvidenceState;
  readonly witnesses: readonly Observation[];
  readonly coverage: EvidenceCoverage;
}

/** How well one kind of behaviour of one container was watched. */
export interface EvidenceCoverage {
  readonly kind: WatchedKind;
  /** Ids of the sensors that see this kind and watched. */
  readonly sensors: readonly string[];
  /** The best of them; `none`: nobody who sees this kind watched. */
  readonly sight: Sight | "none";
  /** A replica was watched from its first process on. */
  readonly startupSeen: boolean;
  /** Of the replicas that there are now, those watched. */
  readonly replicasSeen: number;
  /** Absent: it is not known how many there are, or they come and go (jobs). */
  readonly replicasTotal?: number;
  /** RFC 3339; absent: never watched. */
  readonly since?: string;
  readonly until?: string;
  /** Hours in which any replica was watched. */
  readonly hours: number;
  /** Days of the week (UTC), of seven. */
  readonly weekdays: number;
  /** Runs of its schedule that were watched; absent where it has none. */
  readonly cronCycles?: number;
  /** Rollouts since the watch began. */
  readonly rolloutsSince: number;
  /** Events that the sensors say they lost. */
  readonly drops: number;
  /** Events that came in and whose behaviour was not kept. */
  readonly shed: number;
  /** What keeps "never seen" from meaning "does not do"; the gravest first. */
  readonly lacks: readonly Lack[];
  /** No lack that counts: what was not seen may be taken as not done. */
  readonly complete: boolean;
}

export type LackId =
  | "no-sensor" // nobody watched the container at all
  | "blind" // who watched does not see this kind of behaviour
  | "partial" // sensors that see only what they were told to look for
  | "other-image" // seen under another image than the one that runs
  | "image-untold" // no sensor says which image it was
  | "start-up" // attached late
  | "replicas"
  | "hours"
  | "weekdays"
  | "schedule" // too few runs of a CronJob
  | "drops"
  | "shed"
  | "stale"; // the last watch ended long ago

/** One thing that was not seen, and what would show it. */
export interface Lack {
  readonly id: LackId;
  /** One line: `start-up not seen (attached late)`. */
  readonly text: string;
  /** One imperative line: a command, or what to wait for. */
  readonly remedy: string;
  /** False: told, and no reason to call what was not seen unknown. */
  readonly counts: boolean;
}

/** What could not have been seen of one container, for each kind of behaviour. */
export interface Ledger {
  readonly kinds: { readonly [Kind in ObservationKind]: EvidenceCoverage };
  /** Kinds of behaviour that no attached sensor can see. */
  readonly blindKinds: readonly ObservationKind[];
}

/** From where on it is enough: under it, what was not seen may yet be done. */
export interface Enough {
  readonly hours: number;
  readonly weekdays: number;
  /** Runs of a schedule. */
  readonly cycles: number;
  /** A watch that ended longer ago than this (hours) says nothing of today. */
  readonly stale: number;
}

/** From where on "never seen" is taken for "does not do". `docs/decisions` says why these. */
export interface Thresholds extends Enough {
  /** So many replicas stand for all. */
  readonly replicas: number;
}
