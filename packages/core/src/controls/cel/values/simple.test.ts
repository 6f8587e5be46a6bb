/** Patterns that JavaScript runs mean there what they mean in RE2. */
import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { isEvident, simplePattern } from "./simple.ts";

const texts = [
  "",
  "a",
  "aa",
  "b",
  "ab",
  "a-b",
  "a.b",
  "A1",
  "a\nb",
  "-",
  "é",
  "🚢",
  "a🚢b",
  "]",
  "[a]",
  "\\",
  "a b",
  "\v",
];

const simple: readonly string[] = [
  "",
  "^a",
  "a$",
  "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
  "^[^:]+:[^:]+$",
  "a|b|^$",
  "\\.\\-\\/\\d\\w\\s\\D\\W\\S",
  "[\\d.-]",
  "[]a]",
  "[^]a]",
  "^.$",
  "a{1,3}b{2}",
  "(?:a|b)c",
  "(a(b)?)?",
  "a+?b",
];

const unsafe: readonly string[] = [
  "(a+)+",
  "(a|b)*",
  "(?i)a",
  "\\pL",
  "[[:alpha:]]",
  "a{1000}",
  "é",
  "(a)(?P<x>b)",
  "\\bx",
  "[a-z-9]",
  "a{2,1}",
  "[b-a]",
  "a\\",
  "[a",
  "(a",
  "a)",
  "*a",
];

test.each(simple)("%s is run by JavaScript, as RE2 would", (source) => {
  const own = simplePattern(source);
  expect(own).toBeDefined();
  for (const text of texts)
    expect([text, own?.pattern.test(text)]).toEqual([text, RE2JS.compile(source).test(text)]);
});

test.each(unsafe)("%s is left to RE2", (source) => {
  expect(simplePattern(source)).toBeUndefined();
});

test.each(["(a+)+", "(a|b)*", "^((/([.]?/)*etc)(/[.]?)*|/.*[.]sock)$", "(a|b)+c"])(
  "%s is RE2's to run, and known to be one of its patterns",
  (source) => {
    expect([simplePattern(source), isEvident(source)]).toEqual([undefined, true]);
    expect(() => RE2JS.compile(source)).not.toThrow();
  },
);

test("groups that stand too deep are not evident", () => {
  const nested = (depth: number): string => `${"(".repeat(depth)}a${")*".repeat(depth)}`;
  expect([isEvident(nested(50)), isEvident(nested(51))]).toEqual([true, false]);
  expect(() => RE2JS.compile(nested(50))).not.toThrow();
});

test("many loops make for short texts only", () => {
  expect(simplePattern("^a*$")?.longest).toBe(100_000);
  expect(simplePattern("^a*b*c*$")?.longest).toBe(46);
});

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "[ab]",
  "[^a]",
  "\\d",
  "\\w",
  "\\s",
  "[a-c-]",
  "\\.",
  "-",
  "^",
  "$",
  "(?:a|b)",
  "(a)",
);
const piece = fc
  .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{1,2}", "*?"))
  .map((parts) => parts.join(""));
const source = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
const text = fc.string({
  unit: fc.constantFrom("a", "b", "c", "-", ".", "1", " ", "\n", "é", "🚢"),
  maxLength: 8,
});

test("random patterns mean the same in both", () => {
  fc.assert(
    fc.property(
      fc.array(source, { minLength: 1, maxLength: 2 }).map((parts) => parts.join("|")),
      text,
      (pattern, subject) => {
        const own = simplePattern(pattern);
        fc.pre(own !== undefined);
        expect(own.pattern.test(subject)).toBe(RE2JS.compile(pattern).test(subject));
      },
    ),
    { numRuns: 3000 },
  );
});

test("what RE2 refuses is neither simple nor evident", () => {
  const signs = fc.string({ unit: fc.constantFrom(...String.raw`ab19\^$.*+?()[]{}|,:-`), maxLength: 9 });
  fc.assert(
    fc.property(signs, (pattern) => {
      if (simplePattern(pattern) !== undefined || isEvident(pattern))
        expect(() => RE2JS.compile(pattern)).not.toThrow();
    }),
    { numRuns: 20_000 },
  );
});
