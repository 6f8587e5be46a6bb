/**
 * One YAML or JSON document changed to another value by the smallest cuts: comments, order, quotes, indents, anchors and
 * line breaks of whatever stays are its own.
 */
import {
  isFilled,
  isJsonArray,
  isJsonObject,
  sameJson,
  yamlLines,
  yamlScalar,
  type Json,
  type JsonObject,
} from "@plimsoll/core";
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { align } from "./align.ts";
import { contentEnd, entriesOf, type Entry, type Slot } from "./node.ts";
import { flowText, scalarLike, styleOf, type Style } from "./style.ts";
import { lineEnd, lineStart, linesAround, spliced, type Splice } from "./splice.ts";

/** What came of it, or why nothing did. `notes` tell what was written otherwise than by changing a value. */
export type Rewritten =
  | { readonly text: string; readonly notes: readonly string[] }
  | { readonly refused: string };

interface Work {
  readonly text: string;
  readonly style: Style;
  readonly shared: ReadonlySet<string>;
  readonly splices: Splice[];
  readonly notes: string[];
}

/** Thrown and caught here alone. */
class CannotError extends Error {
  readonly code = "cannot-rewrite";
}

/** `before` is what the text says. Whether the outcome says `after` is for the caller to check with a reader of his own. */
export function rewriteDocument(text: string, before: Json, after: Json): Rewritten {
  const parsed = parseDocument(text, { keepSourceTokens: true, merge: false, uniqueKeys: false });
  if (parsed.errors.length > 0) return { refused: "its text cannot be edited" };
  if (parsed.contents === null)
    return isJsonObject(after)
      ? { text: withContents(text, after), notes: [] }
      : { refused: "its text cannot be edited" };
  const root = parsed.contents as Node;
  const work: Work = {
    text,
    style: styleOf(text, root),
    shared: sharedAnchors(root),
    splices: [],
    notes: [],
  };
  try {
    change(work, { node: root, after: root.range![0], column: 0, holder: "flow" }, before, after);
  } catch (error) {
    if (error instanceof CannotError) return { refused: error.message };
    throw error;
  }
  const out = spliced(text, work.splices);
  return out === undefined ? { refused: "its changes overlap" } : { text: out, notes: work.notes };
}

/** Of a text that says nothing yet: comments at most, which stay above. */
function withContents(text: string, value: JsonObject): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const above = text === "" || text.endsWith("\n") ? text : text + eol;
  return (
    above +
    yamlLines(value, "")
      .map((line) => line + eol)
      .join("")
  );
}

/** Anchors that an alias somewhere uses: a change under one changes what stands at the alias. */
function sharedAnchors(root: Node): ReadonlySet<string> {
  const names = new Set<string>();
  visit(root, { Alias: (_, { source }) => void names.add(source) });
  return names;
}

function change(work: Work, slot: Slot, before: Json | undefined, after: Json): void {
  if (sameJson(before, after)) return;
  const { node } = slot;
  if (isAlias(node)) {
    work.notes.push(`*${node.source} is written out, so that what else it stands for stays`);
    return replace(work, slot, after);
  }
  if (node !== null) mustBeOwn(work, node);
  if (isMap(node) && isJsonObject(before) && isJsonObject(after))
    return changeMap(work, slot, node, before, after);
  if (isSeq(node) && isJsonArray(before) && isJsonArray(after))
    return changeList(work, slot, node, before, after);
  replace(work, slot, after);
}

function mustBeOwn({ shared, text }: Work, node: Node): void {
  const anchor = isAlias(node) ? undefined : (node as { readonly anchor?: string }).anchor;
  if (anchor === undefined || !shared.has(anchor)) return;
  const line = text.slice(0, node.range![0]).split("\n").length;
  throw new CannotError(
    `&${anchor} (line ${line} of the document) is used elsewhere too: a change would reach there`,
  );
}

