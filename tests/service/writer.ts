/** Commits batches to a store until it is killed, or as many as it is told, and says each one that was acknowledged. */
import { openSync, writeSync } from "node:fs";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openSqliteStore } from "../../packages/server/src/store/sqlite/open.ts";
import { turnOf } from "../store/turn.ts";

const { clock, disk } = openWorld();
const [, , file = "", said = "/dev/stdout", most = "Infinity"] = process.argv;
const out = openSync(said, "a");
const store = await openSqliteStore({ clock, disk, file });
const first = ((await store.standing("c"))?.sequence ?? 0) + 1;
for (let sequence = first; sequence < first + Number(most); sequence += 1) {
  await store.commit(turnOf(sequence));
  writeSync(out, `${sequence}\n`);
}
await store.close();
