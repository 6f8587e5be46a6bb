import { expect, test } from "vitest";
import { nearest } from "./suggestion.ts";

const known = ["json", "sarif", "table", "html", "privileged-container", "pss-baseline", "pss-restricted"];

test.each([
  ["jsno", "json"],
  ["srif", "sarif"],
  ["tabel", "table"],
  ["HTML", "html"],
  ["privleged-contaner", "privileged-container"],
  ["pss-restrited", "pss-restricted"],
  ["privileged", "privileged-container"],
  ["xml", undefined],
  ["", undefined],
  ["x".repeat(500), undefined],
])("%s → %s", (word, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
