/** Reads YAML: one pass over js-yaml's events makes values as Kubernetes would, and says where each of them stands. */
import {
  CHOMPING_STRIP,
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_FOLDED_BLOCK,
  SCALAR_STYLE_LITERAL_BLOCK,
  SCALAR_STYLE_PLAIN,
  SCALAR_STYLE_SINGLE_QUOTED,
  YAMLException,
} from "js-yaml";
import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import { limits, RefusedError, sanitised } from "./limit.ts";
import {
  addEntry,
  closeFrame,
  isRawObject,
  kindOf,
  mergeEntries,
  openFrame,
  setEntry,
  type Frame,
  type Located,
  type Raw,
  type RawObject,
} from "./raw.ts";
import { isDeficient, moved, positionOf, relaxed } from "./relax.ts";
import { plainScalar, taggedScalar, type Scalar } from "./scalar.ts";
import type { Spot } from "./spot.ts";

interface Anchor {
  readonly value: Raw;
  readonly spot: Spot;
}

export interface Manner {
  /** A key that is given twice: refused, or the last counts (its places are not to be relied upon then). */
  readonly repeated?: "last";
}

interface Reader {
  readonly text: string;
  readonly manner: Manner;
  /** Open mappings and lists, outermost first. */
  readonly frames: Frame[];
  readonly anchors: Map<string, Anchor | "open">;
  readonly documents: Located[];
  /** Values that were written, and values that aliases copied. */
  readonly written: number;
  copied: number;
  aliases: number;
  nodes: number;
  /** Where the reader is, for errors that do not know better. */
  offset: number;
}

/**
 * The documents of a text, most often one. Throws `RefusedError` on the first thing that is ill-formed or over a limit.
 * Integers that a number cannot hold are left in as bigints.
 */
export function readYaml(text: string, manner: Manner = {}): readonly Located[] {
  try {
    return construct(text, eventsOf(text), manner);
  } catch (error) {
    if (isDeficient(error)) return readRelaxed(text, manner);
    throw refusalOf(error);
  }
}

/** A text of so many characters may hold more values than are taken: an entry needs three (`a:` and its line break). */
const mayBeTooMany = 2 * limits.nodes;

function eventsOf(text: string): readonly Event[] {
  const maxDepth = text.length < mayBeTooMany ? limits.depth + 1 : countedDepth();
  return parseEvents(text, { maxDepth });
}

/**
 * js-yaml has a limit on depth and none on number, and would take half a gigabyte for a hostile text of 3 MiB. It
 * compares its depth with this at every node, up to three times for each: so the nodes are counted here.
 */
function countedDepth(): number {
  let visits = 0;
  const depth = {
    valueOf: (): number => {
      visits += 1;
      if (visits > 3 * limits.nodes) throw tooManyNodes(-1);
      return limits.depth + 1;
    },
  };
  return depth as unknown as number;
}

function readRelaxed(text: string, manner: Manner): readonly Located[] {
  let events: readonly Event[] = [];
  const relaxation = relaxed(text, (changed) => {
    events = eventsOf(changed);
  });
  try {
    if ("error" in relaxation) throw relaxation.error;
    const documents = construct(relaxation.text, events, manner);
    return documents.map(({ value, spot }) => ({ value, spot: moved(spot, relaxation.original) }));
  } catch (error) {
    const { code, message, offset } = refusalOf(error);
    throw new RefusedError(code, message, relaxation.original(offset), { cause: error });
  }
}

/** What is wrong with the text; errors of our own code go through. */
function refusalOf(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  if (!(error instanceof YAMLException)) throw error;
  const offset = positionOf(error);
  if (error.reason.startsWith("nesting exceeded")) return tooDeep(offset, error);
  return new RefusedError("syntax", sanitised(error.reason), offset, { cause: error });
}

function construct(text: string, events: readonly Event[], manner: Manner): readonly Located[] {
  if (events.length > 3 * limits.nodes) throw tooManyNodes(0);
  const reader: Reader = {
    text,
    manner,
    frames: [],
    anchors: new Map(),
    documents: [],
    written: events.length,
    copied: 0,
    aliases: 0,
    nodes: 0,
    offset: 0,
  };
  try {
    for (const event of events) takeEvent(reader, event);
  } catch (error) {
    if (!(error instanceof RefusedError) || error.offset !== -1) throw error;
    throw new RefusedError(error.code, error.message, reader.offset, { cause: error });
  }
  return reader.documents;
}

