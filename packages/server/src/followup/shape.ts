/** Edits that are followed, and what became of them: the shape of what is kept, and of what keeps it. */
import type { Change as Handed, Clock } from "@plimsoll/cluster";
import type { FieldRecord, Followed, FollowupOutcome } from "@plimsoll/core";
import type { Log } from "../log.ts";
import type { Pipeline } from "../pipeline/shape.ts";
import type { Settings } from "../settings/settings.ts";
import type { NewEntry } from "../store/outbox.ts";
import type { Store } from "../store/store.ts";
import type { ReadPods } from "./pods.ts";

/** One edit that was made, as the store keeps it. */
export interface Followup {
  readonly followed: Followed;
  readonly outcome: FollowupOutcome;
  /** Milliseconds since 1970: when it was last judged otherwise than before. */
  readonly at: number;
}

export interface FollowupOptions {
  readonly cluster: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly pipeline: Pick<
    Pipeline,
    "isFailing" | "outline" | "present" | "proposedFor" | "snapshot" | "standing" | "status"
  >;
  readonly readPods: ReadPods;
  readonly settings: () => Settings;
  readonly log: Log;
  readonly noticesOf: (followup: Followup, at: number) => readonly NewEntry[];
  /** Something was queued for notifiers. */
  readonly onNotices: () => void;
}

export interface Followups {
  /** Before the pipeline takes them: what stood there until now is remembered. */
  readonly take: (changes: readonly Handed[]) => void;
  /** The pipeline has judged: what was changed is looked at. */
  readonly judged: () => void;
  /** Newest first. */
  readonly list: () => readonly Followup[];
  /** How edits of each field fared, over all that were followed to an end. */
  readonly record: () => readonly FieldRecord[];
  /** Ends after what is under way. */
  readonly stop: () => Promise<void>;
}
