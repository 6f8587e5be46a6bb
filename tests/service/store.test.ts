/** The store's contract on what the service really holds: threads on a file, and a PostgreSQL server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import pg from "pg";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openPostgresStore } from "../../packages/server/src/store/postgres/open.ts";
import { openThreadedStore } from "../../packages/server/src/store/sqlite/threaded.ts";
import { contract } from "../store/contract.ts";
import { startPostgres, type Postgres } from "./postgres.ts";

const { clock, disk } = openWorld();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-contract-"));
let postgres: Postgres;
let files = 0;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const openLast = (given: { readonly now: () => number }) =>
  openThreadedStore({
    clock: { ...clock, ...given },
    disk,
    file: join(folder, String(files), "store.db"),
    readers: 1,
  });

contract({
  name: "node:sqlite in threads",
  open: (given) => {
    files += 1;
    return openLast(given);
  },
  again: openLast,
});

contract({
  name: "PostgreSQL",
  open: async (given) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query("drop schema public cascade; create schema public;");
    await client.end();
    return openPostgresStore(given, { url: postgres.url });
  },
  again: (given) => openPostgresStore(given, { url: postgres.url }),
});
