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
export function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text) && !/^---/m.test(text);
}

/** False where nothing of the text is JSON and it need not be. */
function* jsonParts(text: string, certain: boolean): Generator<Part, boolean> {
  let found = certain;
  try {
    for (const part of readJson(text)) {
      found = true;
      if (part.part === "refused") {
        yield { part: "refused", error: part.error, base: 0, text: nearby(text, part.start) };
      } else if (part.part === "item") {
        yield { part: "document", value: part.value, spot: part.spot, base: 0, list: part.list };
      } else if (part.part === "value" || !isList(part.value)) {
        yield { part: "document", value: part.value, spot: part.spot, base: 0 };
      }
    }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (!found && error.code === "syntax") return false;
    yield { part: "refused", error, base: 0, text: nearby(text, error.offset - 5_000) };
  }
  return true;
}

/** Whether something that has `items` is no more than a list of them. */
function isList(value: Raw): boolean {
  const kind = isRawObject(value) ? value["kind"] : undefined;
  return kind === undefined || (typeof kind === "string" && kind.endsWith("List"));
}

/** Enough of a long text to tell what it is about. */
function nearby(text: string, start: number): string {
  return text.slice(Math.max(0, start), Math.max(0, start) + 10_000);
}

export interface Piece {
  readonly text: string;
  readonly base: number;
}

/** A separator begins the document below it; an end mark (`...`) ends the one above. */
const separator = /^---(?=[ \t\r\n]|$)|^\.\.\.[ \t]*(?:#[^\n]*)?\r?\n/gm;
/** Nothing but directives and comments: it belongs to the document that follows. */
const onlyDirectives = /^(?:\s*(?:[#%][^\n]*)?(?:\n|$))*$/;

/** A stream cut at its separators, which can stand nowhere else at the beginning of a line. */
export function* yamlPieces(text: string): Generator<Piece> {
  let start = 0;
  for (const { 0: mark, index } of text.matchAll(separator)) {
    const cut = mark === "---" ? index : index + mark.length;
    if (cut === start) continue;
    const piece = text.slice(start, cut);
    if (/^%/m.test(piece) && onlyDirectives.test(piece)) continue;
    yield { text: piece, base: start };
    start = cut;
  }
  if (start < text.length) yield { text: text.slice(start), base: start };
}

/** Breaks lines in YAML 1.1, which Kubernetes reads, and not in 1.2: what looks like a comment may be a field. */
const foreignBreak = /[\u0085\u2028\u2029]/;

/** A list that is too long, or holds something that is refused, is read item by item instead. */
function* yamlParts({ text, base }: Piece): Generator<Part> {
  try {
    if (text.length > limits.objectBytes) throw new RefusedError("size", "a document of more than 3 MiB", 0);
    const odd = foreignBreak.exec(text);
    if (odd !== null) throw new RefusedError("encoding", "a line break that only YAML 1.1 knows", odd.index);
    for (const { value, spot } of readYaml(text)) yield { part: "document", value, spot, base };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const items = listItems(text);
    if (items === undefined) yield { part: "refused", error, base, text: text.slice(0, 10_000) };
    else yield* itemParts(items, base);
  }
}

function* itemParts(items: Iterable<Piece>, base: number): Generator<Part> {
  for (const item of items) {
    for (const part of yamlParts({ text: item.text, base: base + item.base })) {
      yield part.part === "document" ? { ...part, list: {} } : part;
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
