/** How SQLite goes about what pages ask for: no list is sorted, and no group counted row by row, whatever the store holds. */
import type { DatabaseSync } from "node:sqlite";
import { onTestFinished, expect, test } from "vitest";
import { start, putResult } from "../../../../../tests/store/make.ts";
import { migrate, migrations } from "../sql/migrate.ts";
import { sqlStore } from "../sql/sqlstore.ts";
import type { FindingQuery } from "../query.ts";
import type { Store } from "../store.ts";
import { connect } from "./connection.ts";

/** A store with two findings, and the plans of what is read of results while it does something. */
async function opened(): Promise<{
  readonly plansOf: (ask: (store: Store) => unknown) => Promise<string[]>;
}> {
  const { raw, db } = connect(":memory:");
  const prepare = raw.prepare.bind(raw);
  const read: string[] = [];
  (raw as { prepare: DatabaseSync["prepare"] }).prepare = (text) => {
    if (/^select .* from "results"/.test(text)) read.push(text);
    return prepare(text);
  };
  const sql = { db, engine: "sqlite" } as const;
  const clock = { now: () => start };
  const store = sqlStore({ sql, clock, schema: await migrate(sql), close: () => db.destroy() });
  onTestFinished(() => store.close());
  const results = [putResult(0), putResult(1)];
  await store.commit({ cluster: "c", sequence: 1, term: 1, at: start, parts: [], results });
  const details = (text: string): string =>
    prepare(`explain query plan ${text}`)
      .all()
      .map(({ detail }) => String(detail))
      .join(", ");
  return {
    plansOf: async (ask) => {
      read.length = 0;
      await ask(store);
      return read.map(details);
    },
  };
}

const failing = { clusters: ["c"], outcomes: ["fail"] } satisfies FindingQuery;
const listed = "SEARCH results USING INDEX results_listed (cluster=? AND outcome=?";

test.each<[FindingQuery, string]>([
  [{}, `${listed})`],
  [{ descending: true }, `${listed})`],
  [{ severities: ["critical"], descending: true }, `${listed} AND severity=?)`],
  [{ search: "web" }, `${listed})`],
  [{ namespaces: ["shop"], controls: ["no-limit"] }, `${listed})`],
  [
    { sort: "lastChanged", descending: true },
    "SEARCH results USING INDEX results_changed (cluster=? AND outcome=?)",
  ],
])("a list of %j is read in its order", async (query, plan) => {
  const { plansOf } = await opened();
  expect(await plansOf((store) => store.findings({ ...failing, ...query }))).toEqual([plan]);
});

test.each(["severity", "control", "namespace", "kind", "place"] as const)(
  "groups by %s are counted in an index alone",
  async (by) => {
    const { plansOf } = await opened();
    const [plan] = await plansOf((store) => store.groups(failing, by));
    expect(plan).toMatch(/^SEARCH results USING COVERING INDEX results_\w+ \(cluster=\? AND outcome=\?\)/);
  },
);

test("findings of one edit are looked up by it", async () => {
  const { plansOf } = await opened();
  const [plan] = await plansOf((store) => store.findings({ ...failing, edit: "an-edit" }));
  expect(plan).toContain("USING INDEX results_edit (cluster=? AND edit=?)");
});

test("the next page of all there is begins where the last one ended", async () => {
  const { plansOf } = await opened();
  const plans = await plansOf(async (store) => {
    const query = { clusters: ["c"], sort: "id", limit: 1 } satisfies FindingQuery;
    const { next, items } = await store.findings(query);
    const after = await store.findings({ ...query, cursor: next! });
    expect([items, after.items].map(([each]) => each?.result.id)).toEqual(
      [putResult(0).id, putResult(1).id].sort(),
    );
  });
  expect(plans.at(-1)).toMatch(/USING INDEX \S+ \(cluster=\? AND id>\?\)$/);
});

test("a store of the schema before is brought up to date with all that it holds", async () => {
  const { db } = connect(":memory:");
  const sql = { db, engine: "sqlite" } as const;
  const clock = { now: () => start };
  const old = sqlStore({
    sql,
    clock,
    schema: await migrate(sql, migrations.slice(0, 1)),
    close: async () => {},
  });
  await old.commit({ cluster: "c", sequence: 1, term: 1, at: start, results: [putResult(0), putResult(1)] });
  const before = await old.findings({ edit: putResult(0).result!.edit! });
  const store = sqlStore({ sql, clock, schema: await migrate(sql), close: () => db.destroy() });
  onTestFinished(() => store.close());
  expect(before.items).toHaveLength(1);
  expect(await store.findings({ edit: putResult(0).result!.edit! })).toEqual(before);
  expect(await store.verify()).toEqual([]);
});