function tooDeep(offset: number, cause?: Error): RefusedError {
  return new RefusedError("depth", `nested deeper than ${limits.depth}`, offset, { cause });
}

function tooManyNodes(offset: number): RefusedError {
  return new RefusedError("nodes", `more than ${limits.nodes.toLocaleString("en")} values`, offset);
}

function takeEvent(reader: Reader, event: Event): void {
  switch (event.type) {
    case EVENT_SCALAR:
      takeScalar(reader, event);
      return;
    case EVENT_MAPPING:
    case EVENT_SEQUENCE:
      takeOpening(reader, event);
      return;
    case EVENT_ALIAS:
      takeAlias(reader, event);
      return;
    case EVENT_DOCUMENT:
      if (event.directives.some(({ kind }) => kind === "tag")) {
        throw new RefusedError("tag", "a %TAG directive");
      }
      reader.anchors.clear();
      return;
    default:
      takeClosing(reader);
  }
}

function takeScalar(reader: Reader, event: ScalarEvent): void {
  const { text } = reader;
  const parent = reader.frames.at(-1);
  if (event.valueStart !== -1) reader.offset = event.valueStart;
  const value = scalarValue(text, event);
  const isKey = parent !== undefined && parent.mapping && parent.key === undefined;
  if (isKey && value === "<<" && event.style === SCALAR_STYLE_PLAIN && event.tagStart === -1)
    parent.merge = true;
  const spot = event.valueStart === -1 ? reader.offset : scalarOffset(text, event);
  if (event.anchorStart !== -1) {
    reader.anchors.set(text.slice(event.anchorStart, event.anchorEnd), { value, spot });
  }
  takeValue(reader, parent, value, spot);
}

function scalarValue(text: string, event: ScalarEvent): Scalar {
  if (event.valueEnd - event.valueStart > limits.scalarBytes) {
    throw new RefusedError("scalar-size", "one scalar of more than 1.5 MiB", event.valueStart);
  }
  const value = getScalarValue(text, event);
  if (endsUnbroken(text, event)) return value.slice(0, -1);
  if (event.tagStart !== -1) return taggedScalar(text.slice(event.tagStart, event.tagEnd), value);
  if (event.style === SCALAR_STYLE_PLAIN) return plainScalar(value);
  if (event.style === SCALAR_STYLE_DOUBLE_QUOTED && !event.fast && !value.isWellFormed()) {
    throw new RefusedError("encoding", "half of a surrogate pair", event.valueStart);
  }
  return value;
}

/** js-yaml ends a block with a line break where the text itself ends without one; Kubernetes' decoder does not. */
function endsUnbroken(text: string, { style, valueStart, valueEnd, chomping }: ScalarEvent): boolean {
  const block = style === SCALAR_STYLE_LITERAL_BLOCK || style === SCALAR_STYLE_FOLDED_BLOCK;
  if (!block || chomping === CHOMPING_STRIP || valueEnd < text.length || valueStart === valueEnd)
    return false;
  return !/[\n\r]$/.test(text);
}

function takeOpening(reader: Reader, event: MappingEvent | SequenceEvent): void {
  const { text, frames } = reader;
  const mapping = event.type === EVENT_MAPPING;
  reader.offset = event.start;
  if (frames.length >= limits.depth) throw tooDeep(event.start);
  const parent = frames.at(-1);
  if (parent?.mapping === true && parent.key === undefined) {
    throw new RefusedError("key", "a mapping key that is no scalar", event.start);
  }
  if (event.tagStart !== -1) {
    const tag = text.slice(event.tagStart, event.tagEnd);
    if (tag !== "!" && tag !== (mapping ? "!!map" : "!!seq")) {
      throw new RefusedError("tag", `unknown tag ${sanitised(tag, 60)}`, event.tagStart);
    }
  }
  const anchor = event.anchorStart === -1 ? "" : text.slice(event.anchorStart, event.anchorEnd);
  if (anchor !== "") reader.anchors.set(anchor, "open");
  frames.push(openFrame(mapping, event.start, anchor));
}

