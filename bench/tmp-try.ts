import { openWorld } from "../packages/cluster/src/world.ts";
import { openMemoryStore } from "../packages/server/src/store/sqlite/memory.ts";
import { createPipeline } from "../packages/server/src/pipeline/pipeline.ts";
import { usualSettings } from "../packages/server/src/settings/settings.ts";
import { deployment } from "../packages/server/src/fixtures/service.ts";
const { clock } = openWorld();
const store = await openMemoryStore(clock);
const p = createPipeline({ cluster: "c", clock, store, facts: { distribution: () => undefined }, settings: () => usualSettings, toolVersion: "0", log: (...a) => console.log(...a), noticesOf: (t) => { console.log("turns", t.length); return []; }, alarmsOf: () => [], onCommitted: (n) => console.log("committed", n, p.standing()) });
p.take([{ op: "gaps", gaps: [], covered: ["*"] }]);
p.begin(); p.lead(1);
for (let i = 0; i < 4; i++) { await new Promise((r) => setTimeout(r, 1000)); console.log(p.status()); if (i === 1) p.take([{ op: "put", record: { resource: deployment("shop", "web", true), source: { file: "cluster" } } }]); }
await p.stop(); console.log("stopped");
process.exit(0);
