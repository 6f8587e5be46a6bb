import fc from "fast-check";
import { expect, test } from "vitest";
import { hostile } from "./fixtures/report.ts";
import { counted, excerpt, jsonText, sanitize } from "./text.ts";

const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##\[|##vso\[|(?:^|\s)::[a-z]/iu;

test.each([
  ["plain", "apps/v1/Deployment shop/web", "apps/v1/Deployment shop/web"],
  ["newline", "a\nb\tc\r", "a\\nb\\tc\\r"],
  ["escape sequence", "\u001b[31mred", "\\x1b[31mred"],
  ["C1", "\u009b31m", "\\x9b31m"],
  ["right-to-left override", "x\u202eexe.gpj", "x\\u202eexe.gpj"],
  ["tag characters", "a\u{e0041}", "a\\u{e0041}"],
  ["lone surrogate", "\ud800x", "\\ud800x"],
  ["a runner's command", "::error file=x::y", "\\::error file=x::y"],
  ["a runner's command after a space", "say ::error::y", "say \\::error::y"],
  ["a runner's old command", "##[error]x ##vso[y]", "#\\#[error]x #\\#vso[y]"],
  ["an address is no command", "::/0 ::1 fe80::1", "::/0 ::1 fe80::1"],
  ["words of any script stay", "日本語 Ünïcödé 🎉", "日本語 Ünïcödé 🎉"],
])("sanitize: %s", (_, text, expected) => {
  expect(sanitize(text)).toBe(expected);
});

test("cases 97, 100, 101: no text is obeyed once sanitised, nor when sanitised twice", () => {
  const bad = fc.array(
    fc.oneof(fc.constantFrom(...hostile, "##[", "::", " "), fc.string({ unit: "binary" })),
  );
  fc.assert(
    fc.property(bad, (parts) => {
      const clean = sanitize(parts.join(""));
      expect(clean).not.toMatch(obeyed);
      expect(sanitize(clean)).toBe(clean);
    }),
  );
});

test("JSON means the same and holds nothing that is obeyed", () => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary" })), (text) => {
      const written = jsonText({ [text]: text });
      expect(JSON.parse(written)).toEqual({ [text]: text });
      expect(written).not.toMatch(obeyed);
    }),
  );
});

test("an excerpt is no longer than asked, and no character of it is cut", () => {
  expect(excerpt("🎉".repeat(50), 10)).toBe(`${"🎉".repeat(4)}…`);
  expect(excerpt("short", 10)).toBe("short");
});

test.each([
  [1, "finding", "1 finding"],
  [2, "finding", "2 findings"],
  [0, "entry", "0 entries"],
  [1200, "key", "1,200 keys"],
])("%i %s", (count, noun, text) => {
  expect(counted(count, noun)).toBe(text);
});
