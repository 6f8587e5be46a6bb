/**
 * The shape of the store: current findings, the history of each, resources as they were at any time, scores, accepted
 * settings and the notifiers' queue. Two engines stand behind it, one contract suite holds both. Nothing here is ever
 * written to etcd. A store answers what was acknowledged or says that it cannot; it never guesses.
 */
import type { FrameworkScore, Result, Snapshot } from "@plimsoll/core";
import type { Acknowledgement, Batch, Change, Part, Place } from "./batch.ts";
import type { FindingQuery, GroupKey, Page, Group, Visible } from "./query.ts";
import type { Entry, NewEntry } from "./outbox.ts";
import type { Loss } from "./error.ts";

export interface Store {
  /**
   * All of the batch or nothing, flushed before it resolves. The same batch again changes nothing and is answered
   * `repeated`. Rejects with a `StoreError`; after `full` or `unavailable` the same batch may be sent again.
   */
  readonly commit: (batch: Batch) => Promise<Acknowledgement>;
  /** Where a writer goes on: the last acknowledged sequence and positions of a cluster; undefined for a new one. */
  readonly standing: (cluster: string) => Promise<Standing | undefined>;
  readonly clusters: () => Promise<readonly string[]>;
  /** Current resources, images and sightings in pages, ordered by key: what a start compares with a fresh list. */
  readonly parts: (
    cluster: string,
    part: Part,
    after?: string,
    limit?: number,
  ) => Promise<readonly StoredPart[]>;

  readonly findings: (query: FindingQuery) => Promise<Page<StoredResult>>;
  readonly groups: (query: FindingQuery, by: GroupKey) => Promise<readonly Group[]>;
  /** Undefined where there is none, or none that `visible` lets be seen. */
  readonly finding: (cluster: string, id: string, visible?: Visible) => Promise<StoredResult | undefined>;
  /** Oldest first; stays after the finding is gone, for as long as settings keep history. */
  readonly history: (cluster: string, id: string, visible?: Visible) => Promise<readonly HistoryEntry[]>;
  /** What happened in a cluster after a sequence, oldest first: for live answers and for catching up. */
  readonly historySince: (
    cluster: string,
    sequence: number,
    limit: number,
    visible?: Visible,
  ) => Promise<readonly HistoryEntry[]>;
  /** Both ends included; a row wherever a framework's counts changed, and the one that held when the range began. */
  readonly scores: (cluster: string, range: Range, framework?: string) => Promise<readonly ScoreEntry[]>;
  /** The state after the last batch at or before a time (milliseconds since 1970); undefined before the first. */
  readonly snapshotAt: (cluster: string, at: number) => Promise<PastSnapshot | undefined>;

  readonly documents: (kind: string) => Promise<readonly StoredDocument[]>;
  /**
   * Writes what was accepted through the API. `expected` is the version that the writer saw, 0 for none: another is
   * refused as `conflict`, unless what stands is what is asked for, by the same author. Without `body` the document is removed.
   */
  readonly putDocument: (change: DocumentChange) => Promise<StoredDocument>;

  readonly outbox: Outbox;
  /** Deletes what settings no longer keep; nothing while the clock has leapt ahead and has not held (`ahead`). */
  readonly retain: (retention: Retention) => Promise<Retained>;
  /** Reads every row and index and compares their checksums. */
  readonly verify: () => Promise<readonly Loss[]>;
  readonly health: () => Promise<Health>;
  readonly close: () => Promise<void>;
}

/** The notifiers' durable queue. */
export interface Outbox {
  /** Resolves with how many were new: an entry whose channel and `dedup` are in the queue, delivered ones included, is none. */
  readonly add: (entries: readonly NewEntry[]) => Promise<number>;
  /** Due entries, oldest due first, hidden from others until `lease` milliseconds have passed. */
  readonly claim: (channel: string | undefined, limit: number, lease: number) => Promise<readonly Entry[]>;
  readonly delivered: (ids: readonly number[]) => Promise<void>;
  /** The next try is less than a day off: what is due later still is taken for the work of a clock that was set back. */
  readonly failed: (id: number, because: string, next: { readonly at: number } | "give-up") => Promise<void>;
  readonly counts: () => Promise<{
    readonly waiting: number;
    readonly delivered: number;
    readonly dead: number;
  }>;
}

