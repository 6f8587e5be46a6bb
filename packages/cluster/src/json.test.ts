import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson, type JsonPart } from "./json.ts";
import { RefusedError } from "./limit.ts";
import { createLines } from "./spot.ts";

interface Outcome {
  readonly parts: readonly JsonPart[];
  readonly code?: string;
}

function outcome(text: string): Outcome {
  const parts: JsonPart[] = [];
  try {
    for (const part of readJson(text)) parts.push(part);
    return { parts };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { parts, code: error.code };
  }
}

function values(text: string): unknown[] {
  return outcome(text).parts.map((part) => (part.part === "refused" ? part.error.code : part.value));
}

const samples = [
  '{"a":[1,-2.5e3,true,false,null,"x\\n\\u00e9"],"b":{"c":{}},"d":[]}',
  "[1,[2,[3]]]",
  '{"":0," ":"\\"","\\\\":"\\\\"}',
];

test.each(samples)("%s is what JSON.parse makes of it", (text) => {
  const parsed: unknown = JSON.parse(text);
  const got = outcome(text).parts.filter((part) => part.part !== "refused");
  expect(Array.isArray(parsed) ? got.map(({ value }) => value) : got[0]?.value).toEqual(parsed);
});

test.each([
  ['{"a":1,"a":2}', "duplicate-key"],
  ['{"privileged":false,"privileged":true}', "duplicate-key"],
  ['{"a":{"b":1,"\\u0062":2}}', "duplicate-key"],
])("case 12: a key that is given twice is refused: %s", (text, code) => expect(values(text)).toEqual([code]));

test.each([
  ["[".repeat(20_000)],
  ["[".repeat(100_000) + "]".repeat(100_000)],
  ['{"a":'.repeat(20_000)],
  ['{"a":'.repeat(100_000) + "1" + "}".repeat(100_000)],
])("case 13: what is nested too deep is refused before anything overflows (%#)", (text) => {
  const { parts, code } = outcome(text);
  expect(code ?? (parts[0]?.part === "refused" && parts[0].error.code)).toBe("depth");
});

test("case 14: prototype keys are data", () => {
  const [value] = values('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}}}') as [
    object,
  ];
  expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test.each([
  ["9007199254740992", 2 ** 53],
  ["9007199254740993", 9007199254740993n],
  ["-0", 0],
  ["1.5", 1.5],
  ["1e2", 100],
])("case 17: the number %s", (text, value) => expect(values(`{"a":${text}}`)).toEqual([{ a: value }]));

test.each(["1e400", "-1e400"])("case 17: %s is refused", (text) => {
  expect(values(`{"a":${text}}`)).toEqual(["number"]);
});

test.each([
  "NaN",
  "Infinity",
  "01",
  "+1",
  ".5",
  "1.",
  "0x1",
  "'a'",
  "tru",
  "",
  "{",
  '"\u0001"',
  '"\\x"',
  '"a',
])("case 17: %j is no JSON", (text) => expect(outcome(`{"a":${text}`).code).toBe("syntax"));

test("case 18: half a surrogate pair is replaced, as Go does", () => {
  expect(values('{"a":"\\ud800"}')).toEqual([{ a: "\ufffd" }]);
});

test("case 21: a text cut off anywhere is refused, never taken for whole", () => {
  for (const text of samples.filter((sample) => sample.startsWith("{"))) {
    for (let end = 1; end < text.length; end += 1) {
      const { parts, code } = outcome(text.slice(0, end));
      expect([code, parts.some((part) => part.part === "value")]).toEqual(["syntax", false]);
    }
  }
});

test("a list is handed out item by item, and one bad item harms no other", () => {
  const text = '{"apiVersion":"v1","items":[{"a":1},{"b":1,"b":2},{"c":3}],"kind":"List"}';
  expect(
    outcome(text).parts.map((part) => [part.part, part.part === "refused" ? part.error.code : part.value]),
  ).toEqual([
    ["item", { a: 1 }],
    ["refused", "duplicate-key"],
    ["item", { c: 3 }],
    ["list", { apiVersion: "v1", kind: "List" }],
  ]);
});

test("objects one after the other are a stream", () => {
  expect(values('{"a":1}\n{"b":2} {"c":3}')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
});

test("limits are counted for each item of a list, not for the list", () => {
  const item = `{"a":[${Array.from({ length: 1_000 }, () => "1").join(",")}]}`;
  const items = Array.from({ length: 400 }, () => item).join(",");
  expect(outcome(`{"items":[${items}]}`).parts.every((part) => part.part !== "refused")).toBe(true);
  expect(values(`{"other":[${items}]}`)).toEqual(["nodes"]);
});

test("an object over 3 MiB and a string over 1.5 MiB are refused", () => {
  const kilobyte = "x".repeat(1_000);
  expect(values(`{"a":[${Array.from({ length: 3_300 }, () => `"${kilobyte}"`).join(",")}]}`)).toEqual([
    "size",
  ]);
  expect(values(`{"a":"${"x".repeat(1_600_000)}"}`)).toEqual(["scalar-size"]);
});

test("positions: the value of an entry stands where its key does; keys that are numbers come first", () => {
  const text = '{\n  "b": [1,\n    {"c": 2}],\n  "1": "x"\n}';
  const [part] = outcome(text).parts;
  if (part?.part !== "value") throw new Error("no value");
  // root, 1, b, b[0], b[1], b[1].c
  expect([...createLines(text).tableOf(part.spot, 0)]).toEqual([1, 1, 4, 3, 2, 3, 2, 9, 3, 5, 3, 6]);
});

test("many escapes and brackets take linear time", () => {
  const text = `{"a":["${'\\"'.repeat(200_000)}","${"\\\\".repeat(200_000)}"]}`;
  const before = process.cpuUsage().user;
  expect(outcome(text).code).toBeUndefined();
  expect(process.cpuUsage().user - before).toBeLessThan(1_000_000);
});

test("whatever JSON.stringify writes is read as JSON.parse reads it", () => {
  const objects = fc.dictionary(
    fc.string().filter((key) => key !== "items"),
    fc.jsonValue({ maxDepth: 5 }),
  );
  fc.assert(
    fc.property(objects, fc.nat(3), (object, indent) => {
      const text = JSON.stringify(object, null, indent);
      const [value] = values(text);
      // An integer beyond what numbers hold is kept exact; JSON.parse rounds it.
      const rounded: unknown = JSON.parse(
        JSON.stringify(value, (_, entry: unknown) => (typeof entry === "bigint" ? Number(entry) : entry)),
      );
      expect(rounded).toEqual(JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});
