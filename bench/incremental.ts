/** Times what single changes of a big cluster cost, beside a scan of the whole in the same run: `node bench/incremental.ts [OBJECTS] [CHANGES]`. */
import { createIncremental, scan, type Change, type Json, type Resource } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { generate, random } from "./generate.ts";

const [objects = 10_000, changes = 40] = process.argv.slice(2).map(Number);
const takenAt = "2026-01-01T00:00:00Z";
const server = { kind: "cluster", name: "bench", version: "v1.35.4" } as const;
const next = random(7);
const held = [...generate(objects)];

function putOf(resource: Resource): Change {
  return { op: "put", record: { resource, source: { file: "cluster" } } };
}

/** Processor milliseconds of this process, its threads for cleaning up included. */
function timed<T>(run: () => T): { readonly ms: number; readonly value: T } {
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, value };
}

const stream = createIncremental(library, { toolVersion: "0.0.0", server, takenAt });
const first = timed(() => {
  stream.apply([{ op: "gaps", gaps: [], covered: ["*"] }, ...held.map(putOf)]);
  return stream.settle();
});
const report = timed(() => stream.report());
const memory = process.memoryUsage();
const whole = timed(() => scan(stream.snapshot(), library, { toolVersion: "0.0.0" }));
const equal = JSON.stringify(report.value) === JSON.stringify(whole.value);
console.log(`${objects} objects, ${whole.value.results.length} results; equal to a scan: ${equal}`);
console.log(`full scan                      ${whole.ms.toFixed(0)} ms CPU`);
console.log(
  `first evaluation and report    ${(first.ms + report.ms).toFixed(0)} ms CPU (${((first.ms + report.ms) / whole.ms).toFixed(2)} of the scan), of it paths and report ${report.ms.toFixed(0)}`,
);
console.log(
  `memory after it                ${(memory.rss / 1e6).toFixed(0)} MB, heap ${(memory.heapUsed / 1e6).toFixed(0)} MB`,
);

const pick = (...kinds: readonly string[]): number => {
  for (;;) {
    const index = Math.floor(next() * held.length);
    if (kinds.includes(held[index]!.kind)) return index;
  }
};

type Edited = (resource: Resource, turn: number) => Resource;
const metadataWith =
  (more: (turn: number) => { readonly [key: string]: Json }): Edited =>
  (resource, turn) => ({ ...resource, metadata: { ...resource.metadata, ...more(turn) } });
const specOf = (resource: Resource): { [key: string]: Json } => resource["spec"] as { [key: string]: Json };

const cases: readonly (readonly [string, readonly string[], Edited])[] = [
  [
    "status of a workload",
    ["Deployment", "StatefulSet"],
    (each, turn) => ({ ...each, status: { observedGeneration: turn } }),
  ],
  [
    "replicas",
    ["Deployment", "StatefulSet"],
    (each, turn) => ({ ...each, spec: { ...specOf(each), replicas: 1 + (turn % 5) } }),
  ],
  [
    "pod template",
    ["Deployment"],
    (each, turn) => {
      const spec = specOf(each);
      const template = spec["template"] as { readonly spec: { [key: string]: Json } };
      return {
        ...each,
        spec: { ...spec, template: { ...template, spec: { ...template.spec, hostPID: turn % 2 === 0 } } },
      };
    },
  ],
  ["namespace label", ["Namespace"], metadataWith((turn) => ({ labels: { team: `team-${turn}` } }))],
  [
    "network policy",
    ["NetworkPolicy"],
    (each, turn) => ({
      ...each,
      spec: { ...specOf(each), policyTypes: turn % 2 === 0 ? ["Ingress", "Egress"] : ["Ingress"] },
    }),
  ],
  [
    "role binding",
    ["RoleBinding"],
    (each, turn) => ({ ...each, subjects: [{ kind: "User", name: `user-${turn}` }] }),
  ],
  ["config map", ["ConfigMap"], (each, turn) => ({ ...each, data: { mode: `mode-${turn}` } })],
];

const at = (sorted: readonly number[], share: number): string =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1).padStart(8);

console.log("\none change, ms CPU         apply p50     p99   settle p50     p99   report p50   of a scan");
for (const [title, kinds, edit] of cases) {
  const costs: { readonly apply: number; readonly settle: number; readonly report: number }[] = [];
  for (let turn = 0; turn < changes; turn += 1) {
    const index = pick(...kinds);
    const resource = edit(held[index]!, turn);
    held[index] = resource;
    const apply = timed(() => stream.apply([putOf(resource)])).ms;
    const settle = timed(() => stream.settle()).ms;
    // A report costs the same from one change to the next: a few of them tell.
    const whole = turn % 10 === 0 ? timed(() => stream.report()).ms : Number.NaN;
    costs.push({ apply, settle, report: whole });
  }
  const sorted = (name: "apply" | "settle" | "report"): readonly number[] =>
    costs
      .map((cost) => cost[name])
      .filter((cost) => !Number.isNaN(cost))
      .sort((a, b) => a - b);
  const [apply, settle, told] = [sorted("apply"), sorted("settle"), sorted("report")];
  const ratio = (apply[Math.floor(apply.length / 2)]! / whole.ms).toFixed(5);
  console.log(
    `${title.padEnd(24)}   ${at(apply, 0.5)}${at(apply, 0.99)}   ${at(settle, 0.5)}${at(settle, 0.99)}   ${at(told, 0.5)}     ${ratio}`,
  );
}
const last =
  JSON.stringify(stream.report()) ===
  JSON.stringify(scan(stream.snapshot(), library, { toolVersion: "0.0.0" }));
console.log(`equal to a scan in the end: ${last}`);
if (!equal || !last) process.exitCode = 1;
