/** A value just read, with the places of its parts, before it has been looked at, pruned and redacted. */
import { RefusedError } from "./limit.ts";
import type { Spot } from "./spot.ts";

/** JSON, still open to change; an integer that a number cannot hold exactly is a bigint. */
export type Raw = null | boolean | number | bigint | string | Raw[] | RawObject;

export interface RawObject {
  [key: string]: Raw;
}

export interface Located {
  readonly value: Raw;
  readonly spot: Spot;
}

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands under a key of the object itself; never something of its prototype. */
export function entryOf(object: RawObject, key: string): Raw | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an entry; `__proto__` becomes an entry like any other. */
export function setEntry(object: RawObject, key: string, value: Raw): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Keys that JavaScript lists first and in numeric order, wherever they were written. */
export function isIndexKey(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && /^(?:0|[1-9][0-9]{0,9})$/.test(key);
}

/** What a value is, for messages: `a list`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : `a ${typeof value === "bigint" ? "number" : typeof value}`;
}

/** A list or mapping that is being read. */
export interface Frame {
  readonly mapping: boolean;
  readonly value: Raw[] | RawObject;
  readonly spots: Spot[];
  /** Name of the anchor it stands under, or empty. */
  readonly anchor: string;
  /** The key whose value comes next. */
  key: string | undefined;
  keyOffset: number;
  /** Whether that key is the merge key. */
  merge: boolean;
  /** Places by key, once the order of `Object.keys` may differ from the order in which entries came. */
  places: Map<string, Spot> | undefined;
  /** Keys that were written and not merged in, once anything was merged in. */
  written: Set<string> | undefined;
}

export function openFrame(mapping: boolean, offset: number, anchor = ""): Frame {
  return {
    mapping,
    value: mapping ? {} : [],
    spots: [offset],
    anchor,
    key: undefined,
    keyOffset: offset,
    merge: false,
    places: undefined,
    written: undefined,
  };
}

/** Adds an entry that was written out. Duplicate keys are refused, whatever they hold, unless the last is to count. */
export function addEntry(frame: Frame, key: string, value: Raw, spot: Spot, lastCounts = false): void {
  const object = frame.value as RawObject;
  const taken = frame.written === undefined ? Object.hasOwn(object, key) : frame.written.has(key);
  if (taken && !lastCounts) throw new RefusedError("duplicate-key", "a key is given twice", frame.keyOffset);
  frame.written?.add(key);
  placeEntry(frame, key, value, spot);
}

function placeEntry(frame: Frame, key: string, value: Raw, spot: Spot): void {
  if (typeof spot !== "number") spot[0] = frame.keyOffset;
  const at = typeof spot === "number" ? frame.keyOffset : spot;
  if (frame.places === undefined && isIndexKey(key)) trackPlaces(frame);
  if (frame.places === undefined) frame.spots.push(at);
  else frame.places.set(key, at);
  setEntry(frame.value as RawObject, key, value);
}

function trackPlaces(frame: Frame): void {
  const keys = Object.keys(frame.value);
  frame.places ??= new Map(keys.map((key, index) => [key, frame.spots[index + 1] ?? frame.keyOffset]));
}

/** Adds what a merge key names. As in Kubernetes' decoder it wins over entries written before it, not over later ones. */
export function mergeEntries(frame: Frame, source: RawObject, spot: Spot): void {
  trackPlaces(frame);
  frame.written ??= new Set(Object.keys(frame.value));
  Object.keys(source).forEach((key, index) => {
    const at = typeof spot === "number" ? spot : (spot[index + 1] ?? frame.keyOffset);
    frame.places?.set(key, at);
    setEntry(frame.value as RawObject, key, source[key] ?? null);
  });
}

/** Brings the places into the order in which `Object.keys` lists the entries. */
export function closeFrame(frame: Frame): void {
  const { places, spots } = frame;
  if (places === undefined) return;
  spots.length = 1;
  for (const key of Object.keys(frame.value)) spots.push(places.get(key) ?? frame.keyOffset);
}
