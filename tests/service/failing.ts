/**
 * Commits batches while each operation on the disk fails once, the first, the second, the third …, and says what came
 * of it: every failure is told in the store's words, and the same batch goes through once the disk answers again.
 */
import { writeSync } from "node:fs";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { StoreError } from "../../packages/server/src/store/error.ts";
import { openSqliteStore } from "../../packages/server/src/store/sqlite/open.ts";
import type { Store } from "../../packages/server/src/store/store.ts";
import { turnOf, wrongAfter } from "../store/turn.ts";

const { clock, disk } = openWorld();
const [, , first = "", most = "200"] = process.argv;
/** Begun anew now and then, so that opening does not read ever more. */
const each = 25;
const failures = [
  ["28", "full"], // ENOSPC
  ["5", "unavailable"], // EIO
] as const;

interface Told {
  fired: number;
  readonly codes: Set<string>;
  readonly wrong: string[];
}

const told: Told = { fired: 0, codes: new Set(), wrong: [] };
let sequence = 0;
let batches = 0;
for (let turn = 1; turn <= Number(most); turn += 1) {
  if (turn % each === 1) sequence = 0;
  await suffer(turn, `${first}-${Math.floor((turn - 1) / each)}`);
}
writeSync(1, JSON.stringify({ ...told, codes: [...told.codes], batches }));

/** From opening the store on: as many batches as it takes until the failure was met. */
async function suffer(turn: number, file: string): Promise<void> {
  process.env["PLIMSOLL_FAIL"] = `${turn} ${failures[turn % failures.length]![0]}`;
  let failed = false;
  let store: Store | undefined = await openSqliteStore({ clock, disk, file }).catch((error: unknown) => {
    failed = note(turn, error);
    return undefined;
  });
  for (let batch = 0; batch < 80 && !failed; batch += 1) {
    try {
      await store?.commit(turnOf(sequence + 1));
      sequence += 1;
      batches += 1;
    } catch (error) {
      failed = note(turn, error);
    }
  }
  process.env["PLIMSOLL_FAIL"] = "";
  store ??= await openSqliteStore({ clock, disk, file });
  ({ sequence } = await store.commit(turnOf(sequence + 1)));
  for (const what of await wrongAfter(store, sequence)) told.wrong.push(`operation ${turn}: ${what}`);
  await store.close();
}

function note(turn: number, error: unknown): boolean {
  told.fired += 1;
  if (error instanceof StoreError) told.codes.add(error.code);
  else told.wrong.push(`operation ${turn}: ${String(error)}`);
  return true;
}
