/** A text to the objects in it: YAML streams document by document, long lists item by item, JSON. One bad document harms no other. */
import { readJson } from "./json.ts";
import { limits, RefusedError } from "./limit.ts";
import { isRawObject, type Located, type Raw, type RawObject } from "./raw.ts";
import { readYaml } from "./yaml.ts";

/** `base` is where in the whole text the offsets are counted from. */
export type Part =
  | (Located & {
      readonly part: "document";
      readonly base: number;
      /** What is known of the list it is an item of, which may bear its version and kind. */
      readonly list?: RawObject;
    })
  /** `text`: what was refused, for whoever wants to know what it would have been. */
  | { readonly part: "refused"; readonly error: RefusedError; readonly base: number; readonly text: string };

export type Syntax = "yaml" | "json" | "either";

/** Every document of a text, in order. `wanted` may pass over a document's text unread; it is then not reported at all. */
export function* documentsOf(
  text: string,
  syntax: Syntax,
  wanted: (text: string) => boolean,
): Generator<Part> {
  if (syntax === "json" || (syntax === "either" && looksLikeJson(text))) {
    if (!wanted(text) || (yield* jsonParts(text, syntax === "json"))) return;
  }
  for (const piece of yamlPieces(text)) if (wanted(piece.text)) yield* yamlParts(piece);
}

/** A text in braces that is no stream of YAML. It may still be YAML in flow style. */
function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text) && !/^---/m.test(text);
}

/** False where nothing of the text is JSON and it need not be. */
function* jsonParts(text: string, certain: boolean): Generator<Part, boolean> {
  let found = certain;
  try {
    for (const part of readJson(text)) {
      found = true;
      if (part.part === "refused") {
        yield { part: "refused", error: part.error, base: 0, text: nearby(text, part.error.offset) };
      } else if (part.part === "item") {
        yield { part: "document", value: part.value, spot: part.spot, base: 0, list: part.list };
      } else if (part.part === "value" || !isList(part.value)) {
        yield { part: "document", value: part.value, spot: part.spot, base: 0 };
      }
    }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (!found && error.code === "syntax") return false;
    yield { part: "refused", error, base: 0, text: nearby(text, error.offset) };
  }
  return true;
}

/** Whether something that has `items` is no more than a list of them. */
function isList(value: Raw): boolean {
  const kind = isRawObject(value) ? value["kind"] : undefined;
  return kind === undefined || (typeof kind === "string" && kind.endsWith("List"));
}

/** Enough of a long text to tell what it is about. */
function nearby(text: string, offset: number): string {
  return text.length < 10_000 ? text : text.slice(Math.max(0, offset - 5_000), Math.max(0, offset) + 5_000);
}

interface Piece {
  readonly text: string;
  readonly base: number;
}

const separator = /^---(?=[ \t\r\n]|$)/gm;
/** Nothing but directives and comments: it belongs to the document that follows. */
const onlyDirectives = /^(?:\s*(?:#[^\n]*)?\n)*%/;

/** A stream cut at its separators, which can stand nowhere else at the beginning of a line. */
function* yamlPieces(text: string): Generator<Piece> {
  let start = 0;
  separator.lastIndex = 0;
  const cuts = text.matchAll(separator);
  for (const { index } of cuts) {
    if (index === start) continue;
    const piece = text.slice(start, index);
    if (onlyDirectives.test(piece) && /^(?:\s*(?:[#%][^\n]*)?(?:\n|$))*$/.test(piece)) continue;
    yield { text: piece, base: start };
    start = index;
  }
  yield { text: text.slice(start), base: start };
}

/** Breaks lines in YAML 1.1, which Kubernetes reads, and not in 1.2: what looks like a comment may be a field. */
const foreignBreak = /[\u0085\u2028\u2029]/;

function* yamlParts({ text, base }: Piece): Generator<Part> {
  if (text.length > limits.objectBytes) {
    yield* longPiece({ text, base });
    return;
  }
  try {
    const odd = foreignBreak.exec(text);
    if (odd !== null) throw new RefusedError("encoding", "a line break that only YAML 1.1 knows", odd.index);
    for (const { value, spot } of readYaml(text)) yield { part: "document", value, spot, base };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    yield { part: "refused", error, base, text };
  }
}

/** A document over the limit is read only if it is a list, and then item by item. */
function* longPiece({ text, base }: Piece): Generator<Part> {
  const items = listItems(text);
  if (items === undefined) {
    const error = new RefusedError("size", "a document of more than 3 MiB", 0);
    yield { part: "refused", error, base, text: text.slice(0, 10_000) };
    return;
  }
  for (const item of items) {
    if (item.text.length > limits.objectBytes) {
      const error = new RefusedError("size", "an object of more than 3 MiB", 0);
      yield { part: "refused", error, base: base + item.base, text: item.text.slice(0, 10_000) };
    } else {
      for (const part of yamlParts(item)) {
        yield part.part === "document"
          ? { ...part, base: base + part.base, list: {} }
          : { ...part, base: base + part.base };
      }
    }
  }
}

/** The items of a `List` in block style, each blanked out to the column at which it begins; `undefined` for others. */
function listItems(text: string): Generator<Piece> | undefined {
  if (!/^kind: *["']?[A-Za-z]*List["']?[ \t\r]*$/m.test(text)) return undefined;
  const head = /^items:[ \t\r]*\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)- /m.exec(text);
  if (head === null) return undefined;
  const indent = head[1] ?? "";
  return cutItems(text, head.index + head[0].length - indent.length - 2, indent);
}

function* cutItems(text: string, first: number, indent: string): Generator<Piece> {
  const next = new RegExp(`^${indent}(?:- |[^\\s#-]|-[^ ])`, "gm");
  const shallower = indent === "" ? undefined : new RegExp(`^ {0,${indent.length - 1}}[^\\s#]`, "gm");
  const limit = endOf(text, first, shallower);
  let start = first;
  next.lastIndex = start + 1;
  for (;;) {
    const match = next.exec(text);
    const end = match === null || match.index > limit ? limit : match.index;
    const body = start + indent.length + 2;
    yield { text: `${indent}  ${text.slice(body, end)}`, base: start };
    if (match === null || match.index >= limit || !match[0].endsWith("- ")) return;
    start = match.index;
  }
}

function endOf(text: string, from: number, shallower: RegExp | undefined): number {
  if (shallower === undefined) return text.length;
  shallower.lastIndex = from;
  return shallower.exec(text)?.index ?? text.length;
}
