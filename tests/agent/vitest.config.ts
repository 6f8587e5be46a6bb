import { defineConfig } from "vitest/config";

/** Held against a real kernel: one at a time, in processes of their own, by `tests/agent/test.sh`. */
export default defineConfig({
  test: {
    include: ["tests/agent/**/*.test.ts"],
    root: `${import.meta.dirname}/../..`,
    pool: "forks",
    execArgv: ["--expose-gc"], // what stays in memory is told apart from what waits to be freed
    fileParallelism: false,
    reporters: ["default", "json", "./scripts/tally-reporter.ts"],
    outputFile: { json: `${import.meta.dirname}/../../.results/agent.json` },
    testTimeout: 120_000,
  },
});
