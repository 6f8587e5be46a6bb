/** When a CronJob's schedule comes round again: the five fields of cron, in UTC. */

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const fields: readonly Field[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: months },
  { least: 0, most: 7, names: days },
];
const macros: { readonly [name: string]: string } = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** 29 February may be eight years away. */
const mostDays = 366 * 9;
const day = 86_400_000;

/**
 * The first run after a moment, both RFC 3339; undefined where the schedule cannot be read or never comes. A day matches by
 * its date or its weekday where both are given, as crontab(5) says.
 */
export function nextRun(schedule: string, after: string): string | undefined {
  const words = (macros[schedule.trim()] ?? schedule).trim().toLowerCase().split(/\s+/);
  if (words.length !== 5) return undefined;
  const sets = words.map((word, index) => valuesOf(word, fields[index]!));
  if (sets.some((set) => set === undefined)) return undefined;
  const [minutes, hours, dates, monthsIn, weekdays] = sets as readonly ReadonlySet<number>[];
  const start = Math.floor(Date.parse(after) / 60_000) * 60_000 + 60_000;
  const midnight = Math.floor(start / day) * day;
  for (let each = midnight; each < midnight + mostDays * day; each += day) {
    const date = new Date(each);
    const byDate = dates!.has(date.getUTCDate());
    const byWeekday = weekdays!.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays!.has(7));
    const either = !words[2]!.startsWith("*") && !words[4]!.startsWith("*");
    if (!monthsIn!.has(date.getUTCMonth() + 1) || !(either ? byDate || byWeekday : byDate && byWeekday))
      continue;
    const found = firstWithin(each, start, hours!, minutes!);
    if (found !== undefined) return new Date(found).toISOString();
  }
  return undefined;
}

function firstWithin(
  midnight: number,
  start: number,
  hours: ReadonlySet<number>,
  minutes: ReadonlySet<number>,
): number | undefined {
  for (let minute = 0; minute < 1_440; minute += 1) {
    const moment = midnight + minute * 60_000;
    if (moment >= start && hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60)) return moment;
  }
  return undefined;
}

function valuesOf(word: string, field: Field): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  for (const part of word.split(",")) {
    const [range = "", step = "1", ...more] = part.split("/");
    const [low, high] = boundsOf(range, part.includes("/"), field);
    const by = Number(step);
    if (more.length > 0 || !(by >= 1) || !(low >= field.least) || !(high <= field.most) || low > high)
      return undefined;
    for (let value = low; value <= high; value += by) found.add(value);
  }
  return found;
}

function boundsOf(range: string, stepped: boolean, field: Field): readonly [number, number] {
  if (range === "*" || range === "?") return [field.least, field.most];
  const [from = "", to, ...more] = range.split("-");
  if (more.length > 0) return [NaN, NaN];
  const low = numberOf(from, field);
  return [low, to === undefined ? (stepped ? field.most : low) : numberOf(to, field)];
}

function numberOf(text: string, { names, least }: Field): number {
  const named = names.indexOf(text);
  return named >= 0 ? named + least : /^\d{1,2}$/.test(text) ? Number(text) : NaN;
}
