import { defineConfig } from "vitest/config";

/** Needs Chromium: run by CI with this configuration, not by `npm test`. */
export default defineConfig({
  test: {
    include: ["packages/cli/browser/**/*.test.ts"],
    root: new URL("../../..", import.meta.url).pathname,
    reporters: ["default", "./scripts/tally-reporter.ts"],
    testTimeout: 60_000,
  },
});
