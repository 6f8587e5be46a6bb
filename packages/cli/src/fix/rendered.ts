/** What a kustomization makes, and whether a change of its source makes just what a patch would. */
import { refKey, refOf, sameJson, type Resource, type ResourceRecord } from "@plimsoll/core";

/** By name and file. */
export type Made = ReadonlyMap<string, Resource>;

export function madeOf(records: readonly ResourceRecord[]): Made {
  return new Map(records.map((record) => [keyOf(record), record.resource]));
}

export function keyOf({ resource, source }: ResourceRecord): string {
  return `${refKey(refOf(resource))} ${source.file}`;
}

/** Those that are named are as expected, and all else is as before. */
export function isJust(before: Made, after: Made, expected: Made): boolean {
  if (before.size !== after.size) return false;
  return [...before].every(([key, resource]) => sameJson(after.get(key), expected.get(key) ?? resource));
}
