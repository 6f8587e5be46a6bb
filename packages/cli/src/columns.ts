/** Lists for people: columns as wide as they need, the last one wrapped. */
import { padded, sanitize, widthOf, wrapped } from "@plimsoll/core";

export function columns(rows: readonly (readonly string[])[], width: number): string {
  const clean = rows.map((row) => row.map(sanitize));
  const count = clean.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: count - 1 }, (_, column) =>
    clean.reduce((most, row) => Math.max(most, widthOf(row[column] ?? "")), 0),
  );
  const indent = widths.reduce((sum, one) => sum + one + 2, 0);
  return clean
    .map((row) => {
      const head = widths.map((one, column) => padded(row[column] ?? "", one) + "  ").join("");
      const [first = "", ...rest] = wrapped(row[count - 1] ?? "", Math.max(24, width - indent));
      return [head + first, ...rest.map((line) => " ".repeat(indent) + line)]
        .map((line) => line.trimEnd())
        .join("\n");
    })
    .map((line) => `${line}\n`)
    .join("");
}