function changeMap(work: Work, slot: Slot, node: YAMLMap, before: JsonObject, after: JsonObject): void {
  const entries = entriesOf(work.text, node);
  if (entries === undefined) throw new CannotError("it has keys that are written in an unusual way");
  const own = new Map(entries.map((entry) => [entry.key, entry]));
  const gone = entries.filter(({ key }) => key !== "<<" && !Object.hasOwn(after, key));
  const merged = Object.keys(before).find((key) => !Object.hasOwn(after, key) && !own.has(key));
  if (merged !== undefined)
    throw new CannotError(`${merged} comes by a merge key and cannot be taken out here`);
  if (gone.length === entries.length) return replace(work, slot, after);
  for (const { key, slot: inner } of entries) {
    if (key !== "<<" && Object.hasOwn(after, key)) change(work, inner, before[key], after[key]!);
  }
  const added = Object.entries(after).filter(
    ([key, value]) => !own.has(key) && !sameJson(before[key], value),
  );
  if (added.some(([key]) => Object.hasOwn(before, key)))
    work.notes.push("what comes by a merge key is written out where it changes");
  const kept = entries.filter((entry) => !gone.includes(entry));
  remove(work, node, entries, gone);
  if (added.length === 0) return;
  const last = kept.at(-1)!;
  if (isFlow(node))
    return insertFlow(
      work,
      node,
      last,
      added.map(([key, value]) => keyed(work, last, key, value ?? null)),
    );
  const lines = yamlLines(Object.fromEntries(added), " ".repeat(last.slot.column), work.style);
  insertLines(work, contentEnd(work.text, last.slot), lines);
}

function keyed({ text, style }: Work, { start }: Entry, key: string, value: Json): string {
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, start)))![0];
  const name = style.json ? JSON.stringify(key) : yamlScalar(key);
  return `${name}: ${flowText(value, style, indent)}`;
}

function changeList(
  work: Work,
  slot: Slot,
  node: YAMLSeq,
  before: readonly Json[],
  after: readonly Json[],
): void {
  const entries = entriesOf(work.text, node);
  if (entries === undefined || entries.length !== before.length)
    throw new CannotError("it has a list that is written in an unusual way");
  const { kept, added } = align(before, after);
  const gone = entries.filter((_, index) => kept[index] === -1);
  if (gone.length === entries.length) return replace(work, slot, after);
  let end = 0;
  const add = (until: number, at: Entry | undefined): void => {
    const values = added.filter((index) => index >= end && index < until).map((index) => after[index]!);
    end = until;
    if (values.length > 0)
      insertItems(
        work,
        node,
        at,
        entries.find((entry) => !gone.includes(entry))!,
        values,
      );
  };
  let last: Entry | undefined;
  for (const [index, entry] of entries.entries()) {
    const to = kept[index]!;
    if (to === -1) continue;
    add(to, last);
    end = to + 1;
    change(work, entry.slot, before[index], after[to]!);
    last = entry;
  }
  add(after.length, last);
  remove(work, node, entries, gone);
}

/** Behind an entry, or before the first that stays where there is none. */
function insertItems(
  work: Work,
  node: YAMLSeq,
  at: Entry | undefined,
  first: Entry,
  values: readonly Json[],
): void {
  if (isFlow(node)) {
    const indent = /^[ \t]*/.exec(work.text.slice(lineStart(work.text, first.start)))![0];
    const items = values.map((value) => flowText(value, work.style, indent));
    if (at !== undefined) return insertFlow(work, node, at, items);
    work.splices.push({ start: first.start, end: first.start, text: `${items.join(", ")}, ` });
    return;
  }
  const lines = yamlLines(values, " ".repeat(first.slot.column), work.style);
  if (at !== undefined) return insertLines(work, contentEnd(work.text, at.slot), lines);
  const start = lineStart(work.text, first.start);
  if (work.text.slice(start, first.start).trim() !== "")
    throw new CannotError("it has a list within a list's line");
  work.splices.push({ start, end: start, text: lines.map((line) => line + work.style.eol).join("") });
}

