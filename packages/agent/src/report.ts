/** What the agent hands on with each batch, and how. */
import type { Seen } from "@plimsoll/core";
import type { TierName } from "./senses.ts";
import type { Refusal } from "./tier.ts";

/** What the agent says of itself with each batch. */
export interface AgentReport {
  readonly tier: TierName;
  readonly refused: readonly Refusal[];
  readonly blind: readonly string[];
  /** Events that the senses lost, exactly or at most, and records of theirs that could not be read. */
  readonly lost: number;
  /** Behaviours that were left out while containers made it work too hard. */
  readonly spared: number;
  /** Containers whose names nobody told in time, and those beyond the limit. */
  readonly nameless: number;
  readonly crowded: number;
  /** Batches that were not accepted, one after another. */
  readonly failures: number;
  /** Behaviours given up because batches were not accepted for too long. */
  readonly givenUp: number;
}

/** Resolves with `again` where whoever takes it has lost what it was told before. */
export type Ship = (batch: Seen, report: AgentReport) => Promise<void | { readonly again: boolean }>;
