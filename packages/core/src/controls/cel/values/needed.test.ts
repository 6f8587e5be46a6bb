/** What is needed of a text is in every text that RE2 finds a match in. */
import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { neededBy } from "./needed.ts";
import { matcher } from "./pattern.ts";
import { isEvident } from "./simple.ts";

test.each<readonly [string, readonly string[] | undefined]>([
  ["", undefined],
  ["a*b?[c]", undefined],
  ["(a|b)*", undefined],
  ["a|", undefined],
  ["a{0,2}", undefined],
  ["ab{2}c", ["a"]],
  ["^(x|y)+abc?$", ["ab"]],
  ["[]ab]cd", ["cd"]],
  ["a[.]sock", ["sock"]],
  ["sudo\\.x\\s", ["sudo.x"]],
  ["(curl|wget)\\s[|]*(ba|da)?sh(\\s|$)", ["curl", "wget"]],
  ["nsenter( .*)? -t|chroot +/(host|root)", ["nsenter", "chroot"]],
  ["^((/([.]?/)*proc)(/.*)?)$", ["proc"]],
])("%s needs %j", (source, needed) => {
  expect(neededBy(source)).toEqual(needed);
});

const piece = fc.constantFrom("a", "b", "ab", "[ab]", "[^a]", "[]b]", ".", "\\.", "\\d", "^", "$");
const times = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{0,1}", "+?");
const { patterns } = fc.letrec<{ patterns: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(piece, times).map(([text, often]) => (/^[\^$]$/.test(text) ? text : text + often)),
    fc
      .tuple(tie("patterns"), fc.constantFrom("", "?", "*", "+"))
      .map(([inner, often]) => `(${inner})${often}`),
  ),
  patterns: fc
    .array(fc.array(tie("part"), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((all) => all.map((parts) => parts.join("")).join("|")),
}));
const texts = fc.string({ unit: fc.constantFrom("a", "b", "]", ".", "1", "é"), maxLength: 12 });

test("a pattern has no match in a text that holds nothing of what it needs", () => {
  let told = 0;
  fc.assert(
    fc.property(patterns, fc.array(texts, { minLength: 5, maxLength: 10 }), (source, all) => {
      fc.pre(isEvident(source));
      const needed = neededBy(source);
      const test = matcher(source);
      if (typeof test !== "function") throw new Error(`${source} is none of RE2's patterns`);
      for (const text of all) {
        const isFound = RE2JS.compile(source).test(text);
        expect([source, text, test(text)]).toEqual([source, text, isFound]);
        if (needed === undefined || !isFound) continue;
        told += 1;
        expect([source, text, needed.some((part) => text.includes(part))]).toEqual([source, text, true]);
      }
    }),
    { numRuns: 300 },
  );
  expect(told).toBeGreaterThan(0); // mostly over a hundred, by chance
});
