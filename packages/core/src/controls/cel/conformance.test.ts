/** The conformance rows of cel-spec, and those of Kubernetes' own libraries. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { CelError, compile } from "./compile.ts";
import { describe } from "./fixtures/describe.ts";
import { readSpecType, readValue } from "./fixtures/spec.ts";
import type { Row } from "./fixtures/spec.ts";
import type { Value } from "./compile.ts";

function read<T>(path: string): T[] {
  const text = readFileSync(new URL(path, import.meta.url), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** What a ValidatingAdmissionPolicy cannot use, and why. */
const outside: readonly (readonly [reason: string, applies: (row: Row) => boolean])[] = [
  ["protobuf messages and enums: what a policy sees is JSON", (row) => isProtobuf(row)],
  ["containers: a policy has none", (row) => row.container !== undefined],
  [
    "functions that the row declares itself",
    (row) => row.typeEnv?.some((entry) => entry.ident === undefined) === true,
  ],
  [
    "extensions that Kubernetes does not load",
    ({ expr }) => /\b(?:cel\.(?:bind|block)|base64\.|math\.|proto\.)/.test(expr),
  ],
];

function isProtobuf(row: Row): boolean {
  const types = row.typeEnv?.map((entry) =>
    entry.ident === undefined ? "" : readSpecType(entry.ident.type),
  );
  if (types?.includes(undefined) === true) return true;
  const bound = Object.values(row.bindings ?? {});
  return (
    bound.some(({ value }) => readValue(value) === undefined) ||
    /\w\s*\{\s*(?:\w+\s*:|\})/.test(row.expr.replace(/\?\s*\{/g, ""))
  );
}

/** What Kubernetes itself refuses or does otherwise: recorded from it for the same expression (see kubernetes.test.ts). */
const recorded = new Map(
  read<{
    readonly expr: string;
    readonly compile?: string;
    readonly error?: string;
    readonly value?: unknown;
  }>("fixtures/kubernetes.jsonl").map((row) => [row.expr, row]),
);

/** Rows that have variables, so that nothing is recorded of them: what Kubernetes v1.35 is known to do. */
const known: ReadonlyMap<string, string> = new Map([
  [
    "timestamps/duration_converters/get_milliseconds",
    "cel-go gives all milliseconds, not those of the last second",
  ],
]);

function evaluate(row: Row): string | undefined {
  const names: string[] = [];
  const types: Record<string, string> = {};
  for (const { name, ident } of row.typeEnv ?? []) {
    names.push(name);
    types[name] = (ident === undefined ? undefined : readSpecType(ident.type)) ?? "dyn";
  }
  for (const name of Object.keys(row.bindings ?? {})) if (!names.includes(name)) names.push(name);
  const frame = names.map((name) =>
    row.bindings?.[name] === undefined ? undefined : readValue(row.bindings[name].value),
  );
  const program = compile(row.expr, names, { types });
  const deduced = row.typedResult === undefined ? undefined : readSpecType(row.typedResult.deducedType);
  if (deduced !== undefined && deduced !== program.type) return `type ${program.type}, not ${deduced}`;
  if (row.checkOnly === true) return undefined;
  const { value, error } = program.evaluate(frame);
  if (row.evalError !== undefined) return error === undefined ? "no error" : undefined;
  if (error !== undefined) return error.message;
  return compareValues(value, readValue(row.value ?? row.typedResult?.result ?? { boolValue: true }));
}

function compareValues(value: Value, wanted: Value | undefined): string | undefined {
  const [a, b] = [describe(value), wanted === undefined ? undefined : describe(wanted)];
  return isDeepStrictEqual(a, b) ? undefined : `${JSON.stringify(a)}, not ${JSON.stringify(b)}`;
}

/** Why a row does not hold, or undefined. */
function failure(row: Row): string | undefined {
  try {
    return evaluate(row);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return row.evalError === undefined ? error.message : undefined;
  }
}

const results = read<Row>("fixtures/cel-spec.jsonl").map((row) => {
  const why = failure(row);
  const reason =
    why === undefined ? undefined : (outside.find(([, applies]) => applies(row))?.[0] ?? asKubernetes(row));
  return { row, why, reason };
});

function asKubernetes(row: Row): string | undefined {
  const outcome = recorded.get(row.expr);
  if (outcome?.compile !== undefined) return "Kubernetes refuses it";
  return outcome !== undefined || known.has(row.case) ? "Kubernetes does otherwise" : undefined;
}

test("every row of cel-spec holds that a policy can use", () => {
  expect(results.length).toBe(2508);
  const open = results.filter(({ why, reason }) => why !== undefined && reason === undefined);
  expect(open.map(({ row, why }) => `${row.case}: ${row.expr}: ${why}`)).toEqual([]);
});

test.each(outside)("outside: %s", (reason) => {
  expect(results.some((result) => result.reason === reason)).toBe(true);
});

test("what holds of cel-spec is as listed", async () => {
  const groups = new Map<string, Record<string, number>>();
  for (const { row, why, reason } of results) {
    const group = row.case.split("/").slice(0, 2).join("/");
    const counts = groups.get(group) ?? {};
    const key = why === undefined ? "holds" : (reason ?? "open");
    groups.set(group, { ...counts, [key]: (counts[key] ?? 0) + 1 });
  }
  const text = JSON.stringify(Object.fromEntries(groups), null, 2);
  await expect(`${text}\n`).toMatchFileSnapshot("fixtures/cel-spec-holds.json");
});

interface LibraryRow {
  readonly case: string;
  readonly expr: string;
  readonly expect: "value" | "runtimeError" | "compileError";
}

test("every row of Kubernetes' libraries ends as it does in Kubernetes", () => {
  const rows = read<LibraryRow>("fixtures/k8s-cel-lib.jsonl");
  expect(rows.length).toBe(166);
  const wrong = rows.filter(({ expr }) => ending(expr) !== recordedEnding(expr));
  expect(wrong).toEqual([]);
});

/** Rows whose kind was taken down wrongly: their tests expect an error. */
const mistaken = [
  "parseInvalidSuffix",
  "parseInvalidSuffixPassesRegex",
  "isQuantity_noOverload",
  "as_integer_error",
];
const mistakenVersions = ["parseInvalidVersion", "isSemver_noOverload"];

test("every row of Kubernetes' libraries ends as it says", () => {
  const rows = read<LibraryRow>("fixtures/k8s-cel-lib.jsonl");
  const wrong = rows.filter((row) => ending(row.expr) !== row.expect).map((row) => row.case.split("/")[1]);
  expect(wrong).toEqual([...mistaken, ...mistakenVersions]);
});

type Ending = LibraryRow["expect"];

function recordedEnding(expr: string): Ending {
  const outcome = recorded.get(expr);
  if (outcome?.compile !== undefined) return "compileError";
  return outcome?.error === undefined ? "value" : "runtimeError";
}

function ending(expr: string): Ending {
  try {
    return compile(expr, []).evaluate([]).error === undefined ? "value" : "runtimeError";
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return "compileError";
  }
}
