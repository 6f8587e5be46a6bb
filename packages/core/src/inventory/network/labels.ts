/** Label selectors where some labels may not be known: yes, no, or why it cannot be told. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { matchesSelector } from "../selector.ts";
import type { Match } from "./match.ts";

/** Labels, and which of those that are absent may yet be set. */
export interface Labels {
  readonly values: { readonly [key: string]: string };
  /** Why a label that is not in `values` may be set nevertheless; `undefined` where its absence is known. */
  readonly doubt?: (key: string) => string | undefined;
}

/**
 * Matches a LabelSelector. A requirement on a label that may be set by others is a doubt, unless another requirement
 * already fails. An empty selector selects everything, as does a missing one: callers that mean "nothing" by a missing
 * selector do not ask.
 */
export function selects(selector: JsonObject | undefined, labels: Labels): Match {
  if (selector === undefined) return true;
  const { doubt } = labels;
  if (doubt === undefined) return matchesSelector(selector, labels.values);
  let open: string | undefined;
  for (const requirement of requirementsOf(selector)) {
    const unsure = Object.hasOwn(labels.values, requirement.key) ? undefined : doubt(requirement.key);
    if (unsure !== undefined) open ??= unsure;
    else if (!matchesSelector(requirement.selector, labels.values)) return false;
  }
  return open ?? true;
}

/** Each requirement of a selector as a selector of its own, with the label it asks for. */
export function requirementsOf(
  selector: JsonObject,
): readonly { readonly key: string; readonly selector: JsonObject }[] {
  const { matchLabels, matchExpressions } = selector;
  const pairs = isJsonObject(matchLabels) ? Object.entries(matchLabels) : [];
  const expressions = isJsonArray(matchExpressions) ? matchExpressions : [];
  return [
    ...pairs.map(([key, value]) => ({ key, selector: { matchLabels: { [key]: value } } })),
    ...expressions.map((entry) => ({ key: keyOf(entry), selector: { matchExpressions: [entry] } })),
  ];
}

function keyOf(expression: Json): string {
  return isJsonObject(expression) && typeof expression["key"] === "string" ? expression["key"] : "";
}

/** Labels that controllers set on the pods they make, so that a template cannot tell them. */
const controllerLabels: ReadonlySet<string> = new Set([
  "pod-template-hash", // ReplicaSet of a Deployment
  "controller-revision-hash", // DaemonSet, StatefulSet
  "pod-template-generation", // DaemonSet
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "job-name",
  "controller-uid",
  "batch.kubernetes.io/job-name",
  "batch.kubernetes.io/controller-uid",
  "batch.kubernetes.io/job-completion-index",
]);

export function templateDoubt(key: string): string | undefined {
  return controllerLabels.has(key) ? `label ${key} is set by the controller that makes the pod` : undefined;
}
