import { isCelControl, toAdmissionPolicy, yamlOf, type JsonObject } from "@plimsoll/core";
import { library } from "./index.ts";
import { expect, test } from "vitest";
import { parse } from "yaml";

test.each<readonly [string, JsonObject]>([
  ["nested lists", { a: [[1, [2, []]], { b: [{ c: {} }] }], d: null }],
  ["words that mean something else", { yes: "no", "1": "1.5", n: "null", t: "~", d: "2026-01-01", e: "" }],
  ["text of many lines", { a: 'one\ntwo: "three"\n# four', b: " - x", c: "日本 🎉" }],
])("reads back as it was: %s", (_, value) => {
  expect(parse(yamlOf(value))).toEqual(value);
});

test("every policy that can be exported reads back as it was", () => {
  const policies = library.controls.filter(isCelControl).flatMap((control) => {
    try {
      return toAdmissionPolicy(control);
    } catch {
      return [];
    }
  });
  expect(policies.length).toBeGreaterThan(50);
  for (const policy of policies) expect(parse(yamlOf(policy))).toEqual(policy);
});
