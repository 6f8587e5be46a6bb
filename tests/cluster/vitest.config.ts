import { defineConfig } from "vitest/config";

/** Tests against the real cluster; `test.sh` starts it and runs them inside its network namespace. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    pool: "threads",
    maxWorkers: 1,
    isolate: false,
    fileParallelism: false,
    reporters: ["default", "json", "../../scripts/tally-reporter.ts"],
    outputFile: { json: `${import.meta.dirname}/../../.results/cluster.json` },
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
