/** Paths through a resource: how they are read, written for people, and found in a file. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { Path, PathStep } from "../model/resource.ts";

/** The value at a path, `undefined` where nothing stands. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  let value = root;
  for (const step of path) {
    value = childAt(value, step);
    if (value === undefined) return undefined;
  }
  return value;
}

/** The value one step on, `undefined` where nothing stands. */
export function childAt(value: Json | undefined, step: PathStep): Json | undefined {
  if (isJsonArray(value)) return typeof step === "number" ? value[step] : undefined;
  if (isJsonObject(value)) return Object.hasOwn(value, step) ? value[step] : undefined;
  return undefined;
}

/**
 * Reads a control's path: dots between keys; a key with dots, slashes or brackets is quoted: `labels["a.b/c"]`; a
 * number in brackets is a list index.
 */
export function parsePath(text: string): Path {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const path = readPath(text);
  // Controls name a few hundred paths; whoever brings more pays for each.
  if (parsed.size < 10_000) parsed.set(text, path);
  return path;
}

const parsed = new Map<string, Path>();

function readPath(text: string): Path {
  const steps: PathStep[] = [];
  const token = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.[\]"]+)/gy;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new SyntaxError(`not a path: ${text} (at ${at})`);
    if (match[1] !== undefined) steps.push(Number(match[1]));
    else if (match[2] !== undefined) steps.push(match[2].replaceAll(/\\(.)/g, "$1"));
    else steps.push(match[3]!);
  }
  return steps;
}

const plainKey = /^[\w-]+$/;

/**
 * A path for people and for identity: `spec.template.spec.containers[app].securityContext`. An entry of a list goes by
 * its `name` where it has one that no other entry of the list has, else by its index.
 */
export function formatPath(root: Json, path: Path): string {
  let text = "";
  let value: Json | undefined = root;
  for (const step of path) {
    text += stepText(value, step, text === "");
    value = childAt(value, step);
  }
  return text;
}

/** How a step from a value is written; the first of a path has no dot. */
export function stepText(value: Json | undefined, step: PathStep, first: boolean): string {
  return typeof step === "number" ? `[${entryName(value, step)}]` : keyText(step, first);
}

export function keyText(key: string, first: boolean): string {
  if (!plainKey.test(key)) return `[${JSON.stringify(key)}]`;
  return first ? key : `.${key}`;
}

function entryName(list: Json | undefined, index: number): string {
  if (!isJsonArray(list)) return String(index);
  const name = nameOf(list[index]);
  if (name === undefined) return String(index);
  for (let other = 0; other < list.length; other += 1) {
    if (other !== index && nameOf(list[other]) === name) return String(index);
  }
  return name;
}

function nameOf(entry: Json | undefined): string | undefined {
  if (!isJsonObject(entry) || !Object.hasOwn(entry, "name")) return undefined;
  const { name } = entry;
  return typeof name === "string" && name !== "" && !/^\d+$/.test(name) ? name : undefined;
}

/** A JSON pointer (RFC 6901) of a path. */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Where a list or map is longer, what was passed over on the way is kept, since findings of one resource pass over the same. */
const fewEntries = 64;

/** How many values stand, in pre-order, between a value and a child that it has. */
export function offsetOf(value: Json, step: PathStep): number {
  if (typeof value !== "object" || value === null) return 1;
  const sought = String(step);
  let offset = 1;
  let passed = 0;
  for (const key in value) {
    if (key === sought) return offset;
    if ((passed += 1) > fewEntries) return offsetsOf(value).get(sought) ?? 1;
    offset += countOf((value as JsonObject)[key]);
  }
  return 1;
}

const offsets = new WeakMap<object, ReadonlyMap<string, number>>();

function offsetsOf(value: readonly Json[] | JsonObject): ReadonlyMap<string, number> {
  let known = offsets.get(value);
  if (known !== undefined) return known;
  const made = new Map<string, number>();
  let offset = 1;
  for (const [key, child] of Object.entries(value)) {
    made.set(key, offset);
    offset += countOf(child);
  }
  offsets.set(value, (known = made));
  return known;
}

function countOf(value: Json | undefined): number {
  if (typeof value !== "object" || value === null) return 1;
  let size = 1;
  if (isJsonArray(value)) for (let index = 0; index < value.length; index += 1) size += countOf(value[index]);
  else for (const key in value) size += countOf(value[key]);
  return size;
}
