/** What leads back from one state of an object to another, by JSON patches that first test what they expect to find. */
import {
  isJsonArray,
  isJsonObject,
  pointerOf,
  sameJson,
  valueAt,
  type Json,
  type Path,
  type PatchOperation,
} from "@plimsoll/core";

export type PatchStep = PatchOperation | { readonly op: "test"; readonly path: string; readonly value: Json };

/** What the server writes for every change by itself. */
const written: ReadonlySet<string> = new Set([
  "/status",
  "/metadata/managedFields",
  "/metadata/resourceVersion",
  "/metadata/generation",
  "/metadata/annotations/deprecated.daemonset.template.generation",
]);

/** Where two states differ, as deep as can be told; a list whose length changed differs as a whole. */
export function differences(before: Json, after: Json, at: Path = []): readonly Path[] {
  if (sameJson(before, after) || written.has(pointerOf(at))) return [];
  if (isJsonArray(before) && isJsonArray(after) && before.length === after.length)
    return before.flatMap((entry, index) => differences(entry, after[index]!, [...at, index]));
  if (!isJsonObject(before) || !isJsonObject(after)) return [at];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [old, made] = [before[key], after[key]];
    if (old !== undefined && made !== undefined) return differences(old, made, [...at, key]);
    return written.has(pointerOf([...at, key])) ? [] : [[...at, key]];
  });
}

/** All tests come first: a patch of which one fails changes nothing anyway, and so says why at once. */
export function restoring(before: Json, after: Json, paths: readonly Path[]): readonly PatchStep[] {
  const tests = paths.flatMap((path): readonly PatchStep[] => {
    const value = valueAt(after, path);
    return value === undefined ? [] : [{ op: "test", path: pointerOf(path), value }];
  });
  const changes = paths.map((path): PatchStep => {
    const [old, made] = [valueAt(before, path), valueAt(after, path)];
    if (old === undefined) return { op: "remove", path: pointerOf(path) };
    return { op: made === undefined ? "add" : "replace", path: pointerOf(path), value: old };
  });
  return [...tests, ...changes];
}
