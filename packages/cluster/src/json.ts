/**
 * Reads JSON from files: values, where each of them stands, duplicate keys refused, limits before recursion. A stream
 * or a `List` is handed out item by item, so it may be as long as it is.
 */
import { limits, RefusedError } from "./limit.ts";
import { addEntry, closeFrame, openFrame, type Located, type Raw, type RawObject } from "./raw.ts";
import { exact } from "./scalar.ts";
import type { Spot } from "./spot.ts";

/**
 * One thing found at the top: a whole value; an item of a list, with what was read of the list before it; what a list
 * holds beside its items; or something refused, after which reading goes on.
 */
export type JsonPart =
  | (Located & { readonly part: "value" })
  | (Located & { readonly part: "item"; readonly list: RawObject })
  | (Located & { readonly part: "list"; readonly items: number })
  | { readonly part: "refused"; readonly error: RefusedError; readonly start: number };

interface Reader {
  readonly text: string;
  at: number;
  /** Where the object began that the limits are counted for, and its values so far. */
  start: number;
  nodes: number;
}

/** The parts of a text, in order. Throws `RefusedError` where it cannot be read on. */
export function* readJson(text: string): Generator<JsonPart> {
  const reader: Reader = { text, at: 0, start: 0, nodes: 0 };
  for (;;) {
    skipSpace(reader);
    if (reader.at >= text.length) return;
    const first = text.charCodeAt(reader.at);
    if (first === 0x7b) yield* readTop(reader);
    else if (first === 0x5b) yield* readItems(reader, {});
    else yield { part: "value", ...readOne(reader, 0) };
  }
}

/** An object at the top: if one of its entries is a list called `items`, that is handed out on its own. */
function* readTop(reader: Reader): Generator<JsonPart> {
  const frame = openFrame(true, reader.at);
  let items = -1;
  restart(reader);
  try {
    for (let more = enter(reader, 0x7d); more; more = another(reader, 0x7d)) {
      const { key, offset } = readKey(reader);
      frame.keyOffset = offset;
      if (key === "items" && items === -1 && reader.text.charCodeAt(reader.at) === 0x5b) {
        items = 0;
        for (const part of readItems(reader, frame.value as RawObject)) {
          items += 1;
          yield part;
        }
        restart(reader);
      } else {
        const { value, spot } = readValue(reader, 1);
        addEntry(frame, key, value, spot);
        checkSize(reader);
      }
    }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    yield* skipRefused(reader, frame.spots[0] as number, error);
    return;
  }
  closeFrame(frame);
  const located = { value: frame.value, spot: frame.spots };
  yield items === -1 ? { part: "value", ...located } : { part: "list", items, ...located };
}

function* readItems(reader: Reader, list: RawObject): Generator<JsonPart> {
  for (let more = enter(reader, 0x5d); more; more = another(reader, 0x5d)) {
    const start = reader.at;
    let part: JsonPart | undefined;
    try {
      part = { part: "item", list, ...readOne(reader, 2) };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      yield* skipRefused(reader, start, error);
    }
    if (part !== undefined) yield part;
  }
}

function readOne(reader: Reader, depth: number): Located {
  restart(reader);
  const located = readValue(reader, depth);
  checkSize(reader);
  return located;
}

function checkSize({ at, start }: Reader): void {
  if (at - start > limits.objectBytes) throw new RefusedError("size", "an object of more than 3 MiB", start);
}

function restart(reader: Reader): void {
  reader.start = reader.at;
  reader.nodes = 0;
}

/** After a limit was broken the text may still be well-formed: skips to the end of the value and reports it. */
function* skipRefused(reader: Reader, start: number, error: RefusedError): Generator<JsonPart> {
  const end = error.code === "syntax" ? -1 : endOfValue(reader.text, start);
  if (end === -1) throw error;
  reader.at = end;
  yield { part: "refused", error, start };
}

