/** The tables: their columns, and which of them each row's checksum covers. Every row belongs to a cluster. */
import type { Generated, Kysely } from "kysely";

export type Engine = "sqlite" | "postgresql";

/** An open database and what it is. */
export interface Sql {
  readonly db: Kysely<Tables>;
  readonly engine: Engine;
}

export interface Tables {
  readonly meta: { readonly key: string; readonly value: string };
  readonly clusters: ClusterRow;
  readonly tallies: {
    readonly cluster: string;
    readonly name: string;
    readonly rows: number;
    readonly mix: number;
  };
  readonly positions: PositionRow;
  readonly batches: BatchRow;
  readonly versions: VersionRow;
  readonly results: ResultRow;
  readonly bodies: BodyRow;
  readonly history: HistoryRow;
  readonly scores: ScoreRow;
  readonly documents: DocumentRow;
  readonly outbox: OutboxRow;
  readonly losses: LossRow;
}

export interface ClusterRow {
  readonly cluster: string;
  readonly sequence: number;
  readonly at: number;
  readonly term: number;
  readonly rebuild: number;
  readonly sum: number;
}

export interface PositionRow {
  readonly cluster: string;
  readonly kind: string;
  readonly resource_version: string;
  readonly sum: number;
}

export interface BatchRow {
  readonly cluster: string;
  readonly sequence: number;
  readonly at: number;
  readonly term: number;
  readonly digest: string;
  readonly history: number;
  readonly sum: number;
}

/** A part as it was from the batch `began` until before the batch `ended`; null while it is current. */
export interface VersionRow {
  readonly cluster: string;
  readonly part: string;
  readonly key: string;
  readonly began: number;
  readonly ended: number | null;
  readonly uid: string;
  readonly resource_version: string;
  /** Digest of the JSON, which tells whether a part changed. */
  readonly content: string;
  /** CRC-32 of `body`. */
  readonly body_sum: number;
  /** Zstandard of the JSON. */
  readonly body: Uint8Array;
  readonly sum: number;
}

export interface ResultRow {
  readonly cluster: string;
  readonly id: string;
  readonly control: string;
  readonly outcome: string;
  /** Index into core's `severities`: 0 is the worst. */
  readonly severity: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly workload: string;
  readonly edit: string;
  readonly place: string;
  readonly team: string;
  /** The exception's id, or empty. */
  readonly exception: string;
  readonly first_seen: number;
  readonly last_changed: number;
  /** Lower case; what a search looks through. */
  readonly haystack: string;
  /** Digest of what the result says, as people read it. */
  readonly said: string;
  /** Digest of all of it. */
  readonly content: string;
  readonly sum: number;
}

/** The result itself, apart, so that what lists and counts reads less. */
export interface BodyRow {
  readonly cluster: string;
  readonly id: string;
  readonly body: string;
}

export interface HistoryRow {
  readonly cluster: string;
  readonly sequence: number;
  readonly ordinal: number;
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly control: string;
  readonly namespace: string;
  readonly severity: number;
  readonly because: string;
  /** JSON of the change, or empty. */
  readonly cause: string;
  readonly sum: number;
}

export interface ScoreRow {
  readonly cluster: string;
  readonly framework: string;
  readonly sequence: number;
  readonly at: number;
  readonly body: string;
  readonly sum: number;
}

export interface DocumentRow {
  /** Always `""`: documents hold for all clusters. */
  readonly cluster: string;
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly at: number;
  readonly author: string;
  /** JSON; empty once it is removed, so that its version is not given again. */
  readonly body: string;
  readonly sum: number;
}

export interface OutboxRow {
  readonly id: Generated<number>;
  readonly channel: string;
  readonly dedup: string;
  readonly cluster: string;
  readonly body: string;
  readonly state: string;
  readonly attempts: number;
  readonly due_at: number;
  readonly added_at: number;
  readonly last_error: string;
  readonly sum: number;
}

export interface LossRow {
  readonly id: Generated<number>;
  readonly at: number;
  readonly what: string;
  readonly rows: number | null;
  readonly because: string;
  readonly rebuilt: number;
}

/** Columns under each row's checksum, its key first. */
export const sealed = {
  clusters: ["cluster", "sequence", "at", "term", "rebuild"],
  positions: ["cluster", "kind", "resource_version"],
  batches: ["cluster", "sequence", "at", "term", "digest", "history"],
  versions: ["cluster", "part", "key", "began", "ended", "uid", "resource_version", "content", "body_sum"],
  results: [
    "cluster",
    "id",
    "control",
    "outcome",
    "severity",
    "kind",
    "namespace",
    "name",
    "workload",
    "edit",
    "place",
    "team",
    "exception",
    "first_seen",
    "last_changed",
    "haystack",
    "said",
    "content",
  ],
  history: [
    "cluster",
    "sequence",
    "ordinal",
    "id",
    "at",
    "kind",
    "control",
    "namespace",
    "severity",
    "because",
    "cause",
  ],
  scores: ["cluster", "framework", "sequence", "at", "body"],
  documents: ["cluster", "kind", "id", "version", "at", "author", "body"],
  outbox: ["channel", "dedup", "cluster", "body", "state", "attempts", "due_at", "added_at", "last_error"],
} as const satisfies { readonly [T in keyof Tables]?: readonly (keyof Tables[T])[] };

export type Sealed = keyof typeof sealed;

/** How many columns at the head of `sealed` are the row's key, by which it is paged and written over. */
export const keyLength: { readonly [T in Sealed]: number } = {
  clusters: 1,
  positions: 2,
  batches: 2,
  versions: 4,
  results: 2,
  history: 3,
  scores: 3,
  documents: 3,
  outbox: 2,
};
