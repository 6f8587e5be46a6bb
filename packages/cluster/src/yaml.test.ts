import { readFileSync } from "node:fs";
import { isMap, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import { expect, test } from "vitest";
import { RefusedError } from "./limit.ts";
import type { Raw } from "./raw.ts";
import { createLines } from "./spot.ts";
import { readYaml } from "./yaml.ts";

interface Case {
  readonly text: string;
  readonly json?: string;
  readonly error?: string;
}

const { cases } = JSON.parse(
  readFileSync(new URL("fixtures/kubernetes-yaml.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] };

/** Texts that Kubernetes takes and we refuse, or the other way round, each for a reason. */
const apart: { readonly [text: string]: string } = {
  "v: !foo x\n": "tag",
  "v: !!binary aGk=\n": "tag",
  "v: !!set {a}\n": "tag",
  "v: !!timestamp 2001-01-01\n": "tag",
  "%TAG ! tag:x,2000:\n---\na: !foo b\n": "tag",
  "x: 1\nx: 2\n": "duplicate-key",
  '1: a\n"1": b\n': "duplicate-key",
  "true: a\non: b\n": "duplicate-key",
};
/** Read here, refused there: harmless, since it cannot be applied. */
const onlyHere = new Set(['a: "\\ud83d\\ude00"\n', "a: \u0085b\n"]);

function outcome(text: string): { readonly value?: Raw; readonly code?: string; readonly message?: string } {
  try {
    return { value: readYaml(text)[0]?.value ?? null };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, entry: unknown) => (typeof entry === "bigint" ? `${entry}n` : entry)),
  );
}

/** The oracle's JSON, integers that a number cannot hold as we keep them. */
function expected(json: string): unknown {
  return JSON.parse(json, (_, entry: unknown, context?: { readonly source?: string }) => {
    const { source = "" } = context ?? {};
    return typeof entry === "number" && /^-?\d+$/.test(source) && BigInt(entry) !== BigInt(source)
      ? `${source}n`
      : Object.is(entry, -0)
        ? 0
        : entry;
  });
}

test.each(cases)("case 16: $text is read as Kubernetes reads it", ({ text, json, error }) => {
  const got = outcome(text);
  if (Object.hasOwn(apart, text)) expect(got.code).toBe(apart[text]);
  else if (error !== undefined) expect(got.code !== undefined || onlyHere.has(text)).toBe(true);
  else if (text.includes("123456789012345678901234567890") || text.includes("-9223372036854775809")) {
    // Kubernetes rounds integers that no Go integer holds; here they stay exact until somebody refuses them.
    expect(typeof (got.value as { v: unknown }).v).toBe("bigint");
  } else if (text.includes("18446744073709551616")) {
    expect(got.value).toEqual({ v: 2 ** 64 }); // a power of two, so a number holds it
  } else expect(plain(got.value)).toEqual(expected(json ?? "null"));
});

/** CPU time, since others may be at work on the machine. */
function milliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
  .split("")
  .map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`)
  .join("\n")}\n`;
const merges = `${Array.from({ length: 4000 }, (_, index) => `k${index}: &m${index} {a${index}: 1}`).join("\n")}\nall:\n${Array.from({ length: 4000 }, (_, index) => `  - <<: *m${index}`).join("\n")}\n`;
const wideMerge = `base: &base {${Array.from({ length: 4000 }, (_, index) => `k${index}: 1`).join(", ")}}\nall:\n${Array.from({ length: 4000 }, () => "  - <<: *base").join("\n")}\n`;

test.each([
  ["case 1: billion laughs", laughs, "growth"],
  [
    "case 2: a million aliases",
    `a: &a {x: [${"1,".repeat(200)}]}\nb: [${"*a,".repeat(1_000_000)}]\n`,
    "nodes",
  ],
  ["case 2: ten thousand aliases", `a: &a [${"1,".repeat(200)}]\nb: [${"*a,".repeat(10_000)}]\n`, "growth"],
  ["case 2: aliases by number", `a: &a 1\nb: [${"*a,".repeat(1_500)}]\n`, "aliases"],
  ["case 3: an anchor that holds itself", "a: &a [*a]\n", "cycle"],
  ["case 3: an anchor that holds itself further in", "a: &a\n  b:\n    c: *a\n", "cycle"],
  ["case 4: merges of many", merges, "aliases"],
  ["case 4: many merges of many keys", wideMerge, "nodes"],
  ["case 5: a thousand lists deep", `${"[".repeat(1_000)}${"]".repeat(1_000)}`, "depth"],
  ["case 6: a hundred thousand deep", "[".repeat(100_000), "depth"],
  [
    "case 7: a thousand mappings deep",
    Array.from({ length: 1_000 }, (_, index) => `${" ".repeat(index)}a:\n`).join(""),
    "depth",
  ],
  ["case 10: one scalar of 2 MB", `a: ${"x".repeat(2_000_000)}\n`, "scalar-size"],
  ["case 11: privileged twice", "privileged: false\nprivileged: true\n", "duplicate-key"],
  ["case 11: twice inside", "a: {b: 1, c: 2, b: 3}\n", "duplicate-key"],
  ["case 11: twice around a merge", "a: &a {x: 1}\nb: {x: 1, <<: *a, x: 2}\n", "duplicate-key"],
  ["case 15: a JavaScript function", "a: !!js/function 'function(){}'\n", "tag"],
  ["case 15: a Python object", "a: !!python/object:os.system {}\n", "tag"],
  ["case 15: binary", "a: !!binary aGk=\n", "tag"],
  ["case 15: include", "a: !include other.yaml\n", "tag"],
  ["case 15: a tag of another name", "%TAG !! tag:example.com,2000:\n---\na: !!str b\n", "tag"],
  ["case 17: infinity", "a: .inf\n", "number"],
  ["case 17: not a number", "a: .nan\n", "number"],
  ["case 18: half a surrogate pair", 'a: "\\ud800"\n', "encoding"],
  ["more values than allowed", `a: [${"1,".repeat(450_000)}]\n`, "nodes"],
  ["an unknown anchor", "a: *b\n", "syntax"],
  ["a list as a key", "[a]: b\n", "key"],
])("%s is refused in good time", (_, text, code) => {
  expect(milliseconds(() => expect(outcome(text).code).toBe(code))).toBeLessThan(10_000);
});

test("case 8: ninety thousand lines of comment are passed over", () => {
  const text = `${"# a comment line of some length\n".repeat(90_000)}a: 1\n`;
  expect(milliseconds(() => expect(outcome(text).value).toEqual({ a: 1 }))).toBeLessThan(5_000);
});

test.each([
  ["of the text itself", (text: string) => text],
  ["of what is left of it, cut off anywhere", (text: string) => text.slice(0, -7)],
])("case 4: the 55 kB of merges that were quadratic, %s", (_, change) => {
  const text = change(
    `a: &a {${Array.from({ length: 2_000 }, (_unused, index) => `k${index}: 1`).join(",")}}\nb: {${"<<: *a, ".repeat(900)}}\n`,
  );
  expect(milliseconds(() => expect(outcome(text).code).toBeDefined())).toBeLessThan(5_000);
});

test("case 14: keys of the prototype are keys like any other", () => {
  const { value } = outcome(
    "__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 2}}\nb: &b {__proto__: {polluted: 3}}\nc: {<<: *b}\n",
  );
  expect(Object.keys(value as object)).toEqual(["__proto__", "constructor", "b", "c"]);
  expect(Object.getOwnPropertyDescriptor((value as { c: object }).c, "__proto__")?.value).toEqual({
    polluted: 3,
  });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test("case 17: integers stay exact, or are kept apart for whoever reads on", () => {
  expect(outcome("a: 9007199254740992\nb: 9223372036854775808\n").value).toEqual({ a: 2 ** 53, b: 2 ** 63 });
  expect(outcome("a: 9007199254740993\n").value).toEqual({ a: 9007199254740993n });
  expect(Object.is((outcome("a: -0\n").value as { a: number }).a, 0)).toBe(true);
});

test("case 19: line ends do not matter", () => {
  const text = "a: b\nc:\n  - d # x\n  - |\n    e\n    f\n";
  expect(outcome(text.replaceAll("\n", "\r\n")).value).toEqual(outcome(text).value);
  expect(outcome("a:\tb\t# c\n").value).toEqual({ a: "b" });
});

test("aliases are copies: what is changed in one place does not change in another", () => {
  const value = outcome("a: &a {x: [1]}\nb: *a\n").value as { a: { x: number[] }; b: { x: number[] } };
  value.a.x.push(2);
  expect(value.b).toEqual({ x: [1] });
});

/** Positions by the `yaml` package, in the order of our table. */
function positionsBy(text: string): number[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { version: "1.1", lineCounter: counter, merge: true });
  const table: number[] = [];
  const visit = (node: Node, offset: number): void => {
    const { line, col } = counter.linePos(offset);
    table.push(line, col);
    if (isMap(node)) {
      const pairs = new Map(node.items.map((pair) => [String((pair.key as { value: unknown }).value), pair]));
      for (const key of Object.keys(node.toJSON() as object)) {
        const pair = pairs.get(key)!;
        visit(pair.value as Node, (pair.key as Node).range![0]);
      }
    } else if (isSeq(node)) for (const item of node.items) visit(item as Node, (item as Node).range![0]);
  };
  visit(document.contents as Node, (document.contents as Node).range![0]);
  return table;
}

test.each([
  "a: 1\nb:\n  c: [x, {y: z}, 'q']\n  \"d\": |\n    text\n  e: >-\n    folded\nlist:\n- a: 1\n  b: 2\n- - x\n  - |\n    block\n- 'quoted'\n",
  "z: 1\n2: two\n10: ten\na: 3\n1: one\n",
  "? a\n: b\nc: &x {d: 1}\n",
  "# comment\n\n---\n# more\nspec:\n    deep:\n        - name: x   # y\n          value: 'it''s'\n        -   name: z\n",
  'a: "multi\n  line" \nb: plain\n  over lines\nc: d\n',
  "a:\r\n  b: 1\r\n  c:\r\n  - 2\r\n",
  "a: [\n  1,\n  2\n  ]\nb: {c: 1,\n  d: 2}\n",
])("positions are those that the yaml package finds: %j", (text) => {
  const [document] = readYaml(text);
  expect([...createLines(text).tableOf(document!.spot, 0)]).toEqual(positionsBy(text));
});

test("what is merged in stands where it is written; what an alias brings, where its anchor is", () => {
  const text = "a: &a\n  x: 1\nb:\n  <<: *a\n  y: 2\nc: *a\n";
  const [document] = readYaml(text);
  const table = [...createLines(text).tableOf(document!.spot, 0)];
  // root, a, a.x, b, b.x, b.y, c, c.x
  expect(table).toEqual([1, 1, 1, 1, 2, 3, 3, 1, 2, 3, 5, 3, 6, 1, 2, 3]);
});

test.each([
  ["args: [\n  a,\n  b\n]\n", { args: ["a", "b"] }, [1, 1, 1, 1, 2, 3, 3, 3]],
  ["a:\n  b: [\n    1\n  ]\n  c: 2\n", { a: { b: [1], c: 2 } }, [1, 1, 1, 1, 2, 3, 3, 5, 5, 3]],
  [
    'a:\n  b: "x\n  y"\n  c: [\n1,\n  2,\n]\n',
    { a: { b: "x y", c: [1, 2] } },
    [1, 1, 1, 1, 2, 3, 4, 3, 5, 1, 6, 3],
  ],
])("lines of a flow collection may stand anywhere, as Kubernetes has it: %j", (text, value, positions) => {
  const [document] = readYaml(text);
  expect(document?.value).toEqual(value);
  expect([...createLines(text).tableOf(document!.spot, 0)]).toEqual(positions);
});
