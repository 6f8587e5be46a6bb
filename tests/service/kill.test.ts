/** The store of the service, killed in the middle of its work at random points: what was acknowledged is there, whole. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openSqliteStore } from "../../packages/server/src/store/sqlite/open.ts";
import { wrongAfter } from "../store/turn.ts";
import { bundled, type Program } from "./program.ts";

/** `KILLS` sets how often; 1,000 before a release. */
const kills = Number(process.env["KILLS"] ?? 300);
/** Stores that are killed side by side, and how often each before another is begun. */
const lanes = 2;
const each = 25;
const { clock, disk } = openWorld();
let program: Program;

beforeAll(async () => {
  program = await bundled("writer.ts");
});
afterAll(() => rmSync(program.folder, { recursive: true, force: true }));

/** The last sequence that it said was acknowledged before it was killed. */
async function writeAndKill(file: string): Promise<number> {
  const child = spawn(program.node, [program.file, file], {
    stdio: ["ignore", "pipe", "ignore"],
    env: program.environment,
  });
  const kill = (delay: number): void => void setTimeout(() => child.kill("SIGKILL"), delay);
  // One in five dies while it begins: reading, repairing, making its tables.
  const early = Math.random() < 0.2;
  const lines = 1 + Math.floor(Math.random() * 5);
  if (early) kill(20 + Math.random() * 150);
  let said = "";
  let armed = early;
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (armed || said.split("\n").length <= lines) return;
    armed = true;
    kill(Math.random() * 8);
  });
  await new Promise((resolve) => child.once("close", resolve));
  const whole = said.slice(0, said.lastIndexOf("\n") + 1).trim();
  return whole === "" ? 0 : Number(whole.split("\n").at(-1));
}

async function lane(count: number, wrong: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-kill-"));
  let acknowledged = 0;
  for (let kill = 0; kill < count; kill += 1) {
    const file = join(folder, String(Math.floor(kill / each)), "store.db");
    if (kill % each === 0) acknowledged = 0;
    acknowledged = Math.max(acknowledged, await writeAndKill(file));
    const store = await openSqliteStore({ clock, disk, file });
    wrong.push(...(await wrongAfter(store, acknowledged)).map((what) => `kill ${kill}: ${what}`));
    acknowledged = (await store.standing("c"))?.sequence ?? 0;
    await store.close();
  }
  rmSync(folder, { recursive: true });
}

test(`D1: killed ${kills} times at random points, the store holds what it acknowledged, and nothing by halves`, async () => {
  const wrong: string[] = [];
  await Promise.all(Array.from({ length: lanes }, () => lane(Math.ceil(kills / lanes), wrong)));
  console.log(`D1: ${kills} kills, ${wrong.length} wrong`);
  expect(wrong).toEqual([]);
}, 1_800_000);
