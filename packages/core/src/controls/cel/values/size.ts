/** The sizes of values. */
import { spend } from "../meter.ts";
import { mapSize } from "./equality.ts";
import { codePoints } from "./text.ts";
import { Bytes, isList, isMap } from "./value.ts";
import type { Value } from "./value.ts";

/** Texts up to this length are counted without a note. */
const SHORT = 1000;

/** How many code points a text has; the work is counted. */
export function textSize(text: string): number {
  if (text.length > SHORT) spend(text.length / 8);
  return codePoints(text);
}

/** How many code points, bytes, elements or entries a value has, or undefined where it has no size. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === "string") return textSize(value);
  if (isList(value)) return value.length;
  if (isMap(value)) return mapSize(value);
  return value instanceof Bytes ? value.value.length : undefined;
}
