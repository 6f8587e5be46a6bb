/**
 * What became of an edit that was made: the signs that its fields are known to break by, looked for in the pods that run
 * with it and in what was seen of them since. May not confirm what nobody looked at, and blames no edit for what was so before.
 */
import type { Resource } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import type {
  FieldRecord,
  Followed,
  FollowupOutcome,
  FollowupState,
  Looked,
  Sighting,
  Sign,
  SignKind,
} from "./followed.ts";
import { standsIn } from "./followed-object.ts";
import { runsWith, standingOf, type PodStanding } from "./followed-pods.ts";
import { saidOf, seenSigns, statusSigns } from "./signs.ts";

/** A confirmed edit, looked at once more: what stands there may be changed again. What is gone altogether is nobody's drift. */
export function judgeConfirmed(
  followed: Followed,
  outcome: FollowupOutcome,
  object: Resource | undefined,
): FollowupOutcome {
  if (object === undefined || standsIn(object, followed)) return outcome;
  const text = saidOf(followed, "taken-back", [], outcome);
  return { ...outcome, state: "taken-back", was: "confirmed", text };
}

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
  followed: Followed,
  { object, pods, now }: Sighting,
  standing: readonly PodStanding[],
  signs: readonly Sign[],
): FollowupState {
  if (signs.some(({ kind }) => !bearable.has(kind))) return "blamed";
  if (!standsIn(object, followed)) return "taken-back";
  if (now < followed.until) return "watching";
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
