/** The doors: the simulated ones replay from a seed, and the real ones keep the same promises. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDisk } from "../../../tests/simulation/disk.ts";
import { createKernel, seededRandom } from "../../../tests/simulation/kernel.ts";
import { pause } from "./doors.ts";
import { openWorld } from "./world.ts";

async function trace(seed: number): Promise<readonly string[]> {
  const kernel = createKernel(seed);
  const seen: string[] = [];
  const worker = async (name: string): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      await pause(kernel.clock, kernel.between(0, 3));
      seen.push(`${kernel.clock.elapsed()} ${name} ${turn}`);
    }
  };
  const done = Promise.all(["a", "b", "c"].map(worker));
  await kernel.run(10_000);
  await done;
  return seen;
}

test("one seed makes one run, another seed another", async () => {
  const [first, again, other] = [await trace(7), await trace(7), await trace(8)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(first).toHaveLength(60);
});

test("virtual time passes in order, cancelled calls are not made, a jump of the date moves no wait", async () => {
  const kernel = createKernel(1);
  const seen: number[] = [];
  for (const wait of [50, 10, 30]) kernel.after(wait, () => seen.push(kernel.clock.elapsed()));
  kernel.after(20, () => seen.push(-1))();
  kernel.after(15, () => kernel.jump(-3_600_000));
  const start = kernel.clock.now();
  await kernel.run(40);
  expect(seen).toEqual([10, 30]);
  expect(kernel.clock.now() - start).toBe(40 - 3_600_000);
  expect(await kernel.runUntil(() => seen.length === 3, 1_000)).toBe(true);
  expect(kernel.clock.elapsed()).toBe(50);
});

test("seeded numbers are spread evenly and differ between neighbouring seeds", () => {
  const firsts = new Set(Array.from({ length: 1_000 }, (_, seed) => seededRandom(seed).next()));
  expect(firsts.size).toBe(1_000);
  const random = seededRandom(42);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 10_000; draw += 1) tenths[Math.floor(random.next() * 10)]! += 1;
  expect(Math.min(...tenths)).toBeGreaterThan(850);
  expect(Math.max(...tenths)).toBeLessThan(1_150);
});

const folder = mkdtempSync(join(tmpdir(), "doors-"));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ["simulated", createDisk(() => 0), "/state"],
  ["real", openWorld().disk, join(folder, "state")],
])("a %s disk keeps what it was given", async (_, disk, root) => {
  await disk.makeFolder(root);
  await disk.write(`${root}/b`, bytes("one"));
  await disk.write(`${root}/b`, bytes("two"));
  await disk.append(`${root}/a`, bytes("x"));
  await disk.append(`${root}/a`, bytes("y"));
  expect(await disk.list(root)).toEqual(["a", "b"]);
  expect([...(await disk.read(`${root}/b`))]).toEqual([...bytes("two")]);
  expect([...(await disk.read(`${root}/a`))]).toEqual([...bytes("xy")]);
  expect(await disk.look(`${root}/a`)).toMatchObject({ folder: false, bytes: 2 });
  expect(await disk.look(root)).toMatchObject({ folder: true });
  await disk.remove(`${root}/a`);
  await disk.remove(`${root}/a`);
  expect(await disk.look(`${root}/a`)).toBeUndefined();
  await expect(disk.read(`${root}/a`)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a real file that could not be written whole leaves nothing behind, and others may not read it", async () => {
  const { disk } = openWorld();
  await disk.makeFolder(join(folder, "other", "taken"));
  await expect(disk.write(join(folder, "other", "taken"), bytes("x"))).rejects.toMatchObject({
    code: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/),
  });
  await disk.write(join(folder, "other", "file"), bytes("x"));
  expect(readdirSync(join(folder, "other")).sort()).toEqual(["file", "taken"]);
  expect(statSync(join(folder, "other", "file")).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});
