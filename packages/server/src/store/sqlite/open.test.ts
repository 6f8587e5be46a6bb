import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openWorld } from "@plimsoll/cluster";
import { contract } from "../../../../../tests/store/contract.ts";
import { makeScore, makeWorld, putRecord, putResult, start } from "../../../../../tests/store/make.ts";
import type { Store } from "../store.ts";
import { openSqliteStore } from "./open.ts";

const { clock, disk } = await openWorld();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let next = 0;
const fresh = (): string => join(folder, String(next++), "store.db");
const open = (file: string): Promise<Store> => openSqliteStore({ clock, disk, file });

let last = "";
contract({
  name: "node:sqlite in a file",
  open: (given) => openSqliteStore({ clock: given, disk, file: (last = fresh()) }),
  again: (given) => openSqliteStore({ clock: given, disk, file: last }),
});

async function filled(): Promise<string> {
  const file = fresh();
  const store = await open(file);
  for (let sequence = 1; sequence <= 6; sequence += 1)
    await store.commit({
      cluster: "c",
      sequence,
      term: 1,
      at: start + sequence,
      parts: Array.from({ length: 20 }, (_, index) => putRecord(index, sequence)),
      results: Array.from({ length: 20 }, (_, index) => putResult(index, { because: `turn ${sequence}` })),
      scores: [makeScore(sequence)],
      world: makeWorld(start),
    });
  await store.close();
  return file;
}

/** What a store says of the six batches, or that it was set aside. */
async function told(file: string): Promise<"whole" | "set aside" | "wrong"> {
  const store = await open(file);
  try {
    const { losses } = await store.health();
    if (losses.length > 0) return (await store.standing("c")) === undefined ? "set aside" : "wrong";
    const { items } = await store.findings({ limit: 500 });
    const isWhole = items.length === 20 && items.every(({ result }) => result.because === "turn 6");
    return isWhole && (await store.standing("c"))?.sequence === 6 ? "whole" : "wrong";
  } finally {
    await store.close();
  }
}

test("a store keeps what was committed, and opens for one process alone", async () => {
  const file = await filled();
  const store = await open(file);
  expect((await store.standing("c"))?.sequence).toBe(6);
  await expect(open(file)).rejects.toMatchObject({ code: "locked" });
  await store.close();
});

test("case 109: a thousand flipped bytes: told and set aside, or without effect; never a wrong answer", async () => {
  const file = await filled();
  const whole = readFileSync(file);
  const counts = { whole: 0, "set aside": 0, wrong: 0 };
  for (let at = 0; at < 1_000; at += 1) {
    const copy = fresh();
    await disk.makeFolder(join(copy, ".."));
    const bytes = Buffer.from(whole);
    const position = Math.floor(((at + 0.5) * whole.length) / 1_000);
    bytes[position] = bytes[position]! ^ (1 << (at % 8));
    writeFileSync(copy, bytes);
    copyFileSync(`${file}.mark`, `${copy}.mark`);
    counts[await told(copy)] += 1;
    rmSync(join(copy, ".."), { recursive: true });
  }
  expect(counts.wrong).toBe(0);
  expect(counts["set aside"]).toBeGreaterThan(300);
}, 300_000);

test.each([
  ["cut in half", (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ["cut to nothing", (file: string) => truncateSync(file, 0)],
  [
    "no database at all",
    (file: string) => writeFileSync(file, "not a database, but long enough to look at".repeat(40)),
  ],
  ["gone", (file: string) => rmSync(file)],
])("case 109: a store that is %s is told, and begun anew", async (_, harm) => {
  const file = await filled();
  harm(file);
  expect(await told(file)).toBe("set aside");
});

test("case 109: batches that were acknowledged and are missing are told", async () => {
  const file = fresh();
  let store = await open(file);
  await store.commit({ cluster: "c", sequence: 1, term: 1, at: start, results: [putResult(1)] });
  await store.close();
  const early = readFileSync(file);
  store = await open(file);
  await store.commit({ cluster: "c", sequence: 2, term: 1, at: start, results: [putResult(2)] });
  await store.close();
  writeFileSync(file, early);
  store = await open(file);
  expect((await store.health()).losses.map(({ what }) => what)).toEqual(["resources", "history"]);
  expect(readdirSync(join(file, "..")).some((name) => name.includes("damaged"))).toBe(true);
  await store.close();
});

test("case 109: a store of a newer version is refused and left alone", async () => {
  const file = await filled();
  const { DatabaseSync } = await import("node:sqlite");
  const raw = new DatabaseSync(file);
  raw.exec("update meta set value = '999' where key = 'schema'");
  raw.close();
  const before = readFileSync(file);
  await expect(open(file)).rejects.toMatchObject({ code: "newer-schema" });
  expect(readFileSync(file).equals(before)).toBe(true);
});
