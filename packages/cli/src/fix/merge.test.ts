import {
  applyOperations,
  type Edit,
  type Json,
  type PatchOperation,
  type ResourceRecord,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { mergedFixes } from "./merge.ts";

const record: ResourceRecord = {
  resource: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, list: ["a", "b", "c"], spec: {} },
  source: { file: "p.yaml" },
};

function merged(...edits: readonly (readonly PatchOperation[])[]): {
  readonly value?: Json;
  readonly passed: number;
} {
  const chosen = edits.map((operations, index) => ({ edit: { id: `${index}` } as Edit, record, operations }));
  const { fixes, passed } = mergedFixes(chosen);
  const value = fixes[0] && applyOperations(record.resource, fixes[0].operations);
  return { ...(value === undefined ? {} : { value }), passed: passed.length };
}

const add = (path: string, value: Json): PatchOperation => ({ op: "add", path, value });

test.each<readonly [string, readonly (readonly PatchOperation[])[], object, number]>([
  [
    "each removes an entry",
    [[{ op: "remove", path: "/list/0" }], [{ op: "remove", path: "/list/2" }]],
    { list: ["b"] },
    0,
  ],
  ["both make a list", [[add("/spec/v", [1, 2])], [add("/spec/v", [2, 3])]], { spec: { v: [1, 2, 3] } }, 0],
  [
    "both make a mapping",
    [[add("/spec/v", { a: 1 })], [add("/spec/v", { b: 2 })]],
    { spec: { v: { a: 1, b: 2 } } },
    0,
  ],
  ["both append the same", [[add("/list/-", "d")], [add("/list/-", "d")]], { list: ["a", "b", "c", "d"] }, 0],
  ["they say otherwise", [[add("/spec/v", 1)], [add("/spec/v", 2)]], { spec: { v: 1 } }, 1],
  ["a path that is not there", [[{ op: "remove", path: "/spec/x/y" }]], {}, 1],
])("%s", (_, edits, expected, passed) => {
  const made = merged(...edits);
  expect(made.passed).toBe(passed);
  if (made.value !== undefined) expect(made.value).toMatchObject(expected);
});
