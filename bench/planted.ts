/** Plants attack paths in generated clusters, and prints which are cut and how much there is to act on: `node bench/planted.ts [CLUSTERS] [OBJECTS]`. */
import { exampleSnapshot, scan } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { fateOf, plants } from "../packages/library/src/edges/fixtures/planted.ts";
import { generate } from "./generate.ts";

const [clusters = 20, objects = 600] = process.argv.slice(2).map(Number);
const shares: number[] = [];
const edits: number[] = [];
const fates = { cut: 0, open: 0, missing: 0 };

for (let seed = 1; seed <= clusters; seed += 1) {
  const planted = plants("planted").slice(seed % 3);
  const resources = [...generate(objects, seed), ...planted.flatMap((plant) => plant.resources)];
  const report = scan(exampleSnapshot(resources), library, {
    toolVersion: "bench",
    paths: { most: 1_000_000 },
  });
  for (const plant of planted) {
    const fate = fateOf(report, plant);
    fates[fate] += 1;
    if (fate !== "cut") console.log(`cluster ${seed}: ${plant.name} is ${fate}`);
  }
  shares.push(report.priorities.actShare);
  edits.push(report.priorities.act.length);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
console.log(
  `planted paths in ${clusters} clusters of ${objects} objects: ${fates.cut} cut, ${fates.open} open, ${fates.missing} not found`,
);
console.log(
  `to act on: median ${percent(median(shares))} of findings (most ${percent(Math.max(...shares))}), median ${median(edits)} edits`,
);
