import {
  applyOperations,
  type Edit,
  type Json,
  type PatchOperation,
  type ResourceRecord,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { inOne, mergedFixes, onlyOf, onTopOf, type ResourceFix } from "./merge.ts";

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

test.each<readonly [string, readonly (readonly PatchOperation[])[], object | undefined]>([
  [
    "both make a list, as two volumes that their mounts name",
    [[add("/spec/v", ["a"])], [add("/spec/v", ["b"])]],
    { spec: { v: ["a", "b"] } },
  ],
  ["the second has nothing left to do", [[add("/spec/v", 1)], [add("/spec/v", 1)]], { spec: { v: 1 } }],
  ["they exclude each other", [[add("/spec/v", 1)], [add("/spec/v", 2)]], undefined],
])("one by one: %s", (_, edits, expected) => {
  const fixes = edits.map((operations, index) =>
    onlyOf({ edit: { id: `${index}` } as Edit, record, operations }),
  );
  const done = fixes.reduce<readonly ResourceFix[] | undefined>((before, fix) => {
    const next = before && onTopOf(before, fix);
    return next && [...before, next];
  }, []);
  const [one] = inOne(done ?? []);
  if (expected === undefined) expect(done).toBeUndefined();
  else expect(applyOperations(record.resource, one!.operations)).toMatchObject(expected);
});
