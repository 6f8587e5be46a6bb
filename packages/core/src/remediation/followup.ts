/**
 * What became of an edit that was made: the signs that its fields are known to break by, looked for in the pods that run
 * with it and in what was seen of them since. May not confirm what nobody looked at, and blames no edit for what was so before.
 */
import type { Seen } from "../evidence/merge.ts";
import type { Severity } from "../model/finding.ts";
import type { Json } from "../model/json.ts";
import type { PatchOperation } from "../model/operation.ts";
import type { Resource, ResourceRef } from "../model/resource.ts";
import type { Missing, VerdictKind } from "../model/verdict.ts";
import { runsWith, standingOf, type PodStanding } from "./followed-pods.ts";
import { saidOf, seenSigns, statusSigns } from "./signs.ts";

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

/** A confirmed edit, looked at once more: what stands there may be changed again. What is gone altogether is nobody's drift. */
export function judgeConfirmed(
  followed: Followed,
  outcome: FollowupOutcome,
  object: Resource | undefined,
): FollowupOutcome {
  if (object === undefined || runsWith(object, followed.changed)) return outcome;
  const text = saidOf(followed, "taken-back", [], outcome);
  return { ...outcome, state: "taken-back", was: "confirmed", text };
}

/** Not ready for longer than this (milliseconds), and a probe is to blame. */
export const readyWithin = 60_000;

export function judgeFollowed(followed: Followed, sighting: Sighting): FollowupOutcome {
  const { pods, seen, now } = sighting;
  const standing = (pods ?? []).filter((pod) => runsWith(pod, followed.changed)).map(standingOf);
  const names = new Set(standing.map(({ name }) => name));
  const watched = seen.watches.some(
    ({ pod, watched: times }) => names.has(pod) && times.some(({ to }) => to >= followed.since),
  );
  const looked: Looked[] = [
    ...(pods === undefined ? [] : (["pod-status"] as const)),
    ...(watched ? (["observations"] as const) : []),
  ];
  const found = { pods: standing.length, looked, missing: missingOf(pods, standing, watched) };
  const signs = [...statusSigns(followed, standing, now), ...seenSigns(followed, seen, names)];
  const state = stateOf(followed, sighting, standing, signs);
  return { ...found, state, signs, text: saidOf(followed, state, signs, found) };
}

/** The kernel is asked for capabilities that nobody needs: such a refusal alone is a sign of nothing, beside another it tells why. */
const bearable: ReadonlySet<SignKind> = new Set(["capability-refused"]);

function stateOf(
  { changed, until }: Followed,
  { object, pods, now }: Sighting,
  standing: readonly PodStanding[],
  signs: readonly Sign[],
): FollowupState {
  if (signs.some(({ kind }) => !bearable.has(kind))) return "blamed";
  if (object === undefined || !runsWith(object, changed)) return "taken-back";
  if (now < until) return "watching";
  if (pods === undefined || !standing.some(({ ready }) => ready)) return "unknown";
  return "confirmed";
}

function missingOf(
  pods: readonly Resource[] | undefined,
  standing: readonly PodStanding[],
  watched: boolean,
): readonly Missing[] {
  if (pods === undefined)
    return [{ text: "its pods could not be read", remedy: "let the service get and list pods there" }];
  if (standing.length === 0)
    return [
      { text: "no pod runs with it yet", remedy: "start one, or wait for the rollout or the next run" },
    ];
  return watched
    ? []
    : [
        {
          text: "no sensor watched its pods, so that refusals which it bears without ending are not known",
          remedy: "run the agent on their nodes",
        },
      ];
}

const anyFields: ReadonlySet<SignKind> = new Set(["restart", "crash-loop", "not-created", "not-ready"]);

/** How often edits of a field were confirmed, and how often blamed. */
export interface FieldRecord {
  readonly field: string;
  readonly confirmed: number;
  readonly blamed: number;
}

/** Of all that was followed to an end. A blamed edit counts for the fields that its signs name, a confirmed one for all its fields. */
export function recordOf(
  ended: Iterable<{ readonly followed: Followed; readonly outcome: FollowupOutcome }>,
): readonly FieldRecord[] {
  const counts = new Map<string, { confirmed: number; blamed: number }>();
  for (const { followed, outcome } of ended) {
    const { signs } = outcome;
    const state = outcome.was ?? outcome.state;
    if (state !== "confirmed" && state !== "blamed") continue;
    // An end may be any field's doing; a refusal tells whose.
    const telling = signs.filter(({ kind }) => !anyFields.has(kind));
    const named = state === "confirmed" ? followed.fields : telling.length > 0 ? telling : signs;
    for (const field of new Set(named.map((each) => each.field))) {
      const count = counts.get(field) ?? { confirmed: 0, blamed: 0 };
      count[state] += 1;
      counts.set(field, count);
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, count]) => ({ field, ...count }));
}
