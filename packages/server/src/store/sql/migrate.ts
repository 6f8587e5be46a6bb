/** Brings a database to the schema this version knows; refuses one that a newer version made. */
import { sql as text } from "kysely";
import { StoreError } from "../error.ts";
import type { Engine, Sql } from "./tables.ts";

/** Statements of one step. `@text`, `@int`, `@bytes` and `@id` are the engine's types. */
export type Migration = readonly string[];

export const migrations: readonly Migration[] = [
  [
    `create table clusters (cluster @text primary key, sequence @int not null, at @int not null, term @int not null,
       rebuild @int not null, sum @int not null)`,
    `create table tallies (cluster @text not null, name @text not null, rows @int not null, mix @int not null,
       primary key (cluster, name))`,
    `create table positions (cluster @text not null, kind @text not null, resource_version @text not null,
       sum @int not null, primary key (cluster, kind))`,
    `create table batches (cluster @text not null, sequence @int not null, at @int not null, term @int not null,
       digest @text not null, history @int not null, sum @int not null, primary key (cluster, sequence))`,
    `create table versions (cluster @text not null, part @text not null, key @text not null, began @int not null,
       ended @int, uid @text not null, resource_version @text not null, content @text not null,
       body_sum @int not null, body @bytes not null, sum @int not null, primary key (cluster, part, key, began))`,
    `create unique index versions_current on versions (cluster, part, key) where ended is null`,
    `create index versions_ended on versions (cluster, ended) where ended is not null`,
    `create table results (cluster @text not null, id @text not null, control @text not null, outcome @text not null,
       severity @int not null, kind @text not null, namespace @text not null, name @text not null,
       workload @text not null, edit @text not null, place @text not null, team @text not null,
       exception @text not null, first_seen @int not null, last_changed @int not null, haystack @text not null,
       said @text not null, content @text not null, sum @int not null, primary key (cluster, id))`,
    `create table bodies (cluster @text not null, id @text not null, body @text not null, primary key (cluster, id))`,
    `create index results_severity on results (severity, cluster, id)`,
    `create index results_changed on results (last_changed, cluster, id)`,
    `create index results_groups on results (outcome, severity, namespace, control, kind, place, exception)`,
    `create index results_edit on results (edit) where edit <> ''`,
    `create table history (cluster @text not null, sequence @int not null, ordinal @int not null, id @text not null,
       at @int not null, kind @text not null, control @text not null, namespace @text not null,
       severity @int not null, because @text not null, cause @text not null, sum @int not null,
       primary key (cluster, sequence, ordinal))`,
    `create index history_of on history (cluster, id, sequence)`,
    `create table scores (cluster @text not null, framework @text not null, sequence @int not null, at @int not null,
       body @text not null, sum @int not null, primary key (cluster, framework, sequence))`,
    `create table documents (cluster @text not null, kind @text not null, id @text not null, version @int not null,
       at @int not null, author @text not null, body @text not null, sum @int not null,
       primary key (cluster, kind, id))`,
    `create table outbox (id @id, channel @text not null, dedup @text not null, cluster @text not null,
       body @text not null, state @text not null, attempts @int not null, due_at @int not null,
       added_at @int not null, last_error @text not null, sum @int not null)`,
    `create unique index outbox_same on outbox (channel, dedup)`,
    `create index outbox_due on outbox (due_at) where state = 'waiting'`,
    `create table losses (id @id, at @int not null, what @text not null, rows @int, because @text not null,
       rebuilt @int not null)`,
  ],
  [
    // A store of few clusters holds hardly any row that is not of the one asked for: each begins with what every page
    // asks for, and goes on in the order of the page, with what pages filter by behind it; groups are counted in theirs alone.
    `drop index results_severity`,
    `drop index results_changed`,
    `drop index results_groups`,
    `drop index results_edit`,
    `create index results_listed on results (cluster, outcome, severity, id, namespace, control, kind)`,
    `create index results_groups on results (cluster, outcome, control, namespace, kind, severity, place, exception)`,
    `create index results_changed on results (cluster, outcome, last_changed, id)`,
    `create index results_edit on results (cluster, edit) where edit <> ''`,
  ],
];

const types: { readonly [E in Engine]: { readonly [type: string]: string } } = {
  sqlite: { text: "text", int: "integer", bytes: "blob", id: "integer primary key autoincrement" },
  postgresql: {
    text: 'text collate "C"', // the same order as SQLite, whatever the database's language
    int: "bigint",
    bytes: "bytea",
    id: "bigint generated by default as identity primary key",
  },
};

/** Resolves with the schema's version. */
export async function migrate(sql: Sql, steps: readonly Migration[] = migrations): Promise<number> {
  return sql.db.transaction().execute(async (db) => {
    if (sql.engine === "postgresql") await text`select pg_advisory_xact_lock(7236420)`.execute(db);
    await text`create table if not exists meta (key text primary key, value text not null)`.execute(db);
    const row = await db.selectFrom("meta").select("value").where("key", "=", "schema").executeTakeFirst();
    const found = Number(row?.value ?? 0);
    if (!Number.isInteger(found) || found < 0)
      throw new StoreError("damaged", "the store's schema is unreadable");
    if (found > steps.length) {
      throw new StoreError(
        "newer-schema",
        `the store was written by a newer version (schema ${found}; this one knows ${steps.length}): upgrade, or use another store`,
      );
    }
    for (const statement of steps.slice(found).flat()) {
      const known = statement.replaceAll(
        /@(text|int|bytes|id)\b/g,
        (_, type) => types[sql.engine][type] ?? "",
      );
      await text.raw(known).execute(db);
    }
    if (found < steps.length) {
      const value = String(steps.length);
      await db
        .insertInto("meta")
        .values({ key: "schema", value })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
        .execute();
    }
    return steps.length;
  });
}