function takeClosing(reader: Reader): void {
  const frame = reader.frames.pop();
  if (frame === undefined) return; // the end of a document
  closeFrame(frame);
  if (frame.anchor !== "") reader.anchors.set(frame.anchor, { value: frame.value, spot: frame.spots });
  takeValue(reader, reader.frames.at(-1), frame.value, frame.spots);
}

function takeAlias(reader: Reader, event: AliasEvent): void {
  const name = reader.text.slice(event.anchorStart, event.anchorEnd);
  reader.offset = event.anchorStart - 1;
  const anchor = reader.anchors.get(name);
  if (anchor === undefined) throw new RefusedError("syntax", `unknown anchor ${sanitised(name, 60)}`);
  if (anchor === "open") throw new RefusedError("cycle", `the anchor ${sanitised(name, 60)} holds itself`);
  reader.aliases += 1;
  if (reader.aliases > limits.aliases) throw new RefusedError("aliases", "more than 1,000 aliases");
  const value = copied(reader, anchor.value, reader.frames.length);
  takeValue(
    reader,
    reader.frames.at(-1),
    value,
    moved(anchor.spot, (offset) => offset),
  );
}

/** A copy of its own for every alias: what is changed in one place later must not change in another. */
function copied(reader: Reader, value: Raw, depth: number): Raw {
  reader.copied += 1;
  if (reader.copied > limits.growth * reader.written) {
    throw new RefusedError("growth", `aliases make it more than ${limits.growth} times as large`);
  }
  if (reader.copied > limits.nodes) throw tooManyNodes(reader.offset);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= limits.depth) throw tooDeep(reader.offset);
  if (Array.isArray(value)) return value.map((entry) => copied(reader, entry, depth + 1));
  const copy: RawObject = {};
  for (const key of Object.keys(value)) setEntry(copy, key, copied(reader, value[key] ?? null, depth + 1));
  return copy;
}

function takeValue(reader: Reader, parent: Frame | undefined, value: Raw, spot: Spot): void {
  reader.nodes += 1;
  if (reader.nodes > 2 * limits.nodes) throw tooManyNodes(reader.offset);
  if (parent === undefined) {
    reader.documents.push({ value, spot });
  } else if (!parent.mapping) {
    (parent.value as Raw[]).push(value);
    parent.spots.push(spot);
  } else if (parent.key === undefined) {
    parent.key = keyText(value);
    parent.keyOffset = typeof spot === "number" ? spot : reader.offset;
  } else {
    const { key, merge } = parent;
    parent.key = undefined;
    parent.merge = false;
    if (merge) takeMerge(parent, value, spot);
    else addEntry(parent, key, value, spot, reader.manner.repeated === "last");
  }
}

function keyText(value: Raw): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new RefusedError("key", `a mapping key that is ${kindOf(value)}`);
}

/** Of a list of mappings the first that has a key wins. */
function takeMerge(frame: Frame, value: Raw, spot: Spot): void {
  const sources = Array.isArray(value) ? value : [value];
  for (let index = sources.length - 1; index >= 0; index -= 1) {
    const source = sources[index] ?? null;
    if (!isRawObject(source)) throw new RefusedError("syntax", `a merge key that names ${kindOf(source)}`);
    mergeEntries(
      frame,
      source,
      Array.isArray(value) && typeof spot !== "number" ? (spot[index + 1] ?? 0) : spot,
    );
  }
}

/** Where a scalar begins to the eye: at its quote, or at the `|` or `>` of a block. */
function scalarOffset(text: string, { style, valueStart }: ScalarEvent): number {
  if (style === SCALAR_STYLE_PLAIN) return valueStart;
  if (style === SCALAR_STYLE_SINGLE_QUOTED || style === SCALAR_STYLE_DOUBLE_QUOTED) return valueStart - 1;
  const headerEnd = valueStart - 1;
  const headerStart = text.lastIndexOf("\n", headerEnd - 1) + 1;
  const mark = /[|>][-+0-9]*[ \t]*(?:#.*)?\r?$/.exec(text.slice(headerStart, headerEnd));
  return mark === null ? valueStart : headerStart + mark.index;
}
