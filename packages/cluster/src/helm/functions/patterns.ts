/** Sprig's regular expressions: RE2, as Go has them, linear in the text whatever the pattern. */
import { RE2JS } from "re2js";
import { checkItems, checkString } from "../template/budget.ts";
import { define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import { listOf, nilList, type Definition, type Value } from "../template/value.ts";

const longestPattern = 10_000;
const compiled = new Map<string, RE2JS>();

function compile(source: string): RE2JS {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  if (source.length > longestPattern) throw failure("a pattern of more than 10,000 characters");
  if (compiled.size >= 500) compiled.clear();
  try {
    const made = RE2JS.compile(source);
    compiled.set(source, made);
    return made;
  } catch (error) {
    throw failure(error instanceof Error ? error.message : String(error));
  }
}

interface Match {
  readonly start: number;
  readonly end: number;
  readonly group: (index: number) => string;
}

/** At most so many (negative: all); an empty one right after another does not count. */
function matchesOf(source: RE2JS, text: string, most: number): readonly Match[] {
  const found: Match[] = [];
  const search = source.matcher(text);
  let end = -1;
  while (found.length !== most && search.find()) {
    const start = search.start();
    const stop = search.end();
    if (stop > start || start !== end) {
      const groups = Array.from({ length: search.groupCount() + 1 }, (_, index) => search.group(index) ?? "");
      found.push({ start, end: stop, group: (index) => groups[index] ?? "" });
      checkItems(found.length);
    }
    end = stop;
  }
  return found;
}

function replaceAll(source: string, text: string, by: (match: Match) => string): string {
  let out = "";
  let at = 0;
  for (const match of matchesOf(compile(source), text, -1)) {
    out += text.slice(at, match.start) + by(match);
    at = match.end;
    checkString(out.length);
  }
  return out + text.slice(at);
}

/** `$1`, `${1}`, `${name}` and `$$`; the longest name counts, and one that is unknown is empty. */
function expanded(template: string, source: RE2JS, match: Match): string {
  const names = source.namedGroups();
  return template.replaceAll(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (whole, braced, bare) => {
    if (whole === "$$") return "$";
    const name: string = braced ?? bare;
    if (/^[0-9]+$/.test(name)) return match.group(Number(name));
    const index = names[name];
    return index === undefined ? "" : match.group(index);
  });
}

function split(source: string, text: string, most: number): Value {
  if (most === 0) return nilList("[]string");
  if (source !== "" && text === "") return listOf([""], "[]string");
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const match of matchesOf(compile(source), text, most)) {
    if (most > 0 && parts.length === most - 1) break;
    end = match.start;
    if (match.end !== 0) parts.push(text.slice(begin, end));
    begin = match.end;
  }
  if (end !== text.length) parts.push(text.slice(begin));
  return listOf(parts, "[]string");
}

function findAll(source: string, text: string, most: number): Value {
  const found = matchesOf(compile(source), text, most).map((match) => match.group(0));
  return found.length === 0 ? nilList("[]string") : listOf(found, "[]string");
}

function isMatch(source: string, text: string): boolean {
  return compile(source).matcher(text).find();
}

function silently(source: string, text: string): boolean {
  try {
    return isMatch(source, text);
  } catch {
    return false; // what is no pattern matches nothing
  }
}

/** A function and its `must` twin. */
function both(name: string, signature: string, call: (...args: never[]) => unknown): readonly Definition[] {
  const must = `mustRegex${name}`;
  return [define(`regex${name}`, signature, call), define(must, signature, call)];
}

export const patterns: readonly Definition[] = [
  define("regexMatch", "string string -> bool", silently),
  define("mustRegexMatch", "string string -> bool", isMatch),
  ...both("FindAll", "string string int -> any", findAll),
  ...both(
    "Find",
    "string string -> string",
    (source: string, text: string) => matchesOf(compile(source), text, 1)[0]?.group(0) ?? "",
  ),
  ...both("ReplaceAll", "string string string -> string", (source: string, text: string, by: string) =>
    replaceAll(source, text, (match) => expanded(by, compile(source), match)),
  ),
  ...both("ReplaceAllLiteral", "string string string -> string", (source: string, text: string, by: string) =>
    replaceAll(source, text, () => by),
  ),
  ...both("Split", "string string int -> any", split),
  define("regexQuoteMeta", "string -> string", (text: string) =>
    text.replaceAll(/[\\.+*?()|[\]{}^$]/g, "\\$&"),
  ),
];
