import { expect, test } from "vitest";
import { hostile, report } from "./fixtures/report.ts";
import { closed } from "./fixtures/schema.ts";
import { json } from "./json.ts";

const options = { color: false, width: 100, hyperlinks: false, all: false };
const text = [...json.write(report, options)].join("");

test("is the report, value for value", () => {
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
});

test("is valid against its published schema, which describes every key", () => {
  const validate = closed("../report.schema.json");
  validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
});

test("cases 97, 100: holds nothing that a terminal or a runner obeys", () => {
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##\[|##vso\[/u);
  expect(text).not.toMatch(/^\s*::/m);
  expect(hostile.length).toBeGreaterThan(20);
});

test("comes in pieces, each a small part of the whole", () => {
  const longest = Math.max(...[...json.write(report, options)].map((piece) => piece.length));
  expect(longest).toBeLessThan(text.length / 10);
});
