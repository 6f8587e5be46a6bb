import { expect, test } from "vitest";
import { cis112 } from "../cis-1.12.ts";
import { cis201 } from "../cis-2.0.1.ts";

/** How many recommendations each subsection has, as published. */
const counts: readonly (readonly [section: string, count: number])[] = [
  ["1.1", 21],
  ["1.2", 30],
  ["1.3", 7],
  ["1.4", 2],
  ["2", 7],
  ["3.1", 3],
  ["3.2", 2],
  ["4.1", 10],
  ["4.2", 14],
  ["4.3", 1],
  ["5.1", 13],
  ["5.2", 12],
  ["5.3", 2],
  ["5.4", 2],
  ["5.5", 1],
  ["5.6", 4],
];

test.each([cis201, cis112])("$id lists every recommendation in its order", ({ requirements }) => {
  const ids = counts.flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
  );
  expect(requirements.map(({ id }) => id)).toEqual(ids);
  expect(ids).toHaveLength(131);
});
