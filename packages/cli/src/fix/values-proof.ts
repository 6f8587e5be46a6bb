/**
 * Whether a chart renders to just what a patch would make of it. All of its output is held against what it was, objects of any
 * kind and credentials too, which a snapshot leaves out.
 */
import {
  isJsonArray,
  isJsonObject,
  refKey,
  refOf,
  sameJson,
  UserError,
  type Json,
  type Resource,
  type ResourceRecord,
} from "@plimsoll/core";
import type { ChartOutput } from "@plimsoll/cluster";

/** One object of one file of the output. */
export interface Target {
  /** The file, by helm's name; and which of its objects, lists flattened. */
  readonly name: string;
  readonly index: number;
  readonly value: Json;
}

/** The object of a record; `undefined` where there is none, or more than one by its name. */
export async function targetIn(
  files: readonly ChartOutput[],
  { resource, source }: ResourceRecord,
): Promise<Target | undefined> {
  const found: Target[] = [];
  for (const { name, file, text } of files) {
    if (file !== source.file) continue;
    for (const [index, value] of ((await objectsIn(file, text)) ?? []).entries())
      if (keyOf(value) === refKey(refOf(resource))) found.push({ name, index, value });
  }
  return found.length === 1 ? found[0] : undefined;
}

/** The object is as the target has it, and all else as before. */
export async function isJust(
  before: readonly ChartOutput[],
  after: readonly ChartOutput[],
  { name, index, value }: Target,
): Promise<boolean> {
  if (before.length !== after.length) return false;
  for (const [at, was] of before.entries()) {
    const is = after[at]!;
    if (was.name !== is.name) return false;
    if (was.name !== name && was.text === is.text) continue;
    const [own, other] = [await objectsIn(was.file, was.text), await objectsIn(is.file, is.text)];
    const expected = was.name === name ? own?.with(index, value) : own;
    if (expected === undefined || other === undefined || !sameJson(expected, other)) return false;
  }
  return true;
}

/** `undefined` where something in it cannot be read. */
async function objectsIn(file: string, text: string): Promise<readonly Json[] | undefined> {
  const { dataIn } = await import("@plimsoll/cluster");
  try {
    return dataIn(Buffer.from(text), file, "bad-config").flatMap(({ value }) => flattened(value));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function flattened(value: Json): readonly Json[] {
  const { kind, items } = isJsonObject(value) ? value : {};
  const isList = typeof kind === "string" && kind.endsWith("List") && isJsonArray(items);
  return isList ? items.flatMap(flattened) : [value];
}

function keyOf(value: Json): string | undefined {
  const isNamed = isJsonObject(value) && isJsonObject(value["metadata"]);
  return isNamed ? refKey(refOf(value as unknown as Resource)) : undefined;
}
