/** What the pipeline is given, and what it offers to the rest of the service. */
import type { Change as Handed, Clock, ServerFacts } from "@plimsoll/cluster";
import type { AttackLibrary, DetectionReport, Edit, Seen, Snapshot } from "@plimsoll/core";
import type { Log } from "../log.ts";
import type { Outline } from "../overview/outline.ts";
import type { OpenOverview } from "../overview/overview.ts";
import type { Settings } from "../settings/settings.ts";
import type { NewEntry } from "../store/outbox.ts";
import type { Store } from "../store/store.ts";
import type { Given, GivenChange } from "./given.ts";
import type { Present } from "./present.ts";
import type { Turn } from "./said.ts";

export interface PipelineOptions {
  readonly cluster: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly facts: ServerFacts;
  readonly settings: () => Settings;
  readonly toolVersion: string;
  readonly log: Log;
  /** What notifiers are to tell; `first` where the cluster was never seen before. */
  readonly noticesOf: (turns: readonly Turn[], first: boolean, at: number) => readonly NewEntry[];
  /** What notifiers are to tell of detections that were not known before. */
  readonly alarmsOf: (detections: readonly DetectionReport[], at: number) => readonly NewEntry[];
  /** After each batch that the store acknowledged. */
  readonly onCommitted: (sequence: number) => void;
  /** What it judges by, beside controls of one's own; default: all that Plimsoll knows. */
  readonly library?: AttackLibrary;
  /** Where the whole cluster is looked at; default: here, between two steps. */
  readonly openOverview?: OpenOverview;
}

export interface Pipeline {
  readonly take: (changes: readonly Handed[]) => void;
  /**
   * Takes in what agents saw and what was handed in of images; the same batch twice counts once. Resolves once the store has acknowledged what it holds;
   * rejects with an `ObserveError` where this replica does not lead, or ends before: then send it again, to whoever leads.
   */
  readonly observe: (batch: Seen, images?: readonly GivenChange[]) => Promise<void>;
  /** Everything that can be seen was seen: from here on it is judged. */
  readonly begin: () => void;
  /** Judges anew though nothing changed: settings did, or time passed. */
  readonly again: () => void;
  /**
   * Forgets what was seen of workloads that are gone, where nothing was told of them after this sequence, and images that
   * no workload runs; who does not lead forgets nothing.
   */
  readonly forget: (upTo: number | undefined) => void;
  /** From here on it alone writes; `undefined`: another does. */
  readonly lead: (term: number | undefined) => void;
  /** Of the last report, what it says beyond findings: as of its revision, and may be behind. */
  readonly outline: () => Outline | undefined;
  /** The last report as a page; absent where who looks at the whole cluster was lost and has not told anew. */
  readonly page: () => Promise<string | undefined>;
  /** What is proposed for an object, by its key: of its findings as they are judged now, of paths as they were last reported. */
  readonly proposedFor: (key: string) => readonly Edit[];
  /** Whether this finding fails as it was last judged. */
  readonly isFailing: (id: string) => boolean;
  /** What happened and should not, the gravest first, as the store was told of it last: it waits for no report. */
  readonly detections: () => readonly DetectionReport[];
  readonly standing: () => Standing;
  readonly present: Present;
  /** What was handed in of images. */
  readonly given: Omit<Given, "put" | "parts">;
  readonly snapshot: () => Snapshot;
  readonly status: () => PipelineStatus;
  /** Commits what is waiting, if it may, and stops. */
  readonly stop: () => Promise<void>;
}

/** How far what is told has come. A revision counts the changes that were taken in. */
export interface Standing {
  /** Every change was taken in up to this one, and judged of single objects. */
  readonly revision: number;
  /** All findings were judged, of many objects together too, up to this one. */
  readonly findings: number;
  /** Attack paths, priorities, coverage and requirements stand for this one; absent: they were never worked out. */
  readonly report?: number;
}

export interface PipelineStatus extends Standing {
  readonly judged: number;
  readonly committed: number;
  readonly sequence: number;
  /** It writes. */
  readonly leads: boolean;
  /** It may write, though it may not have begun to. */
  readonly elected: boolean;
  /** Milliseconds since 1970. */
  readonly judgedAt?: number;
  readonly committedAt?: number;
  /** Milliseconds that the last judgement took. */
  readonly took: number;
  /** Changes that were not judged yet. */
  readonly waiting: number;
  /** Who looks at the whole cluster: how often it ended by itself, and why, until it has told of it again. */
  readonly overview: { readonly losses: number; readonly lost?: string };
  /** Why the last commit failed; absent once one succeeded. */
  readonly trouble?: string;
}

export class ObserveError extends Error {
  readonly code = "does-not-lead";
  override readonly name = "ObserveError";
}
