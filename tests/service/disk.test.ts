/** The store on a disk that loses power at any moment, and on one of which any single operation fails. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openSqliteStore } from "../../packages/server/src/store/sqlite/open.ts";
import { seededRandom } from "../simulation/kernel.ts";
import { wrongAfter } from "../store/turn.ts";
import { createDrive, deedsIn, type Deed } from "./powercut.ts";
import { bundled, libraryOf, type Program } from "./program.ts";

const { CUTS: cuts = "250", SEED: seed = String(Date.now() % 1_000_000) } = process.env;
const { clock, disk } = openWorld();
let writer: Program;
let failing: Program;
let library: string;
/** In memory: what is tried is the order in which things are done, which no disk need slow down. */
let folder: string;

beforeAll(async () => {
  [writer, failing] = await Promise.all([bundled("writer.ts"), bundled("failing.ts")]);
  library = libraryOf("disk.c", writer.folder);
  folder = mkdtempSync("/dev/shm/plimsoll-disk-");
});
afterAll(() => {
  for (const path of [writer.folder, failing.folder, folder]) rmSync(path, { recursive: true, force: true });
});

function run(program: Program, at: string, args: readonly string[], more: object = {}): string {
  mkdirSync(at, { recursive: true });
  const env = { ...program.environment, LD_PRELOAD: library, PLIMSOLL_DISK: at, ...more };
  return execFileSync(program.node, [program.file, join(at, "store.db"), ...args], { env }).toString();
}

/** What an acknowledgement leaves in the record: the turn. */
function acknowledgedBy({ op, path, data }: Deed): number | undefined {
  return op === "W" && path.endsWith("/said") ? Number(data.toString()) : undefined;
}

test(`D2: after ${cuts} power failures, torn and out of order, what was acknowledged is there (SEED=${seed})`, async () => {
  const at = join(folder, "traced");
  const trace = join(folder, "trace");
  run(writer, at, [join(at, "said"), "120"], { PLIMSOLL_TRACE: trace });
  const deeds = deedsIn(readFileSync(trace));
  expect(new Set(deeds.map(({ op }) => op)).size).toBeGreaterThanOrEqual(4);
  const random = seededRandom(Number(seed));
  const moments = Array.from({ length: Number(cuts) }, () => Math.floor(random.next() * deeds.length));
  const drive = createDrive();
  const wrong: string[] = [];
  let [next, acknowledged] = [0, 0];
  for (const moment of moments.toSorted((one, other) => one - other)) {
    for (; next < moment; next += 1) {
      drive.apply(deeds[next]!);
      acknowledged = acknowledgedBy(deeds[next]!) ?? acknowledged;
    }
    const left = join(folder, "left");
    drive.cut(left, random);
    const store = await openSqliteStore({ clock, disk, file: join(left, "store.db") });
    const found = await wrongAfter(store, acknowledged);
    wrong.push(...found.map((what) => `after ${moment} operations: ${what}`));
    await store.close();
    rmSync(left, { recursive: true });
  }
  expect(acknowledged).toBeGreaterThan(100);
  console.log(`D2: ${cuts} power failures within ${deeds.length} operations, ${wrong.length} wrong`);
  expect(wrong).toEqual([]);
}, 300_000);

test("D3: whichever of 200 operations fails is told, and the same batch goes through afterwards", () => {
  const said = run(failing, join(folder, "failing"), ["200"]);
  const { fired, codes, wrong, batches } = JSON.parse(said) as {
    readonly [name in "fired" | "batches"]: number;
  } & { readonly [name in "codes" | "wrong"]: readonly string[] };
  console.log(
    `D3: ${fired} of 200 failures told as ${codes.join(", ")}; ${batches} batches, ${wrong.length} wrong`,
  );
  expect(wrong).toEqual([]);
  expect(fired).toBeGreaterThan(150);
  expect(codes).toEqual(expect.arrayContaining(["full", "unavailable"]));
}, 300_000);
