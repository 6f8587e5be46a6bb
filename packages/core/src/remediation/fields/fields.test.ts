/** Every example of every field is judged as it says; what they say holds however little or much is seen. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { verdictKinds } from "../../model/verdict.ts";
import { applyOperations } from "../patches/patch.ts";
import { judged, observationsOf, resourceOf } from "../fixtures/field-example.ts";
import { fields } from "./index.ts";

const examples = fields.flatMap((field) =>
  verdictKinds.flatMap((verdict) =>
    (field.examples[verdict] ?? []).map((example) => ({
      id: field.id,
      verdict,
      name: example.name,
      example,
    })),
  ),
);

test.each(examples)("$id: $verdict: $name", ({ id, verdict, example }) => {
  const told = judged(example);
  expect(told.fields.find(({ field }) => field === id)?.verdict, told.text).toBe(verdict);
});

test("each field has a path of its own, and an example of each side", () => {
  const paths = fields.flatMap((field) => field.paths);
  expect(new Set(paths).size).toBe(paths.length);
  for (const { id, examples: own } of fields) {
    expect(own.clear?.length, id).toBeGreaterThan(0);
    expect(own.unknown?.length ?? 0, id).toBeGreaterThan(0);
  }
});

test.each(examples)(
  "$id: $verdict: $name: unwatched it is not clear, unless by construction",
  ({ example }) => {
    const told = judged(example, { watches: [] });
    for (const field of told.fields.filter(({ verdict }) => verdict === "clear" || verdict === "repaired"))
      expect([field.field, field.basis]).toEqual([field.field, "construction"]);
  },
);

const everything = examples.flatMap(({ example }) => example.seen ?? []);

test.each(examples.filter(({ verdict }) => verdict === "breaks"))(
  "$id: $name: whatever else is seen, it is not clear",
  ({ id, example }) => {
    const more = observationsOf({ ...example, seen: [...(example.seen ?? []), ...everything] });
    const told = judged(example, { observations: more });
    expect(told.fields.find(({ field }) => field === id)?.verdict).not.toBe("clear");
  },
);

test.each(examples.filter(({ verdict }) => verdict === "repaired"))(
  "$id: $name: repaired and judged again it is clear",
  ({ example }) => {
    const told = judged(example);
    expect(told.repair.length).toBeGreaterThan(0);
    const after = applyOperations(resourceOf(example.after), told.repair);
    const { spec } = (after["spec"] as JsonObject)["template"] as { spec: JsonObject };
    const { containers, ...pod } = spec;
    const [container] = containers as readonly JsonObject[];
    const again = judged({ ...example, after: { pod, container: container! } });
    expect(again.fields.map(({ field, verdict }) => [field, verdict])).toEqual(
      again.fields.map(({ field }) => [field, "clear"]),
    );
  },
);

/** What explains away what else was seen is not more evidence against: caches of Python's that the program can do without. */
const against = everything.filter(
  (detail) => !/\.pyc(?:\.\d+)?$/.test("path" in detail ? String(detail.path) : ""),
);

const container = fc.subarray(fields.flatMap(({ examples: own }) => Object.values(own).flat()));

test("more evidence turns no conflict into none; less sight makes nothing clear; repaired and judged again is clear", () => {
  fc.assert(
    fc.property(container, fc.subarray(everything), fc.subarray(against), (list, some, more) => {
      const [example] = list;
      if (example === undefined) return;
      const of = (seen: typeof everything): Partial<Snapshot> => ({
        observations: observationsOf({ ...example, seen }),
      });
      const few = judged(example, of(some));
      const many = judged(example, of([...new Set([...some, ...more])]));
      if (few.verdict === "breaks") expect(many.verdict).not.toBe("clear");
      const blind = judged(example, { ...of(some), watches: [] });
      expect([blind.verdict, blind.basis]).not.toEqual(["clear", "observation"]);
      expect(blind.verdict).not.toBe("repaired");
    }),
    { numRuns: 150 },
  );
});
