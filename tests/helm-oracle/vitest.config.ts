import { defineConfig } from "vitest/config";

/** Tests of the chart renderer against helm itself; `test.sh` builds helm, gets the charts and runs them. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    pool: "threads",
    maxWorkers: 1,
    isolate: false,
    fileParallelism: false,
    reporters: ["dot", "json", "../../scripts/tally-reporter.ts"],
    outputFile: { json: `${import.meta.dirname}/../../.results/helm.json` },
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
