import { join } from "node:path";
import { Worker } from "node:worker_threads";
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

const thread = `
  import { parentPort } from "node:worker_threads";
  import { giveBack } from ${JSON.stringify(join(import.meta.dirname, "memory.ts"))};
  parentPort.once("message", () => {
    giveBack();
    parentPort.postMessage("given");
  });
  parentPort.postMessage("ready");
`;

async function started(): Promise<Worker> {
  const worker = new Worker(thread, { eval: true });
  await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return worker;
}

test("threads that give back at the same moment do not hinder one another", async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const workers = await Promise.all(Array.from({ length: 8 }, started));
    const answers = workers.map(
      (worker) => new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject)),
    );
    for (const worker of workers) worker.postMessage("now", []);
    expect(new Set(await Promise.all(answers))).toEqual(new Set(["given"]));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
});
