import { expect, test } from "vitest";
import { createKernel } from "../../../../tests/simulation/kernel.ts";
import { fullText, shortText, watchMemory } from "./pressure.ts";

const MiB = 2 ** 20;

/** A heap of 100 MiB whose garbage goes with each collection. */
function begin() {
  const kernel = createKernel(1);
  const heap = { held: 10, garbage: 0 };
  const said: string[] = [];
  let collections = 0;
  const pressure = watchMemory({
    clock: kernel.clock,
    measure: () => ({ used: (heap.held + heap.garbage) * MiB, limit: 100 * MiB }),
    collect: () => {
      collections += 1;
      heap.garbage = 0;
    },
    onChange: (standing) => void said.push(standing.short ? shortText(standing) : "room"),
    onFull: (standing) => void said.push(fullText(standing)),
  });
  const pass = (seconds: number) => kernel.run(seconds * 1_000);
  return { heap, said, pass, pressure, collections: () => collections };
}

const short = (held: number): string =>
  `memory is short: ${held} of 100 MiB are held, and what agents and tools tell is not taken until there is room`;

test("a heap full of garbage is no trouble, and is not collected at every look", async () => {
  const { heap, said, pass, collections } = begin();
  for (let turn = 0; turn < 12; turn += 1) {
    heap.garbage = 80;
    await pass(5);
  }
  expect(said).toEqual([]);
  expect(collections()).toBeGreaterThan(0);
  expect(collections()).toBeLessThanOrEqual(3);
});

test("it is short from 85 in a hundred on, and until 75", async () => {
  const { heap, said, pass, pressure } = begin();
  heap.held = 86;
  await pass(6);
  expect([said, pressure.standing().short]).toEqual([[short(86)], true]);
  heap.held = 80;
  await pass(60);
  expect(said).toHaveLength(1);
  heap.held = 70;
  await pass(60);
  expect([said, pressure.standing().short]).toEqual([[short(86), "room"], false]);
});

test("what stays all but full is ended once, and never at the first sight", async () => {
  const { heap, said, pass } = begin();
  heap.held = 96;
  await pass(6);
  expect(said).toEqual([short(96)]);
  heap.held = 90;
  await pass(120);
  heap.held = 97;
  await pass(240);
  expect(said).toEqual([
    short(96),
    "memory is full: 97 of 100 MiB are held though nothing new of agents and tools was taken",
  ]);
});
