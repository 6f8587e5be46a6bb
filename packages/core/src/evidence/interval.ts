/** Stretches of time as sorted intervals that do not touch: united, cut to a part, taken from each other, and measured. */
import type { Interval } from "../model/observation.ts";

/** More stretches than this are no watch but a stutter; the shortest are forgotten, which claims less than was seen. */
const mostIntervals = 1_000;

export function united(...lists: readonly (readonly Interval[])[]): readonly Interval[] {
  const out = together(lists);
  return out.length <= mostIntervals ? out : longest(out);
}

/** As `united`, of what must not be forgotten: of more than `most` those nearest to each other become one. */
export function covering(most: number, ...lists: readonly (readonly Interval[])[]): readonly Interval[] {
  const all = together(lists);
  if (all.length <= most) return all;
  const gaps = all
    .slice(1)
    .map(({ from }, at) => ({ at, length: lengthOf({ from: all[at]!.to, to: from }) }));
  const closed = new Set(
    gaps
      .sort((a, b) => a.length - b.length || a.at - b.at)
      .slice(0, all.length - most)
      .map(({ at }) => at),
  );
  const out: { from: string; to: string }[] = [];
  for (const [at, { from, to }] of all.entries())
    if (closed.has(at - 1)) out.at(-1)!.to = to;
    else out.push({ from, to });
  return out;
}

/** What of a list is in none of the holes; both sorted and apart. */
export function without(list: readonly Interval[], holes: readonly Interval[]): readonly Interval[] {
  return list.flatMap(({ from, to }) => {
    const out: Interval[] = [];
    let begin = from;
    for (const hole of holes) {
      if (hole.to <= begin || hole.from >= to) continue;
      if (hole.from > begin) out.push({ from: begin, to: hole.from });
      begin = hole.to;
    }
    return begin < to ? [...out, { from: begin, to }] : out;
  });
}

/** RFC 3339 in UTC at millisecond precision sorts as text does. */
function together(lists: readonly (readonly Interval[])[]): readonly Interval[] {
  const sorted = lists.flat().sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const out: { from: string; to: string }[] = [];
  for (const { from, to } of sorted) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) {
      if (to > last.to) last.to = to;
    } else out.push({ from, to });
  }
  return out;
}

function longest(list: readonly Interval[]): readonly Interval[] {
  return [...list]
    .sort((a, b) => lengthOf(b) - lengthOf(a) || (a.from < b.from ? -1 : 1))
    .slice(0, mostIntervals)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** The parts at or after a moment. */
export function since(list: readonly Interval[], moment: string): readonly Interval[] {
  return list
    .filter(({ to }) => to > moment)
    .map(({ from, to }) => ({ from: from < moment ? moment : from, to }));
}

export function lengthOf({ from, to }: Interval): number {
  return Date.parse(to) - Date.parse(from);
}

export function hoursOf(list: readonly Interval[]): number {
  return list.reduce((sum, interval) => sum + lengthOf(interval), 0) / 3_600_000;
}

const day = 86_400_000;

/** How many of the seven days of the week (UTC) any part of it falls on. */
export function weekdaysOf(list: readonly Interval[]): number {
  const days = new Set<number>();
  for (const { from, to } of list) {
    const [first, last] = [Math.floor(Date.parse(from) / day), Math.floor(Date.parse(to) / day)];
    for (let each = first; each <= last && each < first + 7; each += 1) days.add((((each + 4) % 7) + 7) % 7);
  }
  return days.size;
}
