import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeRoomFor } from "./space.ts";

/** The space for short-lived objects in MiB, both of its halves, after each of some steps, in a process of its own. */
function sizesAfter(steps: readonly string[]): readonly number[] {
  const script = `
    import { getHeapSpaceStatistics } from "node:v8";
    import { keepSmall, keepSteady, makeRoomFor } from ${JSON.stringify(join(import.meta.dirname, "space.ts"))};
    const mebibytes = () => getHeapSpaceStatistics().find((each) => each.space_name === "new_space").space_size / 2 ** 20;
    const kept = [];
    const sizes = [];
    ${steps.map((step) => `${step}; Array.from({ length: 200_000 }, (_, at) => kept.push({ at })); sizes.push(mebibytes());`).join("\n")}
    console.log(JSON.stringify(sizes));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as readonly number[];
}

test("grows once, where many resources were read", () => {
  const [small, few, many, more] = sizesAfter([
    "keepSmall()",
    "makeRoomFor(1_999)",
    "makeRoomFor(2_000)",
    "makeRoomFor(100_000)",
  ]);
  expect(few).toBe(small);
  expect(many).toBe(small! * 16);
  expect(more).toBe(many);
});

test("what runs for long has eight mebibytes in each half, and does not grow; its threads have the same", () => {
  const thread = `import { getHeapSpaceStatistics } from "node:v8";
    import { parentPort } from "node:worker_threads";
    const kept = Array.from({ length: 400000 }, (_, at) => ({ at }));
    const { space_size } = getHeapSpaceStatistics().find((each) => each.space_name === "new_space");
    parentPort.postMessage(space_size / 2 ** 20);`;
  const ask = `await new Promise((resolve) => new Worker(${JSON.stringify(thread)}, { eval: true }).once("message", (size) => resolve(sizes.push(size))))`;
  const [small, steady, own] = [
    ...sizesAfter(["keepSmall()"]),
    ...sizesAfter(["keepSteady()", `const { Worker } = await import("node:worker_threads"); ${ask}`]),
  ];
  expect([steady! / small!, own! / small!]).toEqual([8, 8]);
});

test("is left as it is where it was not kept small", () => {
  expect(makeRoomFor(100_000)).toBe(0);
});
