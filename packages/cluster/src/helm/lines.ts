/** Lines of a rendered text are told as lines of the template that was rendered. */
import { offsetOf, type LineAndColumn, type Lines, type Spot } from "../spot.ts";
import { outermost, siteOf, type Origin, type Site, type Span } from "./template/trace.ts";

const starts = new WeakMap<Origin, readonly number[]>();

function startsOf(origin: Origin): readonly number[] {
  const known = starts.get(origin);
  if (known !== undefined) return known;
  const found = [0];
  for (let at = origin.text.indexOf("\n"); at !== -1; at = origin.text.indexOf("\n", at + 1))
    found.push(at + 1);
  starts.set(origin, found);
  return found;
}

/** 1-based, columns in UTF-16 code units. */
export function positionIn({ origin, pos }: Site): LineAndColumn {
  const lines = startsOf(origin);
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] ?? 0) <= pos) low = middle + 1;
    else high = middle;
  }
  return { line: low, column: pos - (lines[low - 1] ?? 0) + 1 };
}

/** What an `include` made is told at the line of the `include`. */
export function templateLines(spans: readonly Span[]): Lines {
  const at = (offset: number): LineAndColumn => {
    const site = siteOf(spans, offset);
    return site === undefined ? { line: 1, column: 1 } : positionIn(outermost(site));
  };
  return {
    at,
    tableOf: (spot, base) => {
      const table: number[] = [];
      const visit = (one: Spot): void => {
        const { line, column } = at(base + offsetOf(one));
        table.push(line, column);
        if (typeof one !== "number")
          for (let index = 1; index < one.length; index += 1) visit(one[index] ?? 0);
      };
      visit(spot);
      return Uint32Array.from(table);
    },
  };
}
