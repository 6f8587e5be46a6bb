/** A snapshot with resources put in, in place of those of the same name. */
import { refKey, refOf, type Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";

export function changedWith(snapshot: Snapshot, made: readonly Resource[]): Snapshot {
  const keys = new Set(made.map((resource) => refKey(refOf(resource))));
  return {
    ...snapshot,
    resources: [
      ...snapshot.resources.filter(({ resource }) => !keys.has(refKey(refOf(resource)))),
      ...made.map((resource) => ({ resource, source: { file: "generated" } })),
    ],
  };
}
