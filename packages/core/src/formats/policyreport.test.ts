import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { report } from "./fixtures/report.ts";
import { policyreport } from "./policyreport.ts";

const options = { color: false, width: 100, hyperlinks: false, all: false };
const { items } = JSON.parse([...policyreport.write(report, options)].join(""));

/** The schema of the version in its definition; as the API server prunes, unknown fields are refused here. */
function schemaOf(plural: string) {
  const file = join(import.meta.dirname, `fixtures/policyreport-v1alpha2-wgpolicyk8s.io_${plural}.yaml`);
  const { versions } = parse(readFileSync(file, "utf8")).spec;
  const version = versions.find(({ name }: { name: string }) => name === "v1alpha2");
  const schema = closed(version.schema.openAPIV3Schema);
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema as object);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy: { [key: string]: unknown } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  if (copy["type"] === "object" && copy["properties"] !== undefined) copy["additionalProperties"] = false;
  return copy;
}

test.each([
  ["PolicyReport", "policyreports"],
  ["ClusterPolicyReport", "clusterpolicyreports"],
])("%s is valid against its definition on hostile names", (kind, plural) => {
  const validate = schemaOf(plural);
  const own = items.filter((item: { kind: string }) => item.kind === kind);
  expect(own.length).toBeGreaterThan(0);
  for (const item of own) {
    validate(item);
    expect(validate.errors ?? []).toEqual([]);
  }
});

test("one for each namespace, its summary that of its results", () => {
  expect(items.map(({ metadata }: { metadata: { namespace?: string } }) => metadata.namespace)).toEqual([
    "shop",
    "kube-system",
    undefined,
  ]);
  expect(items[0].summary).toEqual({ pass: 0, fail: 24, warn: 0, error: 1, skip: 1 });
  expect(items[0].results).toHaveLength(26);
});
