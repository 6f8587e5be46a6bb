/** `--set a.b[0]=c,d={e,f}`: helm's own little language for values, and what `--set-json` and the like make of it. */
import { readJson } from "../functions/json.ts";
import { failure } from "../template/fault.ts";
import { dictOf, intOf, isDict, isList, listOf, type Dict, type Value } from "../template/value.ts";

const mostIndex = 65_536;
const deepest = 30;

interface Reader {
  readonly chars: readonly string[];
  at: number;
  readonly manner: Manner;
}

interface Run {
  readonly text: string;
  /** What ended it; nothing at the end of the line. */
  readonly last: string | undefined;
}

/** What the text of a value means; `asJson` reads a value of its own syntax. */
export type Manner = ((text: string) => Value) | typeof asJson;

export const asJson = "json";

/** `--set-string` */
export function asText(text: string): Value {
  return text;
}

/** Changes `values`. Throws `RenderError` for a line that is ill-formed. */
export function setInto(line: string, values: Dict, manner: Manner): void {
  const reader: Reader = { chars: [...line], at: 0, manner };
  while (reader.at < reader.chars.length) readKey(reader, values, 0);
}

function until(reader: Reader, stops: string): Run {
  let text = "";
  while (reader.at < reader.chars.length) {
    const char = reader.chars[reader.at] ?? "";
    reader.at += 1;
    if (stops.includes(char)) return { text, last: char };
    if (char === "\\") {
      text += reader.chars[reader.at] ?? "";
      reader.at += 1;
    } else text += char;
  }
  return { text, last: undefined };
}

function readKey(reader: Reader, into: Dict, depth: number): void {
  const { text: key, last } = until(reader, "=[,.");
  if (last === undefined) {
    if (key !== "") throw failure(`key ${JSON.stringify(key)} has no value`);
  } else if (last === "[") {
    const at = readIndex(reader);
    const known = into.entries.get(key);
    if (known !== undefined && !isList(known)) throw failure(`unable to parse key: ${key} is no list`);
    put(into, key, readItem(reader, known?.items ?? [], at, depth));
  } else if (last === "=") put(into, key, readValue(reader));
  else if (last === ",") {
    put(into, key, "");
    throw failure(`key ${JSON.stringify(key)} has no value (cannot end with ,)`);
  } else {
    if (depth + 1 > deepest) throw failure("value name nested level is greater than 30");
    const known = into.entries.get(key);
    if (known !== undefined && !isDict(known)) throw failure(`unable to parse key: ${key} is no table`);
    const inner = known ?? dictOf();
    readKey(reader, inner, depth + 1);
    if (inner.entries.size === 0) throw failure(`key map ${JSON.stringify(key)} has no value`);
    put(into, key, inner);
  }
}

function put(into: Dict, key: string, value: Value): void {
  if (key !== "") into.entries.set(key, value);
}

function readIndex(reader: Reader): number {
  const { text, last } = until(reader, "]");
  if (last === undefined || !/^-?[0-9]+$/.test(text))
    throw failure(`error parsing index: ${JSON.stringify(text)}`);
  return Number(text);
}

function placed(items: readonly Value[], at: number, value: Value): Value {
  if (at < 0) throw failure(`negative ${at} index not allowed`);
  if (at > mostIndex) throw failure(`index of ${at} is greater than maximum supported index of ${mostIndex}`);
  const all = [...items];
  while (all.length <= at) all.push(null);
  all[at] = value;
  return listOf(all);
}

function readItem(reader: Reader, items: readonly Value[], at: number, depth: number): Value {
  if (at < 0) throw failure(`negative ${at} index not allowed`);
  const { text, last } = until(reader, "[.=");
  if (text !== "") throw failure(`unexpected data at end of array index: ${JSON.stringify(text)}`);
  const known = items[at];
  if (last === "=") return placed(items, at, readValue(reader));
  if (last === "[") {
    const next = readIndex(reader);
    if (depth + 1 > deepest) throw failure("value name nested level is greater than 30");
    return placed(items, at, readItem(reader, isList(known) ? known.items : [], next, depth + 1));
  }
  if (last === ".") {
    const inner = isDict(known) ? known : dictOf();
    if (depth + 1 > deepest) throw failure("value name nested level is greater than 30");
    readKey(reader, inner, depth + 1);
    return placed(items, at, inner);
  }
  throw failure("an index without a value");
}

function readValue(reader: Reader): Value {
  const { chars, manner } = reader;
  if (manner === asJson) return readJsonValue(reader);
  if (reader.at >= chars.length) return "";
  if (chars[reader.at] !== "{") return manner(until(reader, ",").text);
  reader.at += 1;
  const items: Value[] = [];
  for (;;) {
    const { text, last } = until(reader, ",}");
    if (last === undefined) throw failure("list must terminate with '}'");
    items.push(manner(text));
    if (last === "}") break;
  }
  if (chars[reader.at] === ",") reader.at += 1;
  return listOf(items);
}

/** Nothing is null; what follows a value without a comma is read as the next key, as helm does it. */
function readJsonValue(reader: Reader): Value {
  if (isAtEnd(reader)) return null;
  const rest = reader.chars.slice(reader.at).join("");
  const text = jsonAhead(rest);
  if (text === undefined) throw failure("failed parsing --set-json data");
  reader.at += [...text].length;
  const value = parsed(text);
  isAtEnd(reader);
  return value;
}

function parsed(text: string): Value {
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw failure("failed parsing --set-json data");
  }
}

const simple = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![.eE]))/;
const quoted = /^"(?:[^"\\]|\\.)*"/s;

/** The one JSON value that a text begins with. */
function jsonAhead(text: string): string | undefined {
  if (!/^[[{]/.test(text)) return (simple.exec(text) ?? quoted.exec(text))?.[0];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '"') {
      const string = quoted.exec(text.slice(at))?.[0];
      if (string === undefined) return undefined;
      at += string.length - 1;
    } else if (char === "[" || char === "{") depth += 1;
    else if (char === "]" || char === "}") depth -= 1;
    if (depth === 0) return text.slice(0, at + 1);
  }
  return undefined;
}

/** Takes spaces and one comma; whether nothing else stood there. */
function isAtEnd(reader: Reader): boolean {
  for (; reader.at < reader.chars.length; reader.at += 1) {
    const char = reader.chars[reader.at]!;
    if (char === ",") {
      reader.at += 1;
      return true;
    }
    if (!/\s/.test(char)) return false;
  }
  return true;
}

/** `--set`: words and whole numbers are what YAML would have them be. */
export function typed(text: string): Value {
  const word = text.toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  if (word === "null") return null;
  if (text === "0") return intOf(0, "int64");
  if (/^[+-]?[0-9]+$/.test(text) && !text.startsWith("0")) {
    const value = BigInt(text.replace("+", ""));
    if (BigInt.asIntN(64, value) === value) return intOf(value, "int64");
  }
  return text;
}
