/** A store on a PostgreSQL server, for more than one replica or more than one cluster. */
import { Kysely, PostgresDialect, type Dialect } from "kysely";
import pg from "pg";
import type { Clock } from "@plimsoll/cluster";
import { StoreError } from "../error.ts";
import { endSilent } from "./silence.ts";
import type { Store } from "../store.ts";
import { failureOf } from "../sql/failure.ts";
import { migrate } from "../sql/migrate.ts";
import { sqlStore } from "../sql/sqlstore.ts";
import type { Sql, Tables } from "../sql/tables.ts";

export interface PostgresOptions {
  /** `postgresql://user@host/database`; the password may come apart. */
  readonly url: string;
  readonly password?: string;
  /** Milliseconds after which a statement is ended. */
  readonly statementTimeout?: number;
  readonly connections?: number;
}

export async function openPostgresStore(clock: Pick<Clock, "now">, options: PostgresOptions): Promise<Store> {
  const { url, password, statementTimeout = 10_000, connections = 6 } = options;
  const silence = statementTimeout * 1.5;
  const pool = new pg.Pool({
    connectionString: url,
    ...(password === undefined ? {} : { password }),
    max: connections,
    connectionTimeoutMillis: 5000,
    statement_timeout: statementTimeout,
    // A connection that was lost without a word holds up the others with what it has locked until then: both sides give it up.
    idle_in_transaction_session_timeout: silence,
    application_name: "plimsoll",
    // What is acknowledged is flushed, whatever the server's default is.
    options: "-c synchronous_commit=on",
    types: { getTypeParser },
  });
  pool.on("connect", (client) => endSilent(client, silence));
  pool.on("error", () => {
    // An idle connection was lost: the pool makes another, and the next statement tells if it cannot.
  });
  return openOn(clock, new PostgresDialect({ pool }));
}

/** Counts and times fit a double: `bigint` is read as a number and refused beyond. */
const getTypeParser = ((id: number, format?: "text" | "binary") =>
  id === pg.types.builtins.INT8
    ? wholeNumber
    : pg.types.getTypeParser(id, format as "text")) as typeof pg.types.getTypeParser;

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new StoreError("damaged", "a number in the store is out of range");
  return number;
}

/** Any dialect that speaks PostgreSQL. */
export async function openOn(clock: Pick<Clock, "now">, dialect: Dialect): Promise<Store> {
  const db = new Kysely<Tables>({ dialect });
  const sql: Sql = { db, engine: "postgresql" };
  try {
    const schema = await migrate(sql);
    return sqlStore({ sql, clock, schema, close: () => db.destroy() });
  } catch (error) {
    await db.destroy();
    throw failureOf(error);
  }
}
