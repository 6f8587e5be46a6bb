/** Cuts and insertions in a text, made all at once: whatever they do not name stays byte for byte. */

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Those that begin at the same offset keep their order. They may not overlap: `undefined` where they do. */
export function spliced(text: string, splices: readonly Splice[]): string | undefined {
  let out = "";
  let at = 0;
  for (const { start, end, text: added } of splices.toSorted((a, b) => a.start - b.start)) {
    if (start < at) return undefined;
    out += text.slice(at, start) + added;
    at = end;
  }
  return out + text.slice(at);
}

/** The offset at which a line ends that holds an offset: before its break. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  if (found < 0) return text.length;
  return found > 0 && text[found - 1] === "\r" ? found - 1 : found;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Whole lines, from the one that an offset stands in, to the break behind another; the break before them at a text's end. */
export function linesAround(text: string, from: number, to: number): Splice {
  const start = lineStart(text, from);
  const end = lineEnd(text, to);
  const next = text.startsWith("\r\n", end) ? end + 2 : end + 1;
  if (next <= text.length) return { start, end: next, text: "" };
  const before = start === 0 ? 0 : text.startsWith("\r\n", start - 2) ? start - 2 : start - 1;
  return { start: before, end: text.length, text: "" };
}
