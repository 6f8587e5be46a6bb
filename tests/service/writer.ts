/** Commits batches to a store until it is killed, and says each one that was acknowledged. */
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openSqliteStore } from "../../packages/server/src/store/sqlite/open.ts";
import { putRecord, putResult, start } from "../store/make.ts";

const { clock, disk } = openWorld();
const file = process.argv[2]!;
const store = await openSqliteStore({ clock, disk, file });
let sequence = ((await store.standing("c"))?.sequence ?? 0) + 1;
for (; ; sequence += 1) {
  const results = Array.from({ length: 20 }, (_, index) => putResult(index, { because: `turn ${sequence}` }));
  const parts = Array.from({ length: 20 }, (_, index) => putRecord(index, 1, sequence));
  const notices = [{ channel: "hook", cluster: "c", dedup: String(sequence), body: { sequence } }];
  await store.commit({ cluster: "c", sequence, term: 1, at: start + sequence, results, parts, notices });
  process.stdout.write(`${sequence}\n`);
}
