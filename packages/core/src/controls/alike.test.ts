import { expect, test } from "vitest";
import { createInventory } from "../inventory/build.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { classifier, createNumbers } from "./alike.ts";
import { defineControl } from "./control.ts";
import { evaluate } from "./evaluate.ts";
import { exampleSnapshot } from "./example.ts";

/** What stands at `a.b`, each different from all others to a check that reads it. */
const different: readonly Json[] = [
  {},
  { a: {} },
  { a: { b: null } },
  { a: { b: 1 } },
  { a: { b: "1" } },
  { a: { b: true } },
  { a: { b: "true" } },
  { a: { b: [] } },
  { a: { b: {} } },
  { a: { b: ["1"] } },
  { a: { b: { c: 1 } } },
  { a: "b" },
  { a: ["b"] },
  { a: null },
  [],
  "a",
];

test("what differs where it is read has a number of its own, what is the same there has the same", () => {
  const numbers = createNumbers();
  const first = different.map((value) => numbers.of(value, { keys: ["a", "b"] }));
  expect(new Set(first).size).toBe(different.length);
  const again = structuredClone(different).map((value) => numbers.of(value, { keys: ["a", "b"] }));
  expect(again).toEqual(first);
});

test("what is inherited is absent", () => {
  const numbers = createNumbers();
  expect(numbers.of({}, { keys: ["constructor"] })).toBe(numbers.of({ a: 1 }, { keys: ["constructor"] }));
});

function noSite(): never {
  throw new RangeError("no site is needed");
}

test("sites are alike where all that is read is", () => {
  const values: readonly Json[] = [1, 1, 2, 2, 1].map((a, index) => ({ a, b: index % 2, c: index }));
  const sites = {
    size: values.length,
    at: noSite,
    frameAt: noSite,
    valueOf: (index: number) => values[index],
  };
  const classesOf = classifier();
  const at = (...keys: string[]) => [
    ...classesOf(
      sites,
      keys.map((key) => ({ slot: 0, keys: [key] })),
    ).of,
  ];
  expect(at()).toEqual([0, 0, 0, 0, 0]);
  expect(at("a")).toEqual([0, 0, 1, 1, 0]);
  expect(at("a", "b")).toEqual([0, 1, 2, 3, 0]);
  expect(at("c")).toEqual([0, 1, 2, 3, 4]);
});

const words = { title: "t", severity: "low", why: "w", remediation: "r", equivalents: [] } as const;
const read = defineControl({
  ...words,
  id: "read",
  target: "container",
  when: "container.a != 'skip'",
  validate: "container.a.b == 1 || pod.spec.c",
  path: "a",
  message: "m",
  noFix: "n",
  examples: { pass: [], fail: [] },
});

test("judged together as each alone, failures of the check too", () => {
  const pods = [...different, { a: "skip" }, { a: { b: 2 } }].flatMap((shape) =>
    [false, true, "no"].map((c) => ({ c, container: shape })),
  );
  const resources = [...pods, ...pods].map(({ c, container }, index): Resource => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "n", name: `p${index}` },
    spec: { c, containers: [{ name: "a", image: "i", ...(container as object) }] },
  }));
  const judge = (some: readonly Resource[]) =>
    evaluate(createInventory(exampleSnapshot(some)), [read], true).judged.map(({ result }) => result);
  const together = judge(resources);
  const alone = resources.flatMap((resource) => judge([resource]));
  expect(together).toEqual(alone.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  expect(new Set(together.map(({ result }) => result))).toEqual(new Set(["pass", "fail", "skip", "unknown"]));
});
