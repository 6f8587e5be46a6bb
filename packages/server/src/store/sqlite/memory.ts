/**
 * A store in memory, in this thread: for tests and for simulated runs. It is the same SQL on the same engine; what it
 * leaves out is the file, so that a simulated disk's faults do not reach it: those are tried on real files.
 */
import type { Clock } from "@plimsoll/cluster";
import type { Store } from "../store.ts";
import { migrate } from "../sql/migrate.ts";
import { sqlStore } from "../sql/sqlstore.ts";
import type { Sql } from "../sql/tables.ts";
import { connect } from "./connection.ts";

export async function openMemoryStore(clock: Pick<Clock, "now">): Promise<Store> {
  const { db } = connect(":memory:");
  const sql: Sql = { db, engine: "sqlite" };
  return sqlStore({ sql, clock, schema: await migrate(sql), close: () => db.destroy() });
}
