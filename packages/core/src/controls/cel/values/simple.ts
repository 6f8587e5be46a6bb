/**
 * Patterns that JavaScript's own engine may run: those that mean the same there as in RE2, on texts so short that the
 * most it could try is little. That is most patterns of policies, and many times faster; all others are RE2's.
 */

/** A pattern for JavaScript, and the longest text that it may be run on. */
export interface Simple {
  readonly pattern: RegExp;
  readonly longest: number;
}

/** The most steps that a search may take for each way through the pattern, and the most such ways. */
const STEPS = 100_000;
const WAYS = 16;
/** Deeper groups are RE2's to refuse. */
const DEPTH = 50;

interface State {
  readonly source: string;
  at: number;
  /** A group repeats, so that there is no bound on the ways through it. */
  repeats: boolean;
  /** How many groups are open. */
  depth: number;
  /** How many parts repeat without end: each multiplies the steps by the length of the text. */
  endless: number;
  /** How many ways there are through the rest. */
  ways: number;
}

/** The JavaScript form of a pattern; undefined where it has none that is safe, or is none of RE2's. */
export function simplePattern(source: string): Simple | undefined {
  const { text, state } = read(source);
  if (text === undefined || state.repeats || state.ways > WAYS) return undefined;
  const starts = source.startsWith("^") && !source.includes("|") ? 0 : 1;
  const factors = Math.max(1, state.endless + starts);
  return { pattern: new RegExp(text, "u"), longest: Math.floor(STEPS ** (1 / factors)) };
}

/** Whether a pattern is one of RE2 for certain: what it is made of is simple, however many ways there are through it. */
export function isEvident(source: string): boolean {
  return read(source).text !== undefined;
}

/** The pattern in JavaScript's terms, where all that it is made of is known here. */
function read(source: string): { readonly text: string | undefined; readonly state: State } {
  const state: State = { source, at: 0, repeats: false, depth: 0, endless: 0, ways: 1 };
  const text = /^[ -~]*$/.test(source) ? alternatives(state) : undefined;
  return { text: state.at < source.length ? undefined : text, state };
}

function alternatives(state: State): string | undefined {
  const parts: string[] = [];
  do {
    const part = sequence(state);
    if (part === undefined) return undefined;
    parts.push(part);
  } while (take(state, "|"));
  state.ways *= parts.length;
  return parts.join("|");
}

function take(state: State, sign: string): boolean {
  if (!state.source.startsWith(sign, state.at)) return false;
  state.at += sign.length;
  return true;
}

function sequence(state: State): string | undefined {
  let text = "";
  while (state.at < state.source.length && !/[|)]/.test(state.source[state.at] ?? "")) {
    const part = take(state, "(") ? group(state) : unit(state);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

/** A group, which may be there or not; where it repeats, the pattern is not simple. */
function group(state: State): string | undefined {
  if (!take(state, "?:") && state.source[state.at] === "?") return undefined;
  if (++state.depth > DEPTH) return undefined;
  const inner = alternatives(state);
  if (inner === undefined || !take(state, ")")) return undefined;
  state.depth -= 1;
  const times = ["?", "*", "+"].find((sign) => take(state, sign)) ?? "";
  if (/[*+?{]/.test(state.source[state.at] ?? "")) return undefined;
  if (times === "?") state.ways *= 2;
  else if (times !== "") state.repeats = true;
  return `(?:${inner})${times}`;
}

/** An anchor, or a character or class with its repetition. */
function unit(state: State): string | undefined {
  for (const anchor of ["^", "$"]) {
    if (!take(state, anchor)) continue;
    return /[*+?{]/.test(state.source[state.at] ?? "") ? undefined : anchor;
  }
  const char = take(state, "[") ? characters(state) : character(state);
  const times = char === undefined ? undefined : repetition(state);
  return times === undefined ? undefined : `${char}${times}`;
}

const SETS: Readonly<Record<string, string>> = { d: "0-9", w: "A-Za-z0-9_", s: "\\t\\n\\f\\r " };

function character(state: State): string | undefined {
  const char = state.source[state.at++] ?? "";
  if (char === ".") return "[^\\n]";
  if (char !== "\\") return /[*+?{}()[\]|]/.test(char) ? undefined : escape(char);
  const escaped = state.source[state.at++] ?? "";
  const set = SETS[escaped.toLowerCase()];
  if (set !== undefined) return escaped === escaped.toLowerCase() ? `[${set}]` : `[^${set}]`;
  return escaped === "" || /[A-Za-z0-9]/.test(escaped) ? undefined : escape(escaped);
}

function escape(char: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

/** The rest of a class after its bracket. */
function characters(state: State): string | undefined {
  let text = take(state, "^") ? "[^" : "[";
  let isFirst = true;
  while (isFirst || !take(state, "]")) {
    const item = classItem(state, isFirst);
    if (item === undefined) return undefined;
    text += item;
    isFirst = false;
  }
  return `${text}]`;
}

const RANGE = /([A-Za-z0-9])-([A-Za-z0-9])/y;

function classItem(state: State, isFirst: boolean): string | undefined {
  RANGE.lastIndex = state.at;
  const range = RANGE.exec(state.source)?.[0];
  if (range !== undefined) {
    if (range[0]! > range[2]!) return undefined;
    state.at += range.length;
    return range;
  }
  const char = state.source[state.at++] ?? "";
  if (char === "" || char === "[" || (char === "]" && !isFirst)) return undefined;
  if (char === "-" && !isFirst && state.source[state.at] !== "]") return undefined;
  if (char !== "\\")
    return state.source[state.at] === "-" && state.source[state.at + 1] !== "]"
      ? undefined
      : classEscape(char);
  const escaped = state.source[state.at++] ?? "";
  if (state.source[state.at] === "-" && state.source[state.at + 1] !== "]") return undefined;
  return SETS[escaped] ?? (/[A-Za-z0-9]/.test(escaped) ? undefined : classEscape(escaped));
}

function classEscape(char: string): string {
  return /[\^\\\][\-/]/.test(char) ? `\\${char}` : char;
}

const COUNT = /\{(\d{1,2})(?:,(\d{1,2}))?\}/y;

/** How often a character may come, or undefined where that is not simple. */
function repetition(state: State): string | undefined {
  let times = "";
  if (take(state, "*")) times = "*";
  else if (take(state, "+")) times = "+";
  else if (take(state, "?")) times = "?";
  else {
    COUNT.lastIndex = state.at;
    const count = COUNT.exec(state.source);
    if (count !== null) {
      if (count[2] !== undefined && Number(count[2]) < Number(count[1])) return undefined;
      state.at += count[0].length;
      times = count[0];
      state.ways *= 1 + Number(count[2] ?? count[1]) - Number(count[1]);
    }
  }
  if (times === "*" || times === "+") state.endless++;
  if (times === "?") state.ways *= 2;
  if (times !== "") take(state, "?");
  return /[*+?{]/.test(state.source[state.at] ?? "") ? undefined : times;
}
