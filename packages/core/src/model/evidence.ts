/** What observations say of a claim, and what they could not have seen. */
import type { Observation } from "./observation.ts";

export type EvidenceState = "observed" | "not-observed" | "unknown";

export interface Evidence {
  readonly claim: string;
  readonly state: EvidenceState;
  readonly witnesses: readonly Observation[];
  readonly coverage: EvidenceCoverage;
}

/** What was watched while the evidence was gathered. Durations in hours. */
export interface EvidenceCoverage {
  readonly sensors: readonly string[];
  readonly startupSeen: boolean;
  readonly replicasSeen: number;
  readonly replicasTotal: number;
  readonly hours: number;
  readonly weekdays: number;
  readonly cronCycles: number;
  readonly rolloutsSince: number;
  readonly drops: number;
  /** Kinds of behaviour that no attached sensor can see. */
  readonly blindKinds: readonly string[];
}
