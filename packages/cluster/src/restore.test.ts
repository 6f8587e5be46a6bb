import { applyOperations, type Json, type PatchOperation } from "@plimsoll/core";
import { expect, test } from "vitest";
import { differences, restoring } from "./restore.ts";

test.each<readonly [string, Json, Json, readonly string[]]>([
  ["a key that came", { a: { b: 1 } }, { a: { b: 1, c: 2 } }, ["/a/c"]],
  ["a key that went", { a: { b: 1, c: 2 } }, { a: { b: 1 } }, ["/a/c"]],
  ["an entry that changed", { a: [{ b: 1 }, 2] }, { a: [{ b: 3 }, 2] }, ["/a/0/b"]],
  ["a list that grew", { a: [1] }, { a: [1, 2] }, ["/a"]],
  [
    "what the server writes",
    { status: 1, metadata: { generation: 1 } },
    { status: 2, metadata: { generation: 2 } },
    [],
  ],
  ["keys with slashes", { "a/b": 1 }, { "a/b": 2 }, ["/a~1b"]],
])("%s", (_, before, after, expected) => {
  const steps = restoring(before, after, differences(before, after));
  const changes = steps.filter((step): step is PatchOperation => step.op !== "test");
  expect(changes.map(({ path }) => path)).toEqual(expected);
  if (expected.length > 0) expect(applyOperations(after, changes)).toEqual(before);
});
