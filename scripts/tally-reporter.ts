/**
 * A Vitest reporter that closes with a line for each failure and, last, `N passed, N failed`. A skipped test counts as
 * failed in CI, where nothing may skip itself silently; so does a hook that fails and an error outside any test.
 */
import type { Reporter, TestModule, TestSuite } from "vitest/node";

/** What an error says in one line, with the place in our own code where it was thrown. */
function line(error: unknown): string {
  const { message, stack } = error as { readonly message?: unknown; readonly stack?: unknown };
  const place = String(stack ?? "")
    .split("\n")
    .find((frame) => /^\s+at /.test(frame) && !/node_modules|node:/.test(frame));
  return `${String(message ?? error)
    .split("\n", 1)[0]!
    .slice(0, 300)}${place ? ` (${place.trim()})` : ""}`;
}

/** The errors of a file or of a suite in it that are no test's own: hooks, and what is done while tests are gathered. */
function* around(suite: TestModule | TestSuite): Iterable<string> {
  const name = suite.type === "module" ? suite.relativeModuleId : suite.fullName;
  for (const error of suite.errors()) yield `${name}: ${line(error)}`;
  for (const child of suite.children.suites()) yield* around(child);
}

export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    const failures = errors.map((error) => `outside any test: ${line(error)}`);
    for (const module of modules) {
      failures.push(...around(module));
      for (const test of module.children.allTests()) {
        const result = test.result();
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        if (result.state === "passed") passed += 1;
        else if (result.state === "failed") failures.push(`${name}: ${line(result.errors[0])}`);
        else if (process.env["CI"]) failures.push(`${name}: ${result.state}`);
      }
    }
    process.on("exit", () => {
      for (const failure of failures) console.log(`✗ ${failure}`);
      console.log(`${passed} passed, ${failures.length} failed`);
    });
  }
}
