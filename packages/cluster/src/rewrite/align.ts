/** Which entries of a list are which of another: so that one that stays keeps its text, and one that changes is changed where it stands. */
import { isJsonObject, sameJson, type Json } from "@plimsoll/core";

export interface Aligned {
  /** For each entry before, its index after; -1 where it is gone. Ascending but for those. */
  readonly kept: readonly number[];
  /** Indexes after of entries that were not there before. */
  readonly added: readonly number[];
}

/** Lists of one length go entry by entry; else entries are the same by their name, or where nothing in them changed. */
export function align(before: readonly Json[], after: readonly Json[]): Aligned {
  if (before.length === after.length) return { kept: before.map((_, index) => index), added: [] };
  let next = 0;
  const kept = before.map((entry) => {
    const found = after.findIndex((other, index) => index >= next && isSame(entry, other));
    if (found >= 0) next = found + 1;
    return found;
  });
  const known = new Set(kept);
  return { kept, added: [...after.keys()].filter((index) => !known.has(index)) };
}

function isSame(a: Json, b: Json): boolean {
  if (!isJsonObject(a) || !isJsonObject(b)) return sameJson(a, b);
  return typeof a["name"] === "string" ? a["name"] === b["name"] : sameJson(a, b);
}
