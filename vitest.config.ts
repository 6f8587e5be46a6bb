import { defineConfig } from "vitest/config";

/**
 * Tests beside their sources; tests that need root, a cluster or a browser are run by `.ci/run` with their own configuration.
 * In processes, as the program runs: a thread has another stack, and one within a native call cannot be ended.
 */
export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts", "*.test.ts"],
    pool: "forks",
    isolate: false,
    reporters: ["default", "json", "./scripts/tally-reporter.ts"],
    outputFile: { json: `${import.meta.dirname}/.results/unit.json` },
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
