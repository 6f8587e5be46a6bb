/** What the suites that need more than Node have in common: one file at a time, its outcome told to CI. */
import { defineConfig, type ViteUserConfig } from "vitest/config";

/**
 * A suite in a folder of its own. Times in milliseconds; the outcome goes to `.results/NAME.json`. It runs in a process,
 * not in a thread: a thread that is within a native call when it is asked to end holds up its process for ever.
 */
export function suite(
  name: string,
  folder: string,
  limits: { readonly test: number; readonly hook: number },
): ViteUserConfig {
  return defineConfig({
    test: {
      root: folder,
      include: ["*.test.ts"],
      pool: "forks",
      maxWorkers: 1,
      isolate: false,
      fileParallelism: false,
      reporters: ["default", "json", `${import.meta.dirname}/../scripts/tally-reporter.ts`],
      outputFile: { json: `${import.meta.dirname}/../.results/${name}.json` },
      testTimeout: limits.test,
      hookTimeout: limits.hook,
    },
  });
}
