import { defineConfig } from "vitest/config";

/** Tests in a real browser; `test.sh` installs it. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    pool: "threads",
    isolate: false,
    fileParallelism: false,
    reporters: ["default", "../../scripts/tally-reporter.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
