import { expect, test } from "vitest";
import { giveBack } from "./memory.ts";

test("what is held no more is given back, what is held stays", () => {
  giveBack();
  const before = process.memoryUsage().heapTotal;
  let held: object[] | undefined = Array.from({ length: 1_000_000 }, (_, index) => ({
    index,
    twice: index * 2,
  }));
  giveBack();
  const full = process.memoryUsage().heapTotal;
  expect(held.length).toBe(1_000_000);
  expect(full - before).toBeGreaterThan(20e6);
  held = undefined;
  giveBack();
  expect(full - process.memoryUsage().heapTotal).toBeGreaterThan(20e6);
});
