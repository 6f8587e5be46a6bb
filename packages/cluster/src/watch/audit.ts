/**
 * Never trusts a watch alone: compares now and then how many objects there are, and what they hold, with what the
 * server lists. What differs is counted and repaired.
 */
import { ApiError } from "../refusal.ts";
import { takenIn } from "../place.ts";
import { digestOf } from "./digest.ts";
import { namedOf, type Named } from "./event.ts";
import { WatchFaultError } from "./fault.ts";
import { readPage, type Page } from "./list.ts";
import { pause } from "../doors.ts";
import type { Reflector } from "./reflector.ts";
import type { Around } from "./state.ts";
import { compareVersions, isOlder } from "./version.ts";

/** Checks one place for ever, at random moments so that not all are checked at once. */
export async function audit(around: Around, reflector: Reflector, signal: AbortSignal): Promise<void> {
  const { clock, random } = around.doors;
  const { countEvery, compareEvery, pageLength } = around.settings;
  let comparedAt = clock.elapsed() - random.next() * compareEvery;
  let from: Position = { after: "", next: "" };
  let wait = random.next() * countEvery;
  while (!signal.aborted) {
    await pause(clock, wait, signal);
    wait = (countEvery / 12) * (0.9 + random.next() / 5); // a check that could not be made is made up for soon
    if (signal.aborted || !reflector.live()) continue;
    const pages = Math.max(1, Math.ceil(reflector.holdings.held.size / pageLength));
    const every = compareEvery / pages;
    try {
      if (!(await count(around, reflector, signal))) continue;
      wait = countEvery * (0.9 + random.next() / 5);
      // As many ranges as make a round of all in due time.
      const due = Math.min(pages, Math.floor((clock.elapsed() - comparedAt) / every));
      for (let range = 0; range < due; range += 1) from = await compare(around, reflector, from, signal);
      comparedAt = Math.max(comparedAt + due * every, clock.elapsed() - compareEvery);
    } catch (error) {
      from = { after: "", next: "" };
      // A check that could not be made proves nothing; why not, the watch itself will find out.
      if (!(error instanceof ApiError) && !(error instanceof WatchFaultError)) throw error;
    }
  }
}

/** Counts; what differs twice in a row is no coincidence. False where the count came to nothing. */
async function count(around: Around, reflector: Reflector, signal: AbortSignal): Promise<boolean> {
  const { holdings, counts } = reflector;
  const { clock } = around.doors;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const lists = counts.lists;
    const page = await pageOf(around, reflector, 1, "", signal);
    if (page.next !== "" && page.remaining === undefined) return true; // the server does not count
    const there = page.items.length + (page.remaining ?? 0);
    if ((holdings.sizeAt(page.version) ?? holdings.held.size) !== there) {
      await caughtUp(around, reflector, page.version, signal);
    }
    if (signal.aborted || !reflector.live() || counts.lists !== lists) return false;
    counts.checks += 1;
    const held = holdings.sizeAt(page.version) ?? holdings.held.size;
    if (held === there) return true;
    if (attempt === 2) reflector.repair(`${there} objects are there, ${held} were known`);
    else await pause(clock, 1_000, signal);
  }
  return true;
}

/** A page, in its turn among all lists. */
async function pageOf(
  around: Around,
  reflector: Reflector,
  limit: number,
  from: string,
  signal: AbortSignal,
): Promise<Page> {
  const free = await around.slots.take(signal);
  try {
    return await readPage({ ...reflector, around }, limit, from, signal);
  } finally {
    free?.();
  }
}

/** Until the stream has come as far as a list, or long enough that it must have. */
async function caughtUp(
  around: Around,
  { holdings }: Reflector,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = around.doors;
  const { catchUp } = around.settings;
  for (let waited = 0; waited < catchUp; waited += catchUp / 10) {
    if (signal.aborted || !isOlder(holdings.version(), version)) return;
    await pause(clock, catchUp / 10, signal);
  }
}

/** Where the next range begins: after a key, by the server's own token. */
interface Position {
  readonly after: string;
  readonly next: string;
}

/** Compares a range of keys: which objects there are, in which state, and what of each was handed over. */
async function compare(
  around: Around,
  reflector: Reflector,
  from: Position,
  signal: AbortSignal,
): Promise<Position> {
  const { counts, listing } = reflector;
  const lists = counts.lists;
  const page = await pageOf(around, reflector, around.settings.pageLength, from.next, signal);
  const there = page.items.map((item) => namedOf(item, listing));
  const last = page.next === "" ? undefined : there.at(-1)?.key;
  const before = new Map([...reflector.holdings.held].filter(([key]) => isWithin(key, from.after, last)));
  await caughtUp(around, reflector, page.version, signal);
  if (signal.aborted || !reflector.live() || counts.lists !== lists) return { after: "", next: "" };
  counts.checks += 1;
  const wrong = [...missed(reflector, there), ...left(reflector, there, before, page)];
  for (const key of wrong) reflector.holdings.distrust(key);
  if (wrong.length > 0) reflector.repair(`${wrong.length} objects are not what was known of them`);
  return last === undefined ? { after: "", next: "" } : { after: last, next: page.next };
}

/** In the order of the server's keys, which are bytes. */
function isWithin(key: string, after: string, last: string | undefined): boolean {
  return key > after && (last === undefined || key <= last);
}

/** What the server holds and we do not, or otherwise. Whatever changed since the list is newer here, and passes. */
function missed({ holdings, listing }: Reflector, there: readonly Named[]): readonly string[] {
  return there.flatMap(({ key, uid, version, object }) => {
    const held = holdings.held.get(key);
    if (held === undefined) return holdings.goneSince(key, version) ? [] : [key];
    if (held.uid !== uid || held.version !== version) {
      const order = compareVersions(held.version, version);
      return order !== undefined && order < 0 ? [key] : [];
    }
    if (held.digest === undefined) return [];
    const taken = takenIn(listing, object);
    return "record" in taken && digestOf(taken.record) !== held.digest ? [key] : [];
  });
}

/** What we hold and the server does not, though it has not changed since before the list. */
function left(
  { holdings }: Reflector,
  there: readonly Named[],
  before: ReadonlyMap<string, { readonly uid: string; readonly version: string }>,
  page: Page,
): readonly string[] {
  const keys = new Set(there.map(({ key }) => key));
  return [...before].flatMap(([key, { uid, version }]) => {
    const held = holdings.held.get(key);
    if (keys.has(key) || held?.uid !== uid || held.version !== version) return [];
    return isOlder(page.version, version) ? [] : [key];
  });
}