function remove(
  work: Work,
  node: YAMLMap | YAMLSeq,
  entries: readonly Entry[],
  gone: readonly Entry[],
): void {
  const { text } = work;
  const lastKept = entries.findLastIndex((entry) => !gone.includes(entry));
  for (const [index, entry] of entries.entries()) {
    if (!gone.includes(entry)) continue;
    if (entry.slot.node !== null) mustHoldNoAnchor(work, entry.slot.node);
    if (isFlow(node)) {
      if (index < lastKept)
        work.splices.push({ start: entry.start, end: entries[index + 1]!.start, text: "" });
      continue;
    }
    const end = contentEnd(text, entry.slot);
    const before = text.slice(lineStart(text, entry.start), entry.start);
    if (before.trim() === "") work.splices.push(linesAround(text, entry.start, end));
    else if (index < lastKept) {
      // The first entry behind a dash: the next takes its place.
      const rest = /\s*/.exec(text.slice(lineEnd(text, end)))![0].length;
      work.splices.push({ start: entry.start, end: lineEnd(text, end) + rest, text: "" });
    } else throw new CannotError("the last entry of a line cannot be taken out");
  }
  if (isFlow(node) && lastKept < entries.length - 1) {
    const [from, to] = [entries[lastKept]!, entries.at(-1)!];
    work.splices.push({ start: contentEnd(text, from.slot), end: contentEnd(text, to.slot), text: "" });
  }
}

function mustHoldNoAnchor(work: Work, node: Node): void {
  if (isAlias(node)) return;
  visit(node, { Node: (_, inner) => mustBeOwn(work, inner) });
}

function isFlow({ srcToken }: YAMLMap | YAMLSeq): boolean {
  return srcToken?.type === "flow-collection";
}

function insertFlow(work: Work, node: YAMLMap | YAMLSeq, last: Entry, items: readonly string[]): void {
  const { text, style } = work;
  const end = contentEnd(text, last.slot);
  const lines = text.slice(node.range![0], last.start).includes("\n");
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, last.start)))![0];
  const glue = lines ? `,${style.eol}${indent}` : ", ";
  work.splices.push({ start: end, end, text: items.map((item) => glue + item).join("") });
}

function insertLines({ text, style, splices }: Work, behind: number, lines: readonly string[]): void {
  const at = lineEnd(text, behind);
  splices.push({ start: at, end: at, text: lines.map((line) => style.eol + line).join("") });
}

/** Puts another value in the place of one: a scalar on its line, what holds something on lines of its own. */
function replace(work: Work, slot: Slot, value: Json): void {
  const { text, style, splices } = work;
  const { node, after, holder, column, commentEnd } = slot;
  if (node !== null) mustHoldNoAnchor(work, node);
  const end = contentEnd(text, slot);
  const cut: Splice = { start: Math.min(commentEnd ?? after, end), end, text: "" };
  if (holder === "flow") {
    if (node === null) throw new CannotError("the whole document would change");
    const indent = /^[ \t]*/.exec(text.slice(lineStart(text, after)))![0];
    splices.push({ start: node.range![0], end, text: flowText(value, style, indent) });
  } else if (
    isScalar(node) &&
    !isFilled(value) &&
    node.type !== "BLOCK_FOLDED" &&
    node.type !== "BLOCK_LITERAL"
  ) {
    splices.push({ start: node.range![0], end, text: scalarLike(value, text.slice(node.range![0], end)) });
  } else if (isFilled(value)) {
    splices.push(cut);
    const deep = holder === "dash" ? 2 : isJsonArray(value) && !style.deepLists ? 0 : style.step;
    const lines = yamlLines(value, " ".repeat(column + deep), style);
    if (holder === "dash")
      splices.push({ start: after, end: after, text: ` ${lines.join(style.eol).trimStart()}` });
    else insertLines(work, end, lines);
  } else {
    splices.push({ start: after, end: after, text: ` ${yamlScalar(value)}` });
    splices.push(cut);
  }
}
