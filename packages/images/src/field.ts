/** Fields of documents from outside: of the type that is asked for, or nothing. */
import type { Fields } from "./importer.ts";

export function objectAt(record: Fields | undefined, key: string): Fields | undefined {
  const value = record?.[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function textAt(record: Fields | undefined, key: string): string | undefined {
  const value = record?.[key];
  return typeof value === "string" && value !== "" && value.length <= 4_096 ? value : undefined;
}

export function objectsAt(record: Fields | undefined, key: string): readonly Fields[] {
  const value = record?.[key];
  return Array.isArray(value)
    ? value.filter(
        (entry): entry is Fields => typeof entry === "object" && entry !== null && !Array.isArray(entry),
      )
    : [];
}

export function textsAt(record: Fields | undefined, key: string): readonly string[] {
  const value = record?.[key];
  return Array.isArray(value)
    ? value.filter(
        (entry): entry is string => typeof entry === "string" && entry !== "" && entry.length <= 4_096,
      )
    : [];
}

/** What was left out, counted as it is met. */
export function createLeft(): {
  readonly add: (why: string) => void;
  readonly all: () => { readonly [why: string]: number };
} {
  const counts = new Map<string, number>();
  return {
    add: (why) => counts.set(why, (counts.get(why) ?? 0) + 1),
    all: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
