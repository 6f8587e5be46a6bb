/** Where each value stands in its text: a tree kept beside the value while it is read, in the end a flat table. */

/**
 * The offset of a value; for a mapping or list an array of its own offset and then those of its entries, in the order
 * of `Object.keys` or of the list. The value of a mapping entry has the offset of its key.
 */
export type Spot = number | Spot[];

export function offsetOf(spot: Spot): number {
  return typeof spot === "number" ? spot : offsetOf(spot[0] ?? 0);
}

export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Tells lines and columns (1-based, columns in UTF-16 code units) of a text. Quick when asked in the order of the text. */
export interface Lines {
  readonly at: (offset: number) => LineAndColumn;
  /** Two numbers for every value, in pre-order. `base` is where the text begins that the offsets are counted from. */
  readonly tableOf: (spot: Spot, base: number) => Uint32Array;
}

/** `firstLine`: the line at which the text begins in its file. */
export function createLines(text: string, firstLine = 1): Lines {
  let line = firstLine;
  let start = 0;
  let end = text.indexOf("\n");
  const seek = (offset: number): void => {
    if (offset < start) {
      line = firstLine;
      start = 0;
      end = text.indexOf("\n");
    }
    while (end !== -1 && end < offset) {
      line += 1;
      start = end + 1;
      end = text.indexOf("\n", start);
    }
  };
  return {
    at: (offset) => {
      seek(offset);
      return { line, column: offset - start + 1 };
    },
    tableOf: (spot, base) => {
      const table: number[] = [];
      const visit = (at: Spot): void => {
        const offset = base + offsetOf(at);
        // An alias leads back a little: counting anew from the top of a long text would be slow.
        if (offset < start) {
          while (start > 0 && offset < start) {
            end = start - 1;
            start = text.lastIndexOf("\n", start - 2) + 1;
            line -= 1;
          }
        } else seek(offset);
        table.push(line, offset - start + 1);
        if (typeof at !== "number") for (let index = 1; index < at.length; index += 1) visit(at[index]!);
      };
      visit(spot);
      return Uint32Array.from(table);
    },
  };
}