/** The end of a mapping or list, found by its brackets alone; -1 where they do not match up. */
function endOfValue(text: string, start: number): number {
  const bracket = /["[\]{}]/g;
  bracket.lastIndex = start;
  let depth = 0;
  for (let match = bracket.exec(text); match !== null; match = bracket.exec(text)) {
    const [mark] = match;
    if (mark === '"') {
      const end = endOfString(text, match.index + 1);
      if (end === -1) return -1;
      bracket.lastIndex = end + 1;
    } else {
      depth += mark === "[" || mark === "{" ? 1 : -1;
      if (depth <= 0) return depth === 0 ? bracket.lastIndex : -1;
    }
  }
  return -1;
}

function readValue(reader: Reader, depth: number): Located {
  const { text, at } = reader;
  reader.nodes += 1;
  if (reader.nodes > limits.nodes) throw new RefusedError("nodes", "more than 200,000 values", at);
  checkSize(reader);
  switch (text.charCodeAt(at)) {
    case 0x7b:
      return readObject(reader, depth);
    case 0x5b:
      return readArray(reader, depth);
    case 0x22:
      return { value: readString(reader), spot: at };
    case 0x74:
      return readWord(reader, "true", true);
    case 0x66:
      return readWord(reader, "false", false);
    case 0x6e:
      return readWord(reader, "null", null);
    default:
      return readNumber(reader);
  }
}

function readObject(reader: Reader, depth: number): Located {
  checkDepth(reader, depth);
  const frame = openFrame(true, reader.at);
  for (let more = enter(reader, 0x7d); more; more = another(reader, 0x7d)) {
    const { key, offset } = readKey(reader);
    frame.keyOffset = offset;
    const { value, spot } = readValue(reader, depth + 1);
    addEntry(frame, key, value, spot);
  }
  closeFrame(frame);
  return { value: frame.value, spot: frame.spots };
}

function readArray(reader: Reader, depth: number): Located {
  checkDepth(reader, depth);
  const list: Raw[] = [];
  const spots: Spot[] = [reader.at];
  for (let more = enter(reader, 0x5d); more; more = another(reader, 0x5d)) {
    const { value, spot } = readValue(reader, depth + 1);
    list.push(value);
    spots.push(spot);
  }
  return { value: list, spot: spots };
}

function checkDepth({ at }: Reader, depth: number): void {
  if (depth >= limits.depth) throw new RefusedError("depth", `nested deeper than ${limits.depth}`, at);
}

/** Passes the opening bracket; false where the closing one follows at once. */
function enter(reader: Reader, closing: number): boolean {
  reader.at += 1;
  skipSpace(reader);
  if (reader.text.charCodeAt(reader.at) !== closing) return true;
  reader.at += 1;
  return false;
}

/** Passes a comma (true) or the closing bracket (false). */
function another(reader: Reader, closing: number): boolean {
  skipSpace(reader);
  const mark = reader.text.charCodeAt(reader.at);
  if (mark !== 0x2c && mark !== closing) throw unexpected(reader);
  reader.at += 1;
  if (mark === closing) return false;
  skipSpace(reader);
  return true;
}

function readKey(reader: Reader): { key: string; offset: number } {
  const offset = reader.at;
  if (reader.text.charCodeAt(offset) !== 0x22) throw unexpected(reader);
  const key = readString(reader);
  skipSpace(reader);
  if (reader.text.charCodeAt(reader.at) !== 0x3a) throw unexpected(reader);
  reader.at += 1;
  skipSpace(reader);
  return { key, offset };
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) < 0x20) return true;
  return false;
}

function readString(reader: Reader): string {
  const { text } = reader;
  const start = reader.at + 1;
  const end = endOfString(text, start);
  if (end === -1) throw new RefusedError("syntax", "a string without an end", reader.at);
  if (end - start > limits.scalarBytes) {
    throw new RefusedError("scalar-size", "one string of more than 1.5 MiB", reader.at);
  }
  const body = text.slice(start, end);
  if (hasControlCharacter(body)) throw unexpected(reader);
  reader.at = end + 1;
  if (!body.includes("\\")) return body;
  try {
    return (JSON.parse(`"${body}"`) as string).toWellFormed();
  } catch (error) {
    throw new RefusedError("syntax", "an unknown escape in a string", start, { cause: error });
  }
}

function readWord(reader: Reader, word: string, value: Raw): Located {
  const spot = reader.at;
  if (!reader.text.startsWith(word, spot)) throw unexpected(reader);
  reader.at += word.length;
  return { value, spot };
}

const numberPattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;

function readNumber(reader: Reader): Located {
  const spot = reader.at;
  numberPattern.lastIndex = spot;
  const match = numberPattern.exec(reader.text);
  if (match === null) throw unexpected(reader);
  const [digits, fraction, exponent] = match;
  reader.at += digits.length;
  const near = Number(digits);
  if (!Number.isFinite(near))
    throw new RefusedError("number", `${digits.slice(0, 20)} is too large a number`, spot);
  if (fraction === undefined && exponent === undefined && !Number.isSafeInteger(near)) {
    return { value: exact(BigInt(digits)), spot };
  }
  return { value: near === 0 ? 0 : near, spot };
}

function skipSpace(reader: Reader): void {
  const { text } = reader;
  for (;;) {
    const code = text.charCodeAt(reader.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    reader.at += 1;
  }
}

function unexpected({ text, at }: Reader): RefusedError {
  const what = at >= text.length ? "the text ends too early" : "a character that JSON does not have there";
  return new RefusedError("syntax", what, at);
}
