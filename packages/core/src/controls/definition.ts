/** A control or a detection of a user, read strictly: what is odd is refused with its place, and nothing is passed over or guessed. */
import { formatPath } from "../inventory/path.ts";
import { UserError } from "../model/error.ts";
import { severities, type Severity } from "../model/finding.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { Path } from "../model/resource.ts";

/** Where a value of the document stands, for people: `FILE:LINE:COLUMN`. */
export type PlaceOf = (path: Path) => string;

export type Refuse = (path: Path, expected: string) => never;

export interface Definition {
  readonly refuse: Refuse;
  /** `otherwise` stands in where the key is absent; without it the key is needed. */
  readonly text: (key: string, otherwise?: string) => string;
  /** The key with its text, or nothing where it is absent. */
  readonly optional: (key: string) => { readonly [key: string]: string };
  readonly texts: (key: string) => readonly string[];
  readonly oneOf: <T extends string>(key: string, allowed: readonly T[]) => T;
  readonly id: () => string;
  readonly severity: () => Severity;
}

/** What stands beside the keys of what is defined, as in any Kubernetes object. */
const envelope = ["apiVersion", "kind", "metadata"];

/** Throws a `UserError` (`bad-control`) at the first key that is none of `keys`. */
export function definitionOf(
  document: JsonObject,
  place: PlaceOf,
  { what, keys, hint }: { readonly what: string; readonly keys: readonly string[]; readonly hint: string },
): Definition {
  const refuse: Refuse = (path, expected) => {
    throw new UserError("bad-control", `${place(path)}: ${formatPath(document, path)}: ${expected}`, hint);
  };
  const odd = Object.keys(document).find((key) => !keys.includes(key) && !envelope.includes(key));
  if (odd !== undefined) refuse([odd], `no such key; ${what} has ${keys.join(", ")}`);
  const text = (key: string, otherwise?: string): string => {
    const value = document[key];
    if (typeof value === "string" && value.trim() !== "") return value;
    return value === undefined && otherwise !== undefined ? otherwise : refuse([key], "a text is needed");
  };
  const oneOf = <T extends string>(key: string, allowed: readonly T[]): T =>
    allowed.find((entry) => entry === document[key]) ??
    refuse([key], `one of ${allowed.join(", ")} is needed`);
  return {
    refuse,
    text,
    oneOf,
    optional: (key) => (document[key] === undefined ? {} : { [key]: text(key) }),
    texts: (key) => textsOf(document[key], [key], refuse),
    id: () => {
      const id = text("id");
      if (/^[a-z][a-z0-9-]{1,62}$/.test(id)) return id;
      return refuse(["id"], "lower-case letters, digits and dashes are needed, at most 63");
    },
    severity: () => oneOf("severity", severities),
  };
}

function textsOf(value: Json | undefined, path: Path, refuse: Refuse): readonly string[] {
  const list = value ?? [];
  return isJsonArray(list) && list.every((entry) => typeof entry === "string")
    ? (list as readonly string[])
    : refuse(path, "a list of texts is needed");
}

/** The two lists of examples, by their names; `isExample` tells whether an entry, of known keys alone, is one. */
export function examplesIn<E, const List extends string>(
  document: JsonObject,
  lists: readonly [List, List],
  shape: {
    readonly keys: readonly string[];
    readonly isExample: (entry: JsonObject) => boolean;
    readonly needed: string;
  },
  refuse: Refuse,
): { readonly [L in List]: readonly E[] } {
  const value = document["examples"] ?? {};
  const wanted = `lists \`${lists[0]}\` and \`${lists[1]}\` are needed`;
  if (!isJsonObject(value)) return refuse(["examples"], wanted);
  const odd = Object.keys(value).find((key) => !lists.some((list) => list === key));
  if (odd !== undefined) refuse(["examples", odd], wanted);
  const read = (list: List): readonly E[] => {
    const entries = value[list] ?? [];
    if (!isJsonArray(entries)) return refuse(["examples", list], "a list is needed");
    for (const [index, entry] of entries.entries()) {
      const path = ["examples", list, index];
      if (!isJsonObject(entry) || !shape.isExample(entry)) return refuse(path, shape.needed);
      onlyKeys(entry, shape.keys, path, refuse);
    }
    return entries as unknown as readonly E[];
  };
  return Object.fromEntries(lists.map((list) => [list, read(list)])) as { [L in List]: readonly E[] };
}

export function onlyKeys(object: JsonObject, keys: readonly string[], path: Path, refuse: Refuse): void {
  const odd = Object.keys(object).find((key) => !keys.includes(key));
  if (odd !== undefined) refuse([...path, odd], `no such key; there are ${keys.join(", ")}`);
}
