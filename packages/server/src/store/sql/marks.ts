/**
 * How old what was written is, told by the order of batches: once a day, by a clock that is believed, it is noted how far
 * each cluster had come. What was told up to a mark is as old as the mark, whatever clock stamped it.
 */
import type { Sql } from "./tables.ts";

const day = 86_400_000;
/** However long things are kept, there are no more marks than about so many. */
const mostMarks = 400;

interface Mark {
  readonly at: number;
  readonly sequence: number;
}

/** Marks how far a cluster has come; answers up to which sequence all was written longer ago than `keptFor`, 0 for nothing. */
export async function oldSince(
  { db }: Sql,
  { cluster, sequence }: { readonly cluster: string; readonly sequence: number },
  now: number,
  keptFor: number,
): Promise<number> {
  const key = `marks of ${cluster}`;
  const row = await db.selectFrom("meta").select("value").where("key", "=", key).executeTakeFirst();
  const before = marksIn(row?.value);
  const last = before.at(-1);
  const isDue = last === undefined || Math.abs(now - last.at) >= Math.max(day, keptFor / mostMarks);
  const marks = isDue ? [...before, { at: now, sequence }] : before;
  const oldest = oldestOf(marks, now, keptFor);
  const value = JSON.stringify(marks.slice(Math.max(0, oldest)).map((mark) => [mark.at, mark.sequence]));
  if (value !== row?.value)
    await db
      .insertInto("meta")
      .values({ key, value })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
      .execute();
  return marks[oldest]?.sequence ?? 0;
}

/** The last that is too old before the first of the time that is kept: one of a clock set back proves nothing after that. */
function oldestOf(marks: readonly Mark[], now: number, keptFor: number): number {
  const first = marks.findIndex(({ at }) => at >= now - keptFor && at <= now);
  const earlier = first === -1 ? marks : marks.slice(0, first);
  return earlier.findLastIndex(({ at }) => at < now - keptFor);
}

/** What cannot be read marks nothing: ages are told from now on. */
function marksIn(text = "[]"): readonly Mark[] {
  try {
    const pairs = JSON.parse(text) as readonly (readonly [number, number])[];
    return pairs
      .map(([at, sequence]) => ({ at, sequence }))
      .filter(({ at, sequence }) => Number.isFinite(at) && Number.isSafeInteger(sequence));
  } catch {
    return []; // not JSON, or not a list of pairs
  }
}
