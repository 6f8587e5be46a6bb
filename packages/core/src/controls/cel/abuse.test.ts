/**
 * Expressions and objects of untrusted authors: refused or stopped, and never by a crash. Each takes well below a
 * second; what would take without end fails by the time limit of tests.
 */
import { expect, test } from "vitest";
import { CelError, compile } from "./compile.ts";
import type { CelOutcome } from "./compile.ts";

const items = Array.from({ length: 60 }, (_, i) => ({ name: `item-${i}` }));
const names = ["object", "items"];

function run(source: string, object: unknown = {}): CelOutcome {
  return compile(source, names).evaluate([object, items]);
}

/** Nested loops over all items. */
function nested(depth: number): string {
  const body = Array.from({ length: depth }, (_, i) => `v${i}.name != ''`).join(" && ");
  const opening = Array.from({ length: depth }, (_, i) => `items.all(v${i}, `).join("");
  return `${opening}${body}${")".repeat(depth)}`;
}

/** A value that is joined with itself again and again. */
function doubled(start: string, times: number): string {
  return `[${start}]${".map(a, a + a)".repeat(times)}`;
}

const bigText = `${doubled("object.text", 20)}[0]`;

const stopped: readonly (readonly [title: string, source: string])[] = [
  ...[4, 5, 6, 7, 8].map((depth) => [`loops nested ${depth} deep`, nested(depth)] as const),
  ["text doubled", doubled("object.text", 40)],
  ["typed text doubled", doubled("'a text of some length'", 40)],
  ["lists doubled", doubled("items", 40)],
  ["a long range", "lists.range(1000000000)"],
  ["a range in a range", "lists.range(100000).map(a, lists.range(100000))"],
  ["replacing nothing by much", `${bigText}.replace('', ${bigText})`],
  ["long text counted often", `lists.range(100000).all(i, ${bigText}.size() > 0)`],
  ["a long text searched often", `items.all(a, items.all(b, items.all(c, matches(${bigText}, 'x$'))))`],
  ["joining long texts", `lists.range(5000).map(i, ${bigText}).join(',')`],
  ["a template of long texts", `'${"%s".repeat(1000)}'.format(lists.range(1000).map(i, ${bigText}))`],
  ["unlike elements", "lists.range(100000).distinct()"],
  [
    "lists in lists that are shared",
    `[[1]]${".map(a, [a, a])".repeat(40)} == [[1]]${".map(a, [a, a])".repeat(40)}`,
  ],
  ["shared lists as text", `'%s'.format([[1]${".map(a, [a, a])".repeat(40)}])`],
];

test.each(stopped)("cases 42, 43: %s is stopped", (_title, source) => {
  expect(run(source, { text: "0123456789" }).error?.kind).toBe("budget");
});

test("a budget is kept", () => {
  const { evaluate, test: ask } = compile("items.all(a, a.name != '')", names);
  const { cost } = evaluate([{}, items]);
  expect(evaluate([{}, items], cost).value).toBe(true);
  expect(evaluate([{}, items], cost - 1).error?.kind).toBe("budget");
  expect(ask([{}, items], 10)).toMatchObject({ kind: "budget" });
});

const patterns: readonly (readonly [pattern: string, text: string])[] = [
  ["^(a+)+$", `${"a".repeat(28)}!`],
  ["(a|aa)+$", `${"a".repeat(5000)}!`],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(5000)],
  ["a*a*a*a*a*a*b", "a".repeat(5000)],
];

test.each(patterns)("cases 41, 49: %s takes linear time", (pattern, text) => {
  expect(run(`object.matches(${JSON.stringify(pattern)})`, text).value).toBe(false);
});

const refused: readonly (readonly [title: string, source: string])[] = [
  ["20,000 parentheses", `${"(".repeat(20_000)}1${")".repeat(20_000)}`],
  ["20,000 brackets", "[".repeat(20_000)],
  ["20,000 braces", "{1:".repeat(20_000)],
  ["50,000 choices", "true ? 1 : ".repeat(50_000)],
  ["a sum of 40,000", "1+".repeat(40_000)],
  ["a path of 40,000", `object${".a".repeat(40_000)}`],
  ["40,000 indexes", `object${"[0]".repeat(10_000)}`],
  ["1 MB of text", `'${"x".repeat(1 << 20)}'`],
  ["1 MB of quotes", "'".repeat(1 << 20)],
  ["99,999 quotes", '"'.repeat(99_999)],
  ["99,999 backslashes", `'${"\\".repeat(99_998)}`],
  ["calls within calls", `${"size(".repeat(20_000)}`],
  ["macros within macros", `${"items.all(a, ".repeat(300)}true${")".repeat(300)}`],
  ["an unknown function", "http.Get('http://example.com')"],
  ["an unknown name", "process.env"],
  ["a pattern that is too large", "'x'.matches('((a{500}){500}){500}')"],
  ["a pattern of 20,000 choices", `'x'.matches('${"ab|".repeat(20_000)}x')`],
  ["no pattern", "'x'.matches('(')"],
  ["a message", "Object{a: 1}"],
];

test.each(refused)("cases 44, 47, 49: %s is refused with a place", (_title, source) => {
  expect(() => compile(source, names)).toThrow(CelError);
});

test("many terms are no depth", () => {
  expect(run(Array.from({ length: 5000 }, () => "true").join(" && ")).value).toBe(true);
  expect(run("!".repeat(50_000) + "true").value).toBe(true);
  expect(run(`[${"1,".repeat(20_000)}1].size()`).value).toBe(20_001);
});

const inherited = [
  "constructor",
  "toString",
  "__proto__",
  "hasOwnProperty",
  "valueOf",
  "length",
  "map",
  "at",
];

test.each(inherited)("case 45: %s is a key like others", (key) => {
  const own = JSON.parse(`{"metadata": {"${key}": "own"}}`) as unknown;
  for (const read of [`object.metadata.${key}`, `object.metadata['${key}']`, `object['metadata'].${key}`]) {
    expect(run(read, { metadata: {} }).error?.kind).toBe("no-such-key");
    expect(run(read, own).value).toBe("own");
    expect(run(`has(object.metadata.${key})`, { metadata: {} }).value).toBe(false);
    expect(run(`has(object.metadata.${key})`, own).value).toBe(true);
  }
  expect(run(`object.metadata.?${key}.orValue('none')`, { metadata: {} }).value).toBe("none");
  expect(run(`'${key}' in object.metadata`, { metadata: {} }).value).toBe(false);
  expect(run(`'${key}' in object.metadata`, own).value).toBe(true);
  expect(run(`object.metadata.${key}`, { metadata: [1] }).error).toBeDefined();
  expect(run(`object.metadata.all(k, k == '${key}')`, own).value).toBe(true);
  expect(run(`{'${key}': 1}.${key}`).value).toBe(1);
});

test("what an evaluation that was stopped leaves behind does not matter", () => {
  expect(run(nested(6)).error?.kind).toBe("budget");
  expect(run("items.all(a, a.name != '')").value).toBe(true);
});