export interface Standing {
  readonly cluster: string;
  readonly sequence: number;
  /** Milliseconds since 1970, as the batch said. */
  readonly at: number;
  readonly term: number;
  /** Last acknowledged resource version of each watched kind. */
  readonly positions: { readonly [kind: string]: string };
  /** True where rows were lost: findings are incomplete until a batch marked `whole` has been committed. */
  readonly rebuild: boolean;
}

export interface StoredPart {
  readonly key: string;
  readonly value: unknown;
  /** The sequence of the batch that told of it as it is. */
  readonly began: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface StoredResult {
  readonly cluster: string;
  readonly result: Result;
  /** Where the report's priorities put it; absent where nowhere. */
  readonly place?: Place;
  /** Milliseconds since 1970, from batches. */
  readonly firstSeen: number;
  readonly lastChanged: number;
}

/**
 * `opened`: fails where it did not. `changed`: fails still, and says something else. `excepted`, `exception-ended`:
 * accepted, or no longer. `fixed`: passes or does not apply now. `gone`: its place is gone. `lost`: can no longer be told.
 */
export type HistoryKind = "opened" | "changed" | "excepted" | "exception-ended" | "fixed" | "gone" | "lost";

export interface HistoryEntry {
  readonly cluster: string;
  readonly sequence: number;
  readonly at: number;
  readonly id: string;
  readonly kind: HistoryKind;
  readonly control: string;
  readonly namespace: string;
  readonly severity: Result["severity"];
  /** One sentence of the result at that time. */
  readonly because: string;
  /** What changed it, where the writer told. */
  readonly by?: Change;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface ScoreEntry extends FrameworkScore {
  readonly at: number;
  readonly sequence: number;
}

export interface PastSnapshot {
  readonly snapshot: Snapshot;
  readonly sequence: number;
  /** When the state began that is shown. */
  readonly at: number;
  /** False where retention has thinned that time, and the state is that of the nearest kept instant before it. */
  readonly exact: boolean;
}

export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly at: number;
  readonly author: string;
  /** Absent in the answer to a removal. */
  readonly body?: unknown;
}

export interface DocumentChange {
  readonly kind: string;
  readonly id: string;
  readonly expected: number;
  readonly author: string;
  readonly body?: unknown;
}

export interface Retention {
  /** History of findings, scores and deliveries. */
  readonly historyDays: number;
  /** Every state of the cluster is kept for so long … */
  readonly exactDays: number;
  /** … and before that one a day (the last of each UTC day), so many of them. */
  readonly dailySnapshots: number;
}

export interface Retained {
  readonly history: number;
  readonly scores: number;
  readonly versions: number;
  readonly deliveries: number;
  readonly batches: number;
  /** By cluster: what was told up to this sequence is older than history is kept. Absent where nothing is. */
  readonly told?: { readonly [cluster: string]: number };
  /** Milliseconds that the clock is ahead of the last that was believed: nothing was deleted. Absent where it is believed. */
  readonly ahead?: number;
}

export interface Health {
  readonly engine: "sqlite" | "postgresql";
  readonly schema: number;
  /** False after a write failed, until one succeeds. */
  readonly writable: boolean;
  /** One line, where it is not well. */
  readonly because?: string;
  /** Bytes on disk, where the engine tells. */
  readonly bytes?: number;
  /** Commits that wait. */
  readonly waiting: number;
  /** What was found damaged since the store was made, and what became of it. */
  readonly losses: readonly Loss[];
}
