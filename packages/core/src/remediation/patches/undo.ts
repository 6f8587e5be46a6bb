/** The patch that takes a change of one object back. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { PatchOperation } from "../../model/operation.ts";
import type { Resource } from "../../model/resource.ts";

/** Of what people write; the server's own bookkeeping and what controllers report is left out. */
const theirs: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "status"]);
/** A rollout writes its own number there. */
const bookkeeping = /^(?:deployment\.kubernetes\.io\/|deprecated\.daemonset\.template\.generation$)/;

/**
 * From the object as it is after the change to what it was before: RFC 6902. Lists of one length are mended entry by entry,
 * others are put back whole, so that a change made meanwhile at another place survives.
 */
export function undoOf(before: Resource, after: Resource): readonly PatchOperation[] {
  const [was, is] = [written(before), written(after)];
  return [...differences(is, was, "")];
}

function written(resource: Resource): JsonObject {
  const { labels, annotations } = resource.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !bookkeeping.test(key));
  return {
    ...Object.fromEntries(Object.entries(resource).filter(([key]) => !theirs.has(key))),
    metadata: {
      ...(labels === undefined ? {} : { labels }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
  };
}

function* differences(from: Json, to: Json, path: string): Generator<PatchOperation> {
  if (isJsonObject(from) && isJsonObject(to)) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      const place = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const [old, now] = [from[key], to[key]];
      if (now === undefined) yield { op: "remove", path: place };
      else if (old === undefined) yield { op: "add", path: place, value: now };
      else yield* differences(old, now, place);
    }
  } else if (isJsonArray(from) && isJsonArray(to) && from.length === to.length) {
    for (const [index, entry] of from.entries()) yield* differences(entry, to[index]!, `${path}/${index}`);
  } else if (JSON.stringify(from) !== JSON.stringify(to)) yield { op: "replace", path, value: to };
}
