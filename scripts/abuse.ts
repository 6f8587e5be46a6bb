/**
 * Says which tests hold which abuse case, from the results that test runs left in `.results/`: `npm run abuse` prints
 * the table and ends with 1 where a case has no test or a test of it failed; `--write` puts it into docs/abuse-cases.md.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { abuseCases } from "../tests/abuse-cases.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, ".results");

interface Held {
  readonly file: string;
  readonly passed: boolean;
}

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

const tests = new Map<number, Held[]>();
const runs = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
for (const run of runs) {
  const { testResults } = JSON.parse(readFileSync(join(folder, run), "utf8")) as Results;
  for (const { name, assertionResults } of testResults) {
    for (const { title, status } of assertionResults) {
      for (const number of casesIn(title)) {
        tests.set(number, [
          ...(tests.get(number) ?? []),
          { file: relative(root, name), passed: status === "passed" },
        ]);
      }
    }
  }
}

/** `case 12: …`, `cases 41, 49: …`, `cases 5-7: …` */
function casesIn(title: string): readonly number[] {
  const list = /\bcases? ((?:\d+(?:-\d+)?)(?:(?:, | and )\d+(?:-\d+)?)*)/.exec(title)?.[1] ?? "";
  return list.split(/, | and /).flatMap((part) => {
    const [first = NaN, last = first] = part.split("-").map(Number);
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

const rows = abuseCases.map(({ number, surface, input, verdict }) => {
  const held = tests.get(number) ?? [];
  const files = [...new Set(held.map(({ file }) => file))].sort();
  const result = held.length === 0 ? "no test" : held.every(({ passed }) => passed) ? "held" : "broken";
  return {
    number,
    result,
    line: `| ${number} | ${surface} | ${input} | ${verdict} | ${files.map((file) => `\`${file}\``).join(", ")} | ${result} |`,
  };
});
const table = [
  "| case | surface | given | must come of it | tests | result |",
  "|---|---|---|---|---|---|",
  ...rows.map(({ line }) => line),
].join("\n");

if (process.argv.includes("--write")) {
  const head =
    "# Abuse cases\n\nInputs that mean harm, and the tests that hold what must come of them. Written by `npm run abuse -- --write`.\n\n";
  writeFileSync(join(root, "docs/abuse-cases.md"), `${head}${table}\n`);
}
console.log(table);
const missing = rows.filter(({ result }) => result !== "held");
console.log(`${rows.length - missing.length} of ${rows.length} abuse cases held`);
if (missing.length > 0) process.exitCode = 1;
