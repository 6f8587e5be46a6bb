/** Label selectors as Kubernetes matches them: every requirement must hold. */
import { isJsonArray, isJsonObject, type Json } from "../model/json.ts";

type Labels = { readonly [key: string]: string };

const none: Labels = {};

/** A plain map selector, as of a Service. An empty or missing one selects nothing. */
export function matchesMap(selector: Json | undefined, labels: Labels = none): boolean {
  if (!isJsonObject(selector)) return false;
  const keys = Object.keys(selector);
  for (const key of keys) if (!Object.hasOwn(labels, key) || labels[key] !== selector[key]) return false;
  return keys.length > 0;
}

/** A LabelSelector with `matchLabels` and `matchExpressions`. An empty one selects everything, a missing one nothing. */
export function matchesSelector(selector: Json | undefined, labels: Labels = none): boolean {
  if (!isJsonObject(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  if (isJsonObject(matchLabels)) {
    for (const [key, value] of Object.entries(matchLabels)) {
      if (!Object.hasOwn(labels, key) || labels[key] !== (value ?? "")) return false;
    }
  }
  return !isJsonArray(matchExpressions) || matchExpressions.every((expression) => holds(expression, labels));
}

function holds(expression: Json, labels: Labels): boolean {
  if (!isJsonObject(expression)) return false;
  const { key, operator, values } = expression;
  if (typeof key !== "string") return false;
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const listed = isJsonArray(values) && value !== undefined && values.includes(value);
  if (operator === "In") return listed;
  if (operator === "NotIn") return !listed;
  if (operator === "Exists") return value !== undefined;
  return operator === "DoesNotExist" && value === undefined;
}
