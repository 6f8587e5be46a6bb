/** A connection of `node:sqlite`, and kysely's way to it. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { Kysely, SqliteDialect, type SqliteDatabase } from "kysely";
import type { Tables } from "../sql/tables.ts";

export interface Connection {
  readonly raw: DatabaseSync;
  readonly db: Kysely<Tables>;
}

export interface ConnectionOptions {
  readonly readOnly?: boolean;
  /** Pages of 4 KiB that may grow the log before they are moved into the file. */
  readonly checkpointPages?: number;
}

export function connect(
  path: string,
  { readOnly = false, checkpointPages = 1000 }: ConnectionOptions = {},
): Connection {
  const raw = new DatabaseSync(path, { readOnly, timeout: 5000, allowExtension: false });
  try {
    raw.exec("pragma foreign_keys = off; pragma trusted_schema = off; pragma cell_size_check = on;");
    raw.exec("pragma temp_store = memory; pragma cache_size = -32000;");
    if (!readOnly) {
      raw.exec("pragma journal_mode = wal; pragma synchronous = full;");
      raw.exec(`pragma wal_autocheckpoint = ${checkpointPages}; pragma journal_size_limit = 67108864;`);
    }
  } catch (error) {
    raw.close();
    throw error;
  }
  return { raw, db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(raw) }) }) };
}

/** Statements are prepared once; a text that is rare enough to fall out of the cache is prepared again. */
function adapt(raw: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = cache.get(sql) ?? raw.prepare(sql);
    cache.delete(sql);
    cache.set(sql, known);
    const [oldest] = cache.keys();
    if (cache.size > 128 && oldest !== undefined) cache.delete(oldest);
    return known;
  };
  return {
    close: () => raw.close(),
    prepare: (sql) => {
      const statement = prepared(sql);
      const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        // A full disk ends a transaction by itself; that there is nothing to take back is then no failure.
        run: (parameters) =>
          sql === "rollback" && !raw.isTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}
