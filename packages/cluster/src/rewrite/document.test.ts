import { isJsonArray, isJsonObject, sameJson, type Json, type JsonObject } from "@plimsoll/core";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { rewriteDocument } from "./document.ts";

function outcome(text: string, change: (value: never) => void): string {
  const valueOf = (): Json => (parse(text, { merge: true }) ?? {}) as Json;
  const after = valueOf();
  change(after as never);
  const made = rewriteDocument(text, valueOf(), after);
  if ("refused" in made) return `refused: ${made.refused}`;
  if (!sameJson(parse(made.text, { merge: true }) as Json, after)) return `wrong: ${made.text}`;
  return made.text;
}

type Change = (value: never) => void;
const set =
  (key: string, to: Json): Change =>
  (value) => {
    (value as { [key: string]: Json })[key] = to;
  };
const unset =
  (key: string): Change =>
  (value) => {
    delete (value as { [key: string]: Json })[key];
  };

describe("what is not changed stays as it is", () => {
  test.each<readonly [string, string, Change, string]>([
    [
      "a scalar keeps its quotes and comment",
      "a: 'x' # why\nb: 2\n",
      set("a", "it's"),
      "a: 'it''s' # why\nb: 2\n",
    ],
    ["double quotes", 'a: "x"\n', set("a", "y"), 'a: "y"\n'],
    [
      "CRLF",
      "a: 1\r\nb:\r\n  c: 2\r\n",
      set("b", { c: 2, d: true }),
      "a: 1\r\nb:\r\n  c: 2\r\n  d: true\r\n",
    ],
    ["no break at the end", "a: 1\nb:\n  c: 2", set("b", { c: 2, d: 3 }), "a: 1\nb:\n  c: 2\n  d: 3"],
    ["nothing but comments", "# why\n", set("a", { b: 1 }), "# why\na:\n  b: 1\n"],
    ["nothing", "", set("a", 1), "a: 1\n"],
    ["nothing but a comment, CRLF, no break at the end", "# a\r\n# b", set("a", 1), "# a\r\n# b\r\na: 1\r\n"],
    [
      "a step of four",
      "a:\n    b: 1\n",
      set("c", { d: { e: 1 } }),
      "a:\n    b: 1\nc:\n    d:\n        e: 1\n",
    ],
    ["flat lists", "a:\n- 1\n", set("b", [2]), "a:\n- 1\nb:\n- 2\n"],
    ["an empty mapping opens", "a: {} # why\nb: 1\n", set("a", { c: 1 }), "a: # why\n  c: 1\nb: 1\n"],
    ["nothing opens", "a: # why\nb: 1\n", set("a", { c: 1 }), "a: # why\n  c: 1\nb: 1\n"],
    ["a mapping becomes empty", "a:\n  b: 1\nc: 2\n", set("a", {}), "a: {}\nc: 2\n"],
    [
      "a flow mapping grows",
      "a: { b: 1 }\n",
      set("a", { b: 1, c: { d: "e" } }),
      "a: { b: 1, c: { d: e } }\n",
    ],
    ["a flow list shrinks", "a: [x, y, z]\n", set("a", ["x", "z"]), "a: [x, z]\n"],
    ["a flow list loses its end", "a: [x, y, z] # all\n", set("a", ["x"]), "a: [x] # all\n"],
    [
      "a list with comments loses one",
      "a:\n  # one\n  - x\n  # two\n  - y # y\n  # three\n  - z\n",
      set("a", ["x", "z"]),
      "a:\n  # one\n  - x\n  # two\n  # three\n  - z\n",
    ],
    [
      "the first key of an item goes",
      "a:\n  - b: 1\n    # about c\n    c: 2\n",
      set("a", [{ c: 2 }]),
      "a:\n  - # about c\n    c: 2\n",
    ],
    [
      "an item grows",
      "a:\n  - name: x\n    b: |\n      text\n  - name: y\n",
      set("a", [{ name: "x", b: "text\n", c: { d: [1] } }, { name: "y" }]),
      "a:\n  - name: x\n    b: |\n      text\n    c:\n      d:\n        - 1\n  - name: y\n",
    ],
    [
      "a list grows, behind its comments",
      "a:\n  - name: x # first\n# about b\nb: 1\n",
      set("a", [{ name: "x" }, { name: "z", e: {} }]),
      "a:\n  - name: x # first\n  - name: z\n    e: {}\n# about b\nb: 1\n",
    ],
    ["a list begins anew", "a:\n  - y\n", set("a", ["x", "y"]), "a:\n  - x\n  - y\n"],
    ["a key goes", "a: 1 # one\nb: |\n  text\n\nc: 3\n", unset("b"), "a: 1 # one\n\nc: 3\n"],
    ["the last key goes", "a: 1\nb: 2", unset("b"), "a: 1"],
    ["what reads as something else is quoted", "a: 1\n", set("b", "yes"), 'a: 1\nb: "yes"\n'],
    [
      "JSON",
      '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n',
      set("a", { b: 1, c: [2] }),
      '{\n\t"a": {\n\t\t"b": 1,\n\t\t"c": [\n\t\t\t2\n\t\t]\n\t}\n}\n',
    ],
    ["JSON in one line", '{"a":{"b":1}}', set("c", { d: "e" }), '{"a":{"b":1}, "c": {"d":"e"}}'],
    ["JSON, an empty mapping", '{\n  "a": {}\n}\n', set("a", { b: 1 }), '{\n  "a": {\n    "b": 1\n  }\n}\n'],
    ["an anchor that nobody else uses", "a: &x\n  b: 1\n", set("a", { b: 2 }), "a: &x\n  b: 2\n"],
    ["an alias is written out", "a: &x\n  b: 1\nc: *x\n", set("c", { b: 2 }), "a: &x\n  b: 1\nc:\n  b: 2\n"],
    [
      "what is merged in is overridden",
      "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n",
      set("c", { b: 2, d: 1 }),
      "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n  b: 2\n",
    ],
  ])("%s", (_, text, change, expected) => {
    expect(outcome(text, change)).toBe(expected);
  });
});

