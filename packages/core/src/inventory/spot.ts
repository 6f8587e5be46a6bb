/**
 * Where something stands in a resource: its text, its value and its line. Many findings stand below the same container
 * or pod, so the way there is walked once; the line is looked for where somebody asks.
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
  /** Whose path its own path goes on; absent: it is the resource. Where it stands in a file is told by that, if somebody asks. */
  readonly above?: Spot;
  readonly path: Path;
}

const known = new WeakMap<ResourceRecord, Map<Path, Spot>>();

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
  if (root === undefined) roots.set(record, (root = rootSpot(record)));
  return root;
}

function rootSpot(record: ResourceRecord): Spot {
  return { record, text: "", value: record.resource, path: [] };
}

/** The spot of a path that starts at another. */
export function spotBelow(spot: Spot, path: Path): Spot {
  if (path.length === 0) return spot;
  const keys = keysText(path);
  let { text, value } = spot;
  if (keys !== undefined) text += text === "" && keys.startsWith(".") ? keys.slice(1) : keys;
  for (const step of path) {
    if (keys === undefined) text += stepText(value, step, text === "");
    value = childAt(value, step);
  }
  return { record: spot.record, text, value, above: spot, path };
}

/** The number, in pre-order, of the value of a spot, or of its nearest parent that stands. */
function orderOf({ above, path }: Spot): number {
  return above === undefined ? 0 : orderBelow(above, knownOrder(above), path);
}

function orderBelow(above: Spot, start: number, path: Path): number {
  let order = start;
  let { value } = above;
  for (const step of path) {
    const child = childAt(value, step);
    if (child !== undefined) order += offsetOf(value!, step);
    value = child;
  }
  return order;
}

const orders = new WeakMap<Spot, number>();

/** Many findings stand below the same container or pod. */
function knownOrder(spot: Spot): number {
  let order = orders.get(spot);
  if (order === undefined) orders.set(spot, (order = orderOf(spot)));
  return order;
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
export function lineOf(spot: Spot): { line: number; column: number } | undefined {
  return lineBelow(spot, noPath);
}

const noPath: Path = [];

/** The same of a path that starts at a spot, of which nothing is kept. */
export function lineBelow(spot: Spot, path: Path): { line: number; column: number } | undefined {
  const { positions, line: first, column: start } = spot.record.source;
  if (positions === undefined || positions.length < 2)
    return first === undefined ? undefined : { line: first, column: start ?? 1 };
  const order = path.length === 0 ? orderOf(spot) : orderBelow(spot, knownOrder(spot), path);
  const line = positions[order * 2];
  const column = positions[order * 2 + 1];
  return line === undefined || column === undefined ? undefined : { line, column };
}

/** Line and column (1-based) of the value at a path, or of the nearest parent that stands in the file. */
export function locate(
  resource: Resource,
  source: Source,
  path: Path,
): { line: number; column: number } | undefined {
  return lineOf(spotBelow(rootSpot({ resource, source }), path));
}
