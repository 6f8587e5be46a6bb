/** Reading raw policies: absent and null are the same, as they are to the API server. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";
import { lastPort } from "../port.ts";

/** Why a part is not judged: it holds something that is not understood here. */
export const notUnderstood = "holds a field that is not understood here";
export const refusedByServer = "is not valid, so that the API server would refuse it";

export function objectAt(parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key];
  return isJsonObject(value) ? value : undefined;
}

/** The entries of a list as objects; a null entry is an empty one, anything else that is no object is left out. */
export function objectsAt(parent: JsonObject, key: string): readonly JsonObject[] {
  const value = parent[key];
  if (!isJsonArray(value)) return [];
  return value.flatMap((entry) => (entry === null ? [{}] : isJsonObject(entry) ? [entry] : []));
}

export function stringsAt(parent: JsonObject, key: string): readonly string[] {
  const value = parent[key];
  return isJsonArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

export function isPresent(parent: JsonObject, key: string): boolean {
  return parent[key] !== undefined && parent[key] !== null;
}

/** The keys that are set and not among those known. */
export function strangers(object: JsonObject, known: readonly string[]): readonly string[] {
  return Object.keys(object).filter((key) => isPresent(object, key) && !known.includes(key));
}

export function isPortNumber(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= lastPort;
}

/** JSON with sorted keys: equal selectors have equal text. */
export function canonical(value: Json | undefined): string {
  if (isJsonArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).filter((key) => isPresent(value, key));
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(",")}}`;
}
