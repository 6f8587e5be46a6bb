/** How soon a change among many objects is a finding: told, not judged, since machines differ. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generate } from "../../bench/generate.ts";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { createPipeline } from "../../packages/server/src/pipeline/pipeline.ts";
import { openMemoryStore } from "../../packages/server/src/store/sqlite/memory.ts";
import { quiet } from "../../packages/server/src/fixtures/quiet.ts";

const { OBJECTS: objects = "2000" } = process.env;

test(`a change among ${objects} objects becomes a committed finding`, async () => {
  const { clock } = openWorld();
  const store = await openMemoryStore(clock);
  let committed = Promise.withResolvers<void>();
  const pipeline = createPipeline({
    ...quiet,
    clock,
    store,
    onCommitted: () => committed.resolve(),
  });
  const records = [...generate(Number(objects))].map((resource) => ({
    resource,
    source: { file: "cluster" },
  }));
  const spent = (): number => process.cpuUsage().user + process.cpuUsage().system;
  const times: number[] = [];
  const first = spent();
  pipeline.take([
    { op: "gaps", gaps: [], covered: ["*"] },
    ...records.map((record) => ({ op: "put", record }) as const),
  ]);
  pipeline.begin();
  pipeline.lead(1);
  await committed.promise;
  const begun = (spent() - first) / 1e6;
  const changed = records.find(({ resource }) => resource.kind === "Deployment")!;
  for (let turn = 0; turn < 7; turn += 1) {
    committed = Promise.withResolvers();
    const labels = { ...changed.resource.metadata.labels, turn: String(turn) };
    const resource = { ...changed.resource, metadata: { ...changed.resource.metadata, labels } };
    const from = spent();
    pipeline.take([{ op: "put", record: { ...changed, resource } }]);
    await committed.promise;
    times.push((spent() - from) / 1e6);
  }
  times.sort((a, b) => a - b);
  const { rss } = process.memoryUsage();
  const table = `| objects | first, CPU s | one change, CPU s (median) | RSS MB |\n| --- | --- | --- | --- |\n| ${objects} | ${begun.toFixed(2)} | ${times[3]!.toFixed(2)} | ${Math.round(rss / 1e6)} |\n`;
  console.log(table);
  mkdirSync(join(import.meta.dirname, "../../.results"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "../../.results/service-pace.md"), table);
  await pipeline.stop();
  await store.close();
  expect(times).toHaveLength(7);
}, 600_000);
