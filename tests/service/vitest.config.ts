import { defineConfig } from "vitest/config";

/** Tests of the service against a real API server; `test.sh` gets the programs and runs them. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    pool: "threads",
    maxWorkers: 1,
    isolate: false,
    fileParallelism: false,
    reporters: ["default", "json", "../../scripts/tally-reporter.ts"],
    outputFile: { json: `${import.meta.dirname}/../../.results/service.json` },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
