/**
 * What a text must hold for a pattern to have a match in it. Most texts hold nothing of what policies look for, and to
 * look for plain text first saves RE2 from being asked: it takes milliseconds to compile what has many ways through it.
 */

/** Texts of which each match has at least one; `undefined`: none are known. */
export type Needed = readonly string[] | undefined;

/** Of a pattern all of whose parts are plain (`isEvident`). */
export function neededBy(source: string): Needed {
  return alternatives({ source, at: 0 });
}

interface Reader {
  readonly source: string;
  at: number;
}

/** What each of them needs; where one needs nothing, nothing is needed. */
function alternatives(reader: Reader): Needed {
  const all: string[] = [];
  let isOpen = false;
  do {
    const own = sequence(reader);
    if (own === undefined) isOpen = true;
    else all.push(...own);
  } while (take(reader, "|"));
  return isOpen ? undefined : all;
}

function take(reader: Reader, sign: string): boolean {
  if (!reader.source.startsWith(sign, reader.at)) return false;
  reader.at += sign.length;
  return true;
}

/** Of all parts that must be there, what is needed of one: the one whose shortest text is the longest. */
function sequence(reader: Reader): Needed {
  let best: Needed;
  let run = "";
  const offer = (needed: Needed): void => {
    if (needed !== undefined && shortest(needed) > shortest(best)) best = needed;
  };
  const endRun = (): void => {
    if (run !== "") offer([run]);
    run = "";
  };
  while (reader.at < reader.source.length && !/[|)]/.test(reader.source[reader.at]!)) {
    const part = unit(reader);
    const times = repetition(reader);
    if (typeof part === "string" && times === "once") run += part;
    else {
      endRun();
      if (times !== "perhaps") offer(typeof part === "string" ? [part] : part);
    }
  }
  endRun();
  return best;
}

function shortest(needed: Needed): number {
  return needed === undefined ? 0 : Math.min(...needed.map((text) => text.length));
}

/** A character as itself; else what is needed of a group, and nothing of an anchor or a class. */
function unit(reader: Reader): string | Needed {
  const char = reader.source[reader.at++]!;
  if (char === "(") {
    take(reader, "?:");
    const inner = alternatives(reader);
    take(reader, ")");
    return inner;
  }
  if (char === "[") return passClass(reader);
  if (char !== "\\") return /[.^$]/.test(char) ? undefined : char;
  const escaped = reader.source[reader.at++] ?? "";
  return /[A-Za-z0-9]/.test(escaped) ? undefined : escaped;
}

/** A bracket that comes first closes nothing. */
function passClass(reader: Reader): undefined {
  take(reader, "^");
  let isFirst = true;
  while (reader.at < reader.source.length && (isFirst || reader.source[reader.at] !== "]")) {
    reader.at += reader.source[reader.at] === "\\" ? 2 : 1;
    isFirst = false;
  }
  reader.at += 1;
  return undefined;
}

function repetition(reader: Reader): "once" | "more" | "perhaps" {
  const found = /^(?:[*?]|\+|\{\d+(?:,\d*)?\})\??/.exec(reader.source.slice(reader.at, reader.at + 12))?.[0];
  if (found === undefined) return "once";
  reader.at += found.length;
  return found.startsWith("+") || /^\{0*[1-9]/.test(found) ? "more" : "perhaps";
}
