/** Parsing, printing and rewriting. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CelError, compile, freeNames, lazyMap, parse, print, replaceNames } from "../compile.ts";
import { describe } from "../fixtures/describe.ts";

const recorded = readFileSync(new URL("../fixtures/kubernetes.jsonl", import.meta.url), "utf8");
const sources = recorded
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => (JSON.parse(line) as { readonly expr: string }).expr);

function tryParse(source: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof CelError) return undefined;
    throw error;
  }
}

/** A tree without places, with values told apart by type. */
function shape(ast: unknown): string {
  return JSON.stringify(ast, (key, value: unknown) =>
    key === "at" ? undefined : key === "value" && isLiteral(value) ? describe(value) : value,
  );
}

function isLiteral(value: unknown): value is null {
  return typeof value !== "object" || value === null || ("type" in value && !("kind" in value));
}

test("what is printed parses to the same tree", () => {
  const trees = sources.map(tryParse).filter((tree) => tree !== undefined);
  expect(trees.length).toBeGreaterThan(4000);
  for (const tree of trees) expect(shape(parse(print(tree)))).toBe(shape(tree));
});

const printed: readonly (readonly [source: string, text: string])[] = [
  ["a  &&(b||c)", "a && (b || c)"],
  ["(a && b) || c", "a && b || c"],
  ["a - (b - c)", "a - (b - c)"],
  ["(a - b) - c", "a - b - c"],
  ["-(1)", "-(1)"],
  ["(a ? b : c) ? d : e ? f : g", "(a ? b : c) ? d : e ? f : g"],
  ["!(a.b).c(1)[?2].?d", "!a.b.c(1)[?2].?d"],
  ["(-1).abs()", "(-1).abs()"],
  ['"it\'s" + \'say "x"\'', '"it\'s" + \'say "x"\''],
  ["'\\n\\u0007' + r'\\d'", "'\\n\\u0007' + '\\\\d'"],
  ["{?'a': b, 'c': [?d, 1.0, 2u, b'\\xff', null]}", "{?'a': b, 'c': [?d, 1.0, 2u, b'\\xff', null]}"],
  ["a.`b-c`", "a.`b-c`"],
];

test.each(printed)("%s is printed %s", (source, text) => {
  expect(print(parse(source))).toBe(text);
});

const mistakes: readonly (readonly [source: string, line: number, column: number, message: RegExp])[] = [
  ["a +", 1, 4, /unexpected end/],
  ["a &&\n  b c", 2, 5, /unexpected "c"/],
  ["'abc", 1, 1, /unfinished '/],
  ["a.b(", 1, 5, /expected an expression/],
  ["[1, 2", 1, 6, /expected ','/],
  ["9223372036854775808", 1, 1, /invalid int literal/],
  ["'\\q'", 1, 1, /invalid string literal/],
  ["a # b", 1, 3, /unexpected character "#"/],
  ["package.x", 1, 1, /reserved/],
  ["a.in", 1, 3, /field name/],
];

test.each(mistakes)("%j has its mistake at %i:%i", (source, line, column, message) => {
  expect(() => parse(source)).toThrow(
    expect.objectContaining({ line, column, message: expect.stringMatching(message) as string }),
  );
});

const rewritten: readonly (readonly [source: string, text: string])[] = [
  ["container.name == object.kind", "c.name == object.kind"],
  ["has(container.name) && container.?x.hasValue()", "has(c.name) && c.?x.hasValue()"],
  ["[1].all(container, container > 0) && container", "[1].all(container, container > 0) && c"],
  ["container.ports.all(c, c == container.port)", "c.ports.all(c1, c1 == c.port)"],
  ["[1].map(c, c1 + container)", "[1].map(c2, c1 + c)"],
  ["{'a': 1}.transformMap(k, c, k + container)", "{'a': 1}.transformMap(k, c1, k + c)"],
];

test.each(rewritten)("%s becomes %s", (source, text) => {
  expect(print(replaceNames(parse(source), new Map([["container", parse("c")]])))).toBe(text);
});

test("free names leave out what macros bind", () => {
  expect([...freeNames(parse("a.all(x, x == b && c.map(y, z, y + z + d)[e] == x)"))]).toEqual([
    "a",
    "b",
    "c",
    "z",
    "d",
    "e",
  ]);
});

test("lazy values are made once, when they are read", () => {
  const read: string[] = [];
  const variables = lazyMap((name) => {
    read.push(name);
    return name === "missing" ? undefined : name.length;
  });
  const { evaluate } = compile("variables.ab + variables.ab + variables.abc", ["variables"]);
  expect(evaluate([variables])).toEqual({ value: 7, cost: 8 });
  expect(read).toEqual(["ab", "abc"]);
  expect(compile("has(variables.missing)", ["variables"]).test([variables])).toBe(false);
});
