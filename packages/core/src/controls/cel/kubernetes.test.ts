/** Holds the engine against what Kubernetes v1.35 was recorded to make of the same expressions: outcome, type and cost. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { CelError, compile } from "./compile.ts";
import { describe, normalize } from "./fixtures/describe.ts";
import { policy } from "./policy.ts";

interface Recorded {
  readonly expr: string;
  readonly compile?: string;
  readonly panic?: string;
  readonly error?: string;
  readonly value?: unknown;
  readonly type?: string;
  readonly cost?: number;
  readonly varies?: boolean;
}

/** Where we differ, and why. */
const differences: readonly (readonly [reason: string, expression: RegExp])[] = [
  [
    "protobuf messages can be written in Kubernetes too, but nothing in an object is one",
    /google\.protobuf\.[A-Z]\w+ ?\{/,
  ],
  ["back-quoted field names are of CEL, but Kubernetes v1.35 does not take them yet", /`/],
  [
    "a leading dot skips what macros bind, by cel-spec; in Kubernetes v1.35 it does nothing",
    /exists\(y, \.y/,
  ],
  [
    "Kubernetes v1.35 changes a large quantity that it adds to; mended in later versions",
    /^\[quantity\("9{37}"\)\]\.all/,
  ],
];

const variables = { name: "string", count: "int", names: "list(string)", any: "dyn" };
const options = {
  types: { ...policy.types, variables: "kubernetes.variables" },
  objects: { ...policy.objects, "kubernetes.variables": variables },
};

function read<T>(path: string): T[] {
  const text = readFileSync(new URL(path, import.meta.url), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

const scenes = JSON.parse(
  readFileSync(new URL("../../../../../tests/cel-oracle/scenes.json", import.meta.url), "utf8"),
);
const frame = policy.names.map((name) => (name.startsWith("authorizer") ? undefined : scenes.pod[name]));

/** What differs from a recorded outcome, or undefined. */
function difference(recorded: Recorded): string | undefined {
  try {
    const program = compile(recorded.expr, policy.names, options);
    if (recorded.compile !== undefined) return `is accepted: ${recorded.compile}`;
    const outcome = program.evaluate(frame);
    if ((outcome.error === undefined) !== (recorded.error === undefined)) {
      return `gives ${outcome.error?.message ?? "a value"}, not ${recorded.error ?? "a value"}`;
    }
    if (
      outcome.error === undefined &&
      !isDeepStrictEqual(describe(outcome.value), normalize(recorded.value))
    ) {
      return `gives ${JSON.stringify(describe(outcome.value))}, not ${JSON.stringify(recorded.value)}`;
    }
    if (outcome.cost !== (recorded.cost ?? 0)) return `costs ${outcome.cost}, not ${recorded.cost}`;
    return program.type === recorded.type ? undefined : `is of type ${program.type}, not ${recorded.type}`;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return recorded.compile === undefined ? `is refused: ${error.message}` : undefined;
  }
}

const rows = read<Recorded>("fixtures/kubernetes.jsonl").filter(
  (row) => row.panic === undefined && row.varies !== true,
);
const found = rows
  .map((row) => ({ expr: row.expr, how: difference(row) }))
  .filter(({ how }) => how !== undefined);

test("all outcomes, types and costs are equal but for the differences listed", () => {
  expect(rows.length).toBeGreaterThan(4300);
  expect(found.filter(({ expr }) => !differences.some(([, pattern]) => pattern.test(expr)))).toEqual([]);
});

test.each(differences)("a difference: %s", (_reason, pattern) => {
  expect(found.some(({ expr }) => pattern.test(expr))).toBe(true);
});
