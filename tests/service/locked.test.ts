/** Another connection holds what the service writes: a real PostgreSQL server, and how the service says that it is. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { quiet } from "../../packages/server/src/fixtures/quiet.ts";
import { watchStatus } from "../../packages/server/src/fixtures/service.ts";
import { healthOf } from "../../packages/server/src/health.ts";
import { createPipeline } from "../../packages/server/src/pipeline/pipeline.ts";
import { usualSettings } from "../../packages/server/src/settings/settings.ts";
import { healthIn } from "../../packages/server/src/standing.ts";
import { openPostgresStore } from "../../packages/server/src/store/postgres/open.ts";
import { startPostgres, type Postgres } from "./postgres.ts";

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const patient = { timeout: 30_000 };
const well = {
  watch: { status: () => watchStatus },
  settings: {
    held: () => ({ settings: usualSettings, since: 0 }),
    look: async () => {},
    stop: async () => {},
  },
  reception: { standing: () => [], counts: () => expect.fail("not asked for") },
};

test("while a lost connection holds a lock the service is not ready, and it is again once the lock is gone", async () => {
  const { clock } = openWorld();
  const store = await openPostgresStore(clock, { url: postgres.url, statementTimeout: 300 });
  const pipeline = createPipeline({ ...quiet, clock, store });
  const readiness = async () => {
    const { ready, lines } = healthOf(await healthIn({ ...well, store, pipeline }));
    return [ready, lines.includes("[+] store")];
  };
  const holder = new pg.Client({ connectionString: postgres.url });
  try {
    pipeline.take([{ op: "gaps", gaps: [], covered: ["*"] }]);
    pipeline.begin();
    pipeline.lead(1);
    await expect.poll(readiness, patient).toEqual([true, true]);
    await holder.connect();
    await holder.query("begin; lock table clusters in access exclusive mode");
    const metadata = { name: "shop" };
    const resource = { apiVersion: "v1", kind: "Namespace", metadata };
    pipeline.take([{ op: "put", record: { resource, source: { file: "cluster" } } }]);
    await expect.poll(readiness, patient).toEqual([false, false]);
    await holder.query("rollback");
    await expect.poll(readiness, patient).toEqual([true, true]);
    const { items } = await store.findings({ namespaces: [""], limit: 500 });
    expect(items.length).toBeGreaterThan(0);
  } finally {
    await holder.end();
    await pipeline.stop();
    await store.close();
  }
}, 120_000);
