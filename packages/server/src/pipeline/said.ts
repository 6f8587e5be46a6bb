/** What became of results, as the store and the notifiers tell it; and what a store held when its writer began. */
import { refKey, type Result } from "@plimsoll/core";
import type { Outline } from "../overview/outline.ts";
import type { Change, Place } from "../store/batch.ts";
import type { HistoryKind, Store, StoredResult } from "../store/store.ts";

export interface Turn {
  readonly kind: HistoryKind;
  readonly result: Result;
  /** What changed it, where that can be told. */
  readonly by?: Change;
}

/**
 * Where the priorities put a result. Those of a finding that came after them are not known: it is nowhere until they are
 * set anew.
 */
export function placeIn(
  acted: Acted,
  { result, edit, system, exception }: Result,
  isNew: boolean,
): Place | undefined {
  if (result === "unknown") return "blind";
  if (result !== "fail" || exception !== undefined) return undefined;
  if (edit !== undefined && acted.has(edit)) return "act";
  if (system !== undefined) return "system";
  return isNew ? undefined : "later";
}

/** Edits to act on, each with the findings that it resolves. */
export type Acted = ReadonlyMap<string, readonly string[]>;

export function actedIn({ edits }: Pick<Outline, "edits">): Acted {
  return new Map(edits.map(({ id, resolves }) => [id, resolves]));
}

/** As the store writes its history: nothing, where it was no finding and is none. */
export function turnsOf(before: Result | undefined, now: Result | undefined): readonly HistoryKind[] {
  const failed = before?.result === "fail";
  if (now === undefined) return failed ? ["gone"] : [];
  if (now.result !== "fail") {
    if (!failed) return [];
    return [now.result === "unknown" ? "lost" : "fixed"];
  }
  if (!failed) return now.exception === undefined ? ["opened"] : ["opened", "excepted"];
  if (before.exception?.id !== now.exception?.id)
    return [now.exception === undefined ? "exception-ended" : "excepted"];
  return wordsOf(before) === wordsOf(now) ? [] : ["changed"];
}

function wordsOf({ because, value, severity, container }: Result): string {
  return JSON.stringify([because, value ?? null, severity, container ?? null]);
}

/** What notifiers are told of a result whose place is gone. */
export function goneFrom(before: Result): Result {
  return { ...before, result: "skip", because: "its place is gone" };
}

/** What a store holds of a cluster: where a new writer goes on, so that nothing is told twice. */
export async function storedSaid(store: Store, cluster: string): Promise<ReadonlyMap<string, StoredResult>> {
  const said = new Map<string, StoredResult>();
  for (let cursor: string | undefined; ;) {
    const page = await store.findings({
      clusters: [cluster],
      sort: "id",
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const each of page.items) said.set(each.result.id, each);
    cursor = page.next;
    if (cursor === undefined) return said;
  }
}

/** The object that a result is about. */
export function objectOf({ resource }: Result): string {
  return refKey(resource);
}
