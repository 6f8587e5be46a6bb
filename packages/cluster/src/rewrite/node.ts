/** A document's tree with the places of its parts: keys, colons, dashes, and where what a value says ends. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type CST,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** A value, and where it hangs: what has to be known to put another in its place. */
export interface Slot {
  readonly node: Node | null;
  /** Behind the colon or the dash; the value's own beginning in flow style. */
  readonly after: number;
  /** The column of the key or the dash. */
  readonly column: number;
  readonly holder: "key" | "dash" | "flow";
  /** A comment on the key's own line, before the value's lines. */
  readonly commentEnd?: number;
}

export interface Entry {
  /** Where the key begins, or the dash; in flow style the item. */
  readonly start: number;
  readonly key: string;
  readonly slot: Slot;
}

/** The entries of a mapping or list in order; `undefined` where one is written in a way that is not edited here. */
export function entriesOf(text: string, node: YAMLMap | YAMLSeq): readonly Entry[] | undefined {
  const token = node.srcToken;
  if (isMap(node) && node.items.some(({ key }) => isAlias(key))) return undefined;
  if (token?.type !== "flow-collection" && token?.type !== "block-seq" && token?.type !== "block-map")
    return undefined;
  const entries: (Entry | undefined)[] =
    token.type === "flow-collection"
      ? flowItems(token).map((item, index) => flowEntry(node, item, index))
      : token.type === "block-seq"
        ? token.items
            .filter(({ start }) => dashIn(start) !== undefined)
            .map((item, index) => dashEntry(text, node, item, index))
        : token.items
            .filter(({ key, sep }) => key !== undefined || sep !== undefined)
            .map((item, index) => keyEntry(text, node, item, index));
  if (entries.length !== node.items.length) return undefined;
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

type Item = CST.CollectionItem;

function flowItems({ items }: CST.FlowCollection): readonly Item[] {
  return items.filter(
    ({ key, sep, value }) => (key !== undefined && key !== null) || sep !== undefined || value !== undefined,
  );
}

function flowEntry(node: YAMLMap | YAMLSeq, item: Item, index: number): Entry | undefined {
  if (isMap(node)) {
    const { key, value } = node.items[index] as Pair;
    if (!isScalar(key) || !key.range || item.start.some(isExplicit)) return undefined;
    const own = value as Node | null;
    if (!own?.range || own.range[0] === own.range[1]) return undefined;
    const slot: Slot = { node: own, after: own.range[0], column: 0, holder: "flow" };
    return { start: key.range[0], key: keyText(key), slot };
  }
  const own = node.items[index] as Node | null;
  if (!own?.range || item.sep !== undefined) return undefined;
  const slot: Slot = { node: own, after: own.range[0], column: 0, holder: "flow" };
  return { start: propsStart(item, own.range[0]), key: "", slot };
}

/** Where the anchor or tag before a value begins. */
function propsStart({ start }: Item, from: number): number {
  return start.find(({ type }) => type === "anchor" || type === "tag")?.offset ?? from;
}

function dashIn(start: readonly CST.SourceToken[]): CST.SourceToken | undefined {
  return start.find(({ type }) => type === "seq-item-ind");
}

function dashEntry(text: string, node: YAMLMap | YAMLSeq, { start }: Item, index: number): Entry | undefined {
  const dash = dashIn(start)!.offset;
  const own = node.items[index] as Node | null;
  const slot: Slot = {
    node: isEmpty(own) ? null : own,
    after: dash + 1,
    column: columnOf(text, dash),
    holder: "dash",
  };
  return { start: dash, key: "", slot };
}

function keyEntry(text: string, node: YAMLMap | YAMLSeq, item: Item, index: number): Entry | undefined {
  const { key, value } = node.items[index] as Pair;
  const colon = item.sep?.find(({ type }) => type === "map-value-ind");
  if (!isScalar(key) || !key.range || colon === undefined || item.start.some(isExplicit)) return undefined;
  const comment = commentOf(item.sep ?? []);
  const own = value as Node | null;
  const start = propsStart(
    { ...item, start: item.start.filter(({ type }) => type !== "newline") },
    key.range[0],
  );
  const slot: Slot = {
    node: isEmpty(own) ? null : own,
    after: colon.offset + 1,
    column: columnOf(text, start),
    holder: "key",
    ...(comment === undefined ? {} : { commentEnd: comment.offset + comment.source.length }),
  };
  return { start, key: keyText(key), slot };
}

/** Of the tokens between a key and its value, the comment on the key's line. */
function commentOf(tokens: readonly CST.SourceToken[]): CST.SourceToken | undefined {
  const line = tokens.findIndex(({ type }) => type === "newline");
  return (line < 0 ? [] : tokens.slice(0, line)).find(({ type }) => type === "comment");
}

function isExplicit({ type }: CST.SourceToken): boolean {
  return type === "explicit-key-ind";
}

/** A value that is not written at all. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.source === "" && node.type === "PLAIN");
}

function keyText(key: { readonly source?: string | undefined; readonly value: unknown }): string {
  return key.source ?? String(key.value);
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** Behind the last character that says something: without trailing comments and breaks. */
export function contentEnd(text: string, { node, after }: Slot): number {
  if (node === null) return after;
  if ((isMap(node) || isSeq(node)) && node.srcToken?.type !== "flow-collection") {
    const last = entriesOf(text, node)?.at(-1);
    if (last !== undefined) return contentEnd(text, last.slot);
  }
  let end = node.range![1];
  const keepsBreaks = isScalar(node) && /^[|>][0-9]*\+/.test(text.slice(node.range![0]));
  if (keepsBreaks) return text[end - 1] === "\n" ? end - 1 : end;
  while (end > after && /\s/.test(text[end - 1]!)) end -= 1;
  return end;
}
