/** Several edits of one resource as one patch: each was made against the resource as it stood, without the others. */
import {
  applyOperations,
  isJsonArray,
  isJsonObject,
  sameJson,
  valueAtPointer,
  type Edit,
  type Json,
  type PatchOperation,
  type ResourceRecord,
} from "@plimsoll/core";
import type { Chosen, Passed } from "./choose.ts";

export interface ResourceFix {
  readonly record: ResourceRecord;
  /** Each as it was made: against the resource as it stands, without the others. */
  readonly chosen: readonly Chosen[];
  /** All of them as one patch. */
  readonly operations: readonly PatchOperation[];
}

export function editsIn(fixes: readonly ResourceFix[]): readonly Edit[] {
  return fixes.flatMap(({ chosen }) => chosen.map(({ edit }) => edit));
}

/** One edit of a resource as if it were all of its fix. */
export function onlyOf(chosen: Chosen): ResourceFix {
  return { record: chosen.record, chosen: [chosen], operations: chosen.operations };
}

/**
 * The fix as it has to be where others of the same resource were made before it; `undefined` where they exclude each other.
 * There may be nothing left to do.
 */
export function onTopOf(before: readonly ResourceFix[], fix: ResourceFix): ResourceFix | undefined {
  const { resource } = fix.record;
  const state = before
    .filter(({ record }) => record === fix.record)
    .reduce<Json>((value, { operations }) => applyOperations(value, operations), resource);
  const made = joined(resource, state, fix.operations);
  return made && { ...fix, operations: made.operations };
}

/** One fix a resource of those that follow each other. */
export function inOne(fixes: readonly ResourceFix[]): readonly ResourceFix[] {
  return [...Map.groupBy(fixes, ({ record }) => record)].map(([record, own]) => ({
    record,
    chosen: own.flatMap(({ chosen }) => chosen),
    operations: own.flatMap(({ operations }) => operations),
  }));
}

export function mergedFixes(chosen: readonly Chosen[]): {
  readonly fixes: readonly ResourceFix[];
  readonly passed: readonly Passed[];
} {
  const passed: Passed[] = [];
  const fixes = [...Map.groupBy(chosen, ({ record }) => record)].flatMap(([record, group]) => {
    const made: Chosen[] = [];
    const operations: PatchOperation[] = [];
    let state: Json = record.resource;
    for (const each of group.toSorted(fromTheEnd)) {
      const next = joined(record.resource, state, each.operations);
      if (next === undefined) {
        passed.push({ edit: each.edit, why: "it changes what another edit changes: make it after that one" });
        continue;
      }
      made.push(each);
      operations.push(...next.operations);
      state = next.state;
    }
    return made.length === 0 ? [] : [{ record, chosen: made, operations }];
  });
  return { fixes, passed };
}

/** Entries of a list are taken out from its end, so that the indexes of those before stay true. */
function fromTheEnd(a: Chosen, b: Chosen): number {
  const [left, right] = [a.operations[0]?.path ?? "", b.operations[0]?.path ?? ""];
  return right.localeCompare(left, "en", { numeric: true });
}

/**
 * Operations that were made against `base`, as they have to be against `state`, where others came before; `undefined` where
 * they exclude each other.
 */
export function joined(
  base: Json,
  state: Json,
  operations: readonly PatchOperation[],
): { readonly state: Json; readonly operations: readonly PatchOperation[] } | undefined {
  const made: PatchOperation[] = [];
  let now = state;
  let own = base;
  try {
    for (const operation of operations) {
      const more = against(own, now, operation);
      if (more === undefined) return undefined;
      made.push(...more);
      now = applyOperations(now, more);
      own = applyOperations(own, [operation]);
    }
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
  return { state: now, operations: made };
}

/** The operation as it has to be where others came before it; `undefined` where they exclude each other. */
function against(base: Json, now: Json, operation: PatchOperation): readonly PatchOperation[] | undefined {
  const { path } = operation;
  if (path.endsWith("/-") && operation.op === "add") {
    const list = valueAtPointer(now, path.slice(0, -2));
    const known = isJsonArray(list) && list.some((entry) => sameJson(entry, operation.value));
    const before = valueAtPointer(base, path.slice(0, -2));
    const was = isJsonArray(before) && before.some((entry) => sameJson(entry, operation.value));
    return known && !was ? [] : [operation];
  }
  const [before, found] = [valueAtPointer(base, path), valueAtPointer(now, path)];
  if (sameJson(before, found)) return [operation];
  if (operation.op === "remove") return found === undefined ? [] : undefined;
  return before === undefined && found !== undefined ? combined(path, found, operation.value) : undefined;
}

/** Adds to what another edit has made there. */
function combined(path: string, found: Json, value: Json): readonly PatchOperation[] | undefined {
  if (sameJson(found, value)) return [];
  if (isJsonArray(found) && isJsonArray(value))
    return value
      .filter((entry) => !found.some((other) => sameJson(other, entry)))
      .map((entry) => ({ op: "add", path: `${path}/-`, value: entry }));
  if (!isJsonObject(found) || !isJsonObject(value)) return undefined;
  const parts = Object.entries(value).map(([key, entry = null]) => {
    const inner = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const known = found[key];
    return known === undefined
      ? [{ op: "add", path: inner, value: entry } satisfies PatchOperation]
      : combined(inner, known, entry);
  });
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}
