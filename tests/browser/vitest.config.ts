import { defineConfig } from "vitest/config";

/** Tests in a real browser; `test.sh` installs it. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    pool: "threads",
    isolate: false,
    fileParallelism: false,
    reporters: ["default", "json", "../../scripts/tally-reporter.ts"],
    outputFile: { json: `${import.meta.dirname}/../../.results/browser.json` },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
