/** The store of the service, killed in the middle of writing at random points: what was acknowledged is there, whole. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openSqliteStore } from "../../packages/server/src/store/sqlite/open.ts";

/** `KILLS` sets how often; 300 before a release. */
const kills = Number(process.env["KILLS"] ?? 40);
const { clock, disk } = openWorld();
const root = join(import.meta.dirname, "../..");

/** The last sequence that it said was acknowledged before it was killed. */
async function writeAndKill(file: string, lines: number, delay: number): Promise<number> {
  const child = spawn(join(root, "node_modules/.bin/node"), [join(import.meta.dirname, "writer.ts"), file], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  let armed = false;
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (armed || said.split("\n").length <= lines) return;
    armed = true;
    setTimeout(() => child.kill("SIGKILL"), delay);
  });
  await new Promise((resolve) => child.once("close", resolve));
  return Number(said.trim().split("\n").at(-1));
}

test(`killed ${kills} times while it writes, the store holds what it acknowledged, and nothing by halves`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-kill-"));
  const file = join(folder, "store.db");
  let last = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const said = await writeAndKill(file, 1 + (kill % 5), Math.random() * 8);
    const store = await openSqliteStore({ clock, disk, file });
    const { losses } = await store.health();
    const sequence = (await store.standing("c"))?.sequence ?? 0;
    expect([kill, losses, sequence >= said, said > last]).toEqual([kill, [], true, true]);
    const { items } = await store.findings({ limit: 500 });
    expect(new Set(items.map(({ result }) => result.because))).toEqual(new Set([`turn ${sequence}`]));
    expect(items.length).toBe(20);
    expect((await store.outbox.counts()).waiting).toBe(sequence);
    last = sequence;
    await store.close();
  }
  rmSync(folder, { recursive: true });
}, 1_800_000);
