/** An edit that was made and is followed, and what became of it: shapes only. */
import type { Seen } from "../../evidence/merge.ts";
import type { Severity } from "../../model/finding.ts";
import type { Json } from "../../model/json.ts";
import type { PatchOperation } from "../../model/operation.ts";
import type { Resource, ResourceRef } from "../../model/resource.ts";
import type { Missing, VerdictKind } from "../../model/verdict.ts";

/** A field that the change set, as `fieldOf` names it. */
export interface FollowedField {
  readonly field: string;
  readonly container?: string;
}

/** What stands in the template now, by which pods that run with the change are known; null: nothing stands there. */
export interface ChangedValue {
  /** As `touchedBy` writes it: `container.securityContext.readOnlyRootFilesystem`. */
  readonly path: string;
  readonly container?: string;
  readonly value: Json;
}

/** An edit that somebody made, and what it takes to judge what became of it. */
export interface Followed {
  readonly id: string;
  readonly edit: string;
  readonly title: string;
  readonly severity: Severity;
  readonly resource: ResourceRef;
  /** Ids of the findings that it resolved. */
  readonly resolved: readonly string[];
  /** When the change was noticed, RFC 3339, and until when it is watched. */
  readonly since: string;
  readonly until: string;
  readonly fields: readonly FollowedField[];
  readonly changed: readonly ChangedValue[];
  /** Takes the change back. */
  readonly undo: readonly PatchOperation[];
  /** What had been said of the edit before it was made. */
  readonly promised?: VerdictKind;
  /** Field manager that made it, where that is told. */
  readonly by?: string;
}

/**
 * `confirmed`: the window passed and no sign was seen in a pod that runs with it. `blamed`: a sign that one of its fields
 * breaks by. `taken-back`: the fields are not as the edit set them any more. `unknown`: the window passed and nobody could
 * look, or no pod ever ran with it.
 */
export type FollowupState = "watching" | "confirmed" | "blamed" | "taken-back" | "unknown";

export type SignKind =
  | "restart"
  | "crash-loop"
  | "not-created"
  | "image"
  | "not-ready"
  | "out-of-memory"
  | "file-refused"
  | "capability-refused"
  | "connection-refused"
  | "request-refused";

/** Something that went wrong with it. */
export interface Sign {
  readonly kind: SignKind;
  /** The field it is tied to; the first of the edit's where it could be any. */
  readonly field: string;
  readonly pod: string;
  readonly container?: string;
  /** RFC 3339; absent where no time is told. */
  readonly at?: string;
  /** One line. */
  readonly text: string;
}

/** What was looked at. */
export type Looked = "pod-status" | "observations";

export interface FollowupOutcome {
  readonly state: FollowupState;
  /** In full sentences. */
  readonly text: string;
  readonly signs: readonly Sign[];
  /** Pods that run with the change. */
  readonly pods: number;
  readonly looked: readonly Looked[];
  readonly missing: readonly Missing[];
  /** Of what was taken back: it had been confirmed before. */
  readonly was?: "confirmed";
}

export interface Sighting {
  /** RFC 3339. */
  readonly now: string;
  /** The changed object as it is; absent: it is gone. */
  readonly object: Resource | undefined;
  /** Pods of the workload with their whole status; absent: they could not be read. */
  readonly pods: readonly Resource[] | undefined;
  /** What was seen of the workload, of whatever time. */
  readonly seen: Seen;
}

/** Not ready for longer than this (milliseconds), and a probe is to blame. */
export const readyWithin = 60_000;

/** How often edits of a field were confirmed, and how often blamed. */
export interface FieldRecord {
  readonly field: string;
  readonly confirmed: number;
  readonly blamed: number;
}