test.each<readonly [string, string, Change, RegExp]>([
  ["an anchor that is used elsewhere", "a: &x\n  b: 1\nc: *x\n", set("a", { b: 2 }), /^refused: &x \(line 2/],
  ["one that would go", "a:\n  b: &x 1\n  d: 2\nc: *x\n", set("a", { d: 2 }), /^refused: &x/],
  [
    "what is merged in cannot go",
    "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n",
    set("c", { d: 1 }),
    /^refused: b comes by a merge key/,
  ],
  ["keys with a question mark", "? a\n: 1\n", set("b", 1), /^refused: it has keys/],
])("refused: %s", (_, text, change, expected) => {
  expect(outcome(text, change)).toMatch(expected);
});

/** Small, seeded: the same trees at each run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const scalars: readonly Json[] = ["x", "yes", "a: b", "# no", "two\nlines\n", "", 7, 1.5, true, null, "'"];

function randomValue(random: (below: number) => number, depth: number): Json {
  const kind = depth === 0 ? 0 : random(4);
  if (kind < 2) return scalars[random(scalars.length)]!;
  const count = random(4);
  if (kind === 2) return Array.from({ length: count }, () => randomValue(random, depth - 1));
  return randomMap(random, depth, count);
}

function randomMap(random: (below: number) => number, depth: number, count: number): JsonObject {
  return Object.fromEntries(
    Array.from({ length: count }, () => [`k${random(9)}`, randomValue(random, depth - 1)]),
  );
}

function changedAtRandom(random: (below: number) => number, value: Json): Json {
  if (isJsonArray(value) && value.length > 0) {
    const at = random(value.length);
    if (random(3) === 0) return value.toSpliced(at, 1);
    if (random(3) === 0) return value.toSpliced(at, 0, randomValue(random, 2));
    return value.with(at, changedAtRandom(random, value[at]!));
  }
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    const keys = Object.keys(value);
    const key = keys[random(keys.length)]!;
    if (random(4) === 0) return Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
    if (random(3) === 0) return { ...value, [`k${random(9)}`]: randomValue(random, 2) };
    return { ...value, [key]: changedAtRandom(random, value[key]!) };
  }
  return randomValue(random, 2);
}

/** Comment lines between top-level entries, each of its own. */
function commented(text: string): string {
  let count = 0;
  return text.replaceAll(/^k/gm, () => `# c${(count += 1)}\nk`);
}

test("any change of any tree: what is read afterwards is what was meant, and comments stay", () => {
  const counts = { made: 0, refused: 0 };
  for (let seed = 1; seed <= 1500; seed += 1) {
    const random = randomOf(seed);
    const before = randomMap(random, 4, 3);
    if (Object.keys(before).length === 0) continue;
    const styles = [{ indent: 2 }, { indent: 4 }, { indentSeq: false }, { collectionStyle: "flow" as const }];
    const text = commented(stringify(before, { lineWidth: 0, ...styles[random(styles.length)]! }));
    let after: Json = before;
    for (let more = random(3); more >= 0; more -= 1) after = changedAtRandom(random, after);
    if (!isJsonObject(after) || Object.keys(after).length === 0) continue;
    const made = rewriteDocument(text, before, after);
    if ("refused" in made) {
      counts.refused += 1;
      continue;
    }
    counts.made += 1;
    let read: unknown;
    try {
      read = parse(made.text);
    } catch (error) {
      read = String(error);
    }
    expect(read, `${seed}:\n${text}\n→\n${made.text}`).toEqual(after);
    const kept = Object.keys(before).some((key) => Object.hasOwn(after as JsonObject, key));
    if (kept)
      expect(made.text.match(/^# c\d+$/gm) ?? [], `${seed}:\n${text}\n→\n${made.text}`).toEqual(
        text.match(/^# c\d+$/gm) ?? [],
      );
  }
  expect(counts.made).toBeGreaterThan(1000);
  expect(counts.refused).toBeLessThan(counts.made / 20);
});
