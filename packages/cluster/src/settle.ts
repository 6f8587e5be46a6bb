/**
 * Makes what was read what a resource may hold: entries that are null are absent, as Kubernetes decodes them;
 * credentials are markers; an integer that JavaScript cannot hold exactly is refused.
 */
import { credentialWord } from "@plimsoll/core";
import { limits, RefusedError } from "./limit.ts";
import { entryOf, setEntry, type Raw, type RawObject } from "./raw.ts";
import { redacted } from "./redact.ts";
import { offsetOf, type Spot } from "./spot.ts";

/**
 * How the strings inside are named: `named`, each by its own key (data of a ConfigMap, annotations); `arguments`, by the
 * flag before it; `plain`, by nothing, unless the key says that it is a password.
 */
type Naming = "named" | "arguments" | "plain";

/** Maps of strings, in which null means the empty string: Go decodes it so. */
const stringMaps: ReadonlySet<string> = new Set([
  "labels",
  "annotations",
  "matchLabels",
  "nodeSelector",
  "data",
  "stringData",
]);

/** Changes the object in place, and the places of its entries with it. */
export function settle(object: RawObject, spots: Spot[] | undefined): void {
  settleMapping(object, spots, "plain", 0);
}

function settleMapping(object: RawObject, spots: Spot[] | undefined, naming: Naming, depth: number): void {
  if (depth > limits.depth) throw new RefusedError("depth", `nested deeper than ${limits.depth}`);
  const pairName = entryOf(object, "name");
  let absent: string[] | undefined;
  let index = 0;
  for (const key of Object.keys(object)) {
    index += 1;
    const value = object[key]!;
    if (typeof value === "string") {
      const name =
        naming === "named"
          ? key
          : key === "value" && typeof pairName === "string"
            ? pairName
            : passwordName(key);
      const text = redacted(name, value);
      if (text !== value) setEntry(object, key, text);
    } else if (value === null) {
      (absent ??= []).push(key);
    } else if (typeof value === "object") {
      const spot = spots?.[index];
      const inner = typeof spot === "object" ? spot : undefined;
      if (Array.isArray(value)) settleList(value, inner, key === "command" || key === "args", depth + 1);
      else settleEntry(value, inner, key, depth + 1);
    } else if (typeof value === "bigint") {
      throw inexact(value, spots?.[index]);
    }
  }
  if (absent !== undefined) drop(object, spots, absent);
}

function settleEntry(value: RawObject, spots: Spot[] | undefined, key: string, depth: number): void {
  if (stringMaps.has(key)) {
    for (const name of Object.keys(value)) if (value[name] === null) setEntry(value, name, "");
  }
  settleMapping(value, spots, key === "data" || key === "annotations" ? "named" : "plain", depth);
}

function settleList(list: Raw[], spots: Spot[] | undefined, areArguments: boolean, depth: number): void {
  if (depth > limits.depth) throw new RefusedError("depth", `nested deeper than ${limits.depth}`);
  let flag = "";
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index]!;
    const spot = spots?.[index + 1];
    if (typeof value === "string") {
      const text = redacted(value.startsWith("-") ? "" : flag, value);
      if (text !== value) list[index] = text;
      flag = areArguments && /^--?[\w.-]+$/.test(value) ? value.replace(/^-+/, "") : "";
    } else if (typeof value === "bigint") {
      throw inexact(value, spot);
    } else if (typeof value === "object" && value !== null) {
      const inner = typeof spot === "object" ? spot : undefined;
      if (Array.isArray(value)) settleList(value, inner, false, depth + 1);
      else settleMapping(value, inner, "plain", depth + 1);
    }
  }
}

function passwordName(key: string): string {
  return credentialWord(key) === "password" ? key : "";
}

function inexact(value: bigint, spot: Spot | undefined): RefusedError {
  const offset = spot === undefined ? -1 : offsetOf(spot);
  return new RefusedError("number", `the integer ${value} cannot be held exactly`, offset);
}

function drop(object: RawObject, spots: Spot[] | undefined, keys: readonly string[]): void {
  if (spots !== undefined) {
    const places = Object.keys(object).map((key, index) => [key, spots[index + 1] ?? 0] as const);
    spots.length = 1;
    for (const [key, place] of places) if (!keys.includes(key)) spots.push(place);
  }
  for (const key of keys) delete object[key];
}
