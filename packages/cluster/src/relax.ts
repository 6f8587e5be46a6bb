/**
 * YAML 1.2 wants the lines of a flow collection or quoted text indented deeper than what they stand in; Kubernetes'
 * decoder (YAML 1.1) does not care, and many manifests end a list with a `]` below its key. Leading spaces mean nothing
 * there, so such lines are indented, and offsets are told in terms of the text as it was.
 */
import { YAMLException } from "js-yaml";
import type { Spot } from "./spot.ts";

export interface Relaxed {
  readonly text: string;
  /** The offset in the original text. */
  readonly original: (offset: number) => number;
  /** What else is wrong with it. */
  readonly error?: unknown;
}

/** Wider than any indentation that the limits on depth let arise in earnest. */
const pad = " ".repeat(256);
/** How many characters may be read in all while one line after the other is found. */
const mostWork = 16 * 1024 * 1024;

/** Whether an error of js-yaml is one that Kubernetes' decoder would not have. */
export function isDeficient(error: unknown): error is YAMLException {
  return error instanceof YAMLException && error.reason === "deficient indentation";
}

export function positionOf(error: YAMLException): number {
  return (error.mark as { readonly position?: number } | undefined)?.position ?? -1;
}

/** Indents the line that an error is about, and then every further one, until `parse` has no more such errors. */
export function relaxed(text: string, parse: (text: string) => void): Relaxed {
  const starts: number[] = [];
  let current = text;
  for (let work = text.length; ; work += current.length) {
    try {
      parse(current);
      return { text: current, original: (offset) => originalOf(starts, offset) };
    } catch (error) {
      if (!isDeficient(error) || work > mostWork) {
        return { text: current, original: (offset) => originalOf(starts, offset), error };
      }
      const start = current.lastIndexOf("\n", positionOf(error) - 1) + 1;
      starts.push(start);
      current = current.slice(0, start) + pad + current.slice(start);
    }
  }
}

/** `starts`: where each pad was put, in the text with all those before it. They come in the order of the text. */
function originalOf(starts: readonly number[], offset: number): number {
  let pads = 0;
  while (pads < starts.length && starts[pads]! < offset) pads += 1;
  const last = starts[pads - 1];
  // Inside a pad there is nothing: the line begins where it ends.
  return last === undefined ? offset : Math.max(last, offset - pad.length) - (pads - 1) * pad.length;
}

/** The places of a value, told in terms of another text. */
export function moved(spot: Spot, by: (offset: number) => number): Spot {
  return typeof spot === "number" ? by(spot) : spot.map((entry) => moved(entry, by));
}
