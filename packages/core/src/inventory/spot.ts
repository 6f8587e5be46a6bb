/**
 * Where something stands in a resource: its text, its value and its line, found together. Many findings stand below the
 * same container or pod, so the way there is walked once.
 */
import type { Json } from "../model/json.ts";
import type { Path, Resource, ResourceRecord, Source } from "../model/resource.ts";
import { childAt, keyText, offsetOf, stepText } from "./path.ts";

export interface Spot {
  readonly record: ResourceRecord;
  /** As `formatPath` writes it. */
  readonly text: string;
  /** `undefined` where nothing stands. */
  readonly value: Json | undefined;
  /** The number, in pre-order, of the value, or of its nearest parent that stands. */
  readonly order: number;
}

const known = new WeakMap<ResourceRecord, Map<Path | string, Spot>>();
const below = new WeakMap<Spot, Map<Path, Spot>>();

/** The spot of a path from the resource's root; kept by the path itself, so give one that comes again. */
export function spotAt(record: ResourceRecord, path: Path): Spot {
  if (path.length === 0) return rootOf(record);
  let spots = known.get(record);
  if (spots === undefined) known.set(record, (spots = new Map()));
  let spot = spots.get(path);
  if (spot === undefined) {
    spots.set(path, (spot = spotBelow(rootOf(record), path)));
  }
  return spot;
}

const roots = new WeakMap<ResourceRecord, Spot>();

function rootOf(record: ResourceRecord): Spot {
  let root = roots.get(record);
  if (root === undefined) roots.set(record, (root = { record, text: "", value: record.resource, order: 0 }));
  return root;
}

/** The same, one for all paths of the resource that read the same; kept by the path as well. */
export function sharedSpot(spot: Spot, path: Path): Spot {
  let kept = below.get(spot);
  if (kept === undefined) below.set(spot, (kept = new Map()));
  let found = kept.get(path);
  if (found === undefined) {
    const made = spotBelow(spot, path);
    let spots = known.get(spot.record);
    if (spots === undefined) known.set(spot.record, (spots = new Map()));
    found = spots.get(made.text) ?? made;
    spots.set(made.text, found);
    kept.set(path, found);
  }
  return found;
}

/** The spot of a path that starts at another. */
export function spotBelow(spot: Spot, path: Path): Spot {
  if (path.length === 0) return spot;
  const keys = keysText(path);
  let { text, value, order } = spot;
  if (keys !== undefined) text += text === "" && keys.startsWith(".") ? keys.slice(1) : keys;
  for (const step of path) {
    if (keys === undefined) text += stepText(value, step, text === "");
    const child = childAt(value, step);
    if (child !== undefined) order += offsetOf(value!, step);
    value = child;
  }
  return { record: spot.record, text, value, order };
}

const texts = new WeakMap<Path, string>();

/** Paths of controls come again and again; those with keys alone read the same in every resource. */
function keysText(path: Path): string | undefined {
  const text = texts.get(path);
  if (text !== undefined) return text;
  if (path.some((step) => typeof step === "number")) return undefined;
  const made = path.map((key) => keyText(String(key), false)).join("");
  texts.set(path, made);
  return made;
}

/** Line and column (1-based) of a spot, or of its nearest parent that stands in the file. */
export function lineOf({ record, order }: Spot): { line: number; column: number } | undefined {
  const { positions, line: first, column: start } = record.source;
  if (positions === undefined || positions.length < 2)
    return first === undefined ? undefined : { line: first, column: start ?? 1 };
  const line = positions[order * 2];
  const column = positions[order * 2 + 1];
  return line === undefined || column === undefined ? undefined : { line, column };
}

/** The same of a path from the resource's root, of which nothing is kept. */
export function lineAt(record: ResourceRecord, path: Path): { line: number; column: number } | undefined {
  const { positions } = record.source;
  const root: Spot = { record, text: "", value: record.resource, order: 0 };
  return lineOf(positions === undefined || positions.length < 2 ? root : spotBelow(root, path));
}

/** Line and column (1-based) of the value at a path, or of the nearest parent that stands in the file. */
export function locate(
  resource: Resource,
  source: Source,
  path: Path,
): { line: number; column: number } | undefined {
  return lineOf(spotBelow({ record: { resource, source }, text: "", value: resource, order: 0 }, path));
}
