/**
 * Whether the clock may be believed in where something is deleted by age. A clock set a year ahead by mistake, and put
 * right within hours, must not have cost a year of history: a leap is believed once it has been seen often enough.
 */
import type { Sql } from "./tables.ts";

const day = 86_400_000;
/** How often a leap is seen before it is believed. The service looks once an hour: about a day. */
const looks = 24;
const key = "clock";

/** What is stored: the time that was believed last, and how often a later one was seen since. */
interface Seen {
  readonly believed: number;
  readonly leaps: number;
}

/** 0 where the clock is believed; else by how many milliseconds it is ahead of what was believed last. Remembers both. */
export async function settledClock({ db }: Sql, now: number): Promise<number> {
  const row = await db.selectFrom("meta").select("value").where("key", "=", key).executeTakeFirst();
  const before = row === undefined ? { believed: now, leaps: 0 } : seenIn(row.value);
  const ahead = now - before.believed;
  const isLeap = ahead > day && before.leaps + 1 < looks;
  const after: Seen = isLeap
    ? { believed: before.believed, leaps: before.leaps + 1 }
    : { believed: now, leaps: 0 };
  const value = JSON.stringify(after);
  await db
    .insertInto("meta")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
  return isLeap ? ahead : 0;
}

/** What cannot be read is believed nothing of: as a clock that leapt. */
function seenIn(text: string): Seen {
  try {
    const { believed, leaps } = JSON.parse(text) as Partial<Seen>;
    if (Number.isSafeInteger(believed) && Number.isSafeInteger(leaps))
      return { believed: believed!, leaps: leaps! };
  } catch {
    // not JSON: below
  }
  return { believed: 0, leaps: 0 };
}
