/** Every example of every field of objects is judged as it says; and what nobody watched is clear by construction alone. */
import { expect, test } from "vitest";
import { verdictKinds } from "../../model/verdict.ts";
import { judgedObject as judged } from "../fixtures/object-example.ts";
import { applyOperations } from "../patches/patch.ts";
import { objectFields } from "./index.ts";

const examples = objectFields.flatMap((field) =>
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
  expect(told.verdict, told.text).toBe(verdict);
  if (verdict === "breaks") expect(told.fields.some(({ witnesses }) => witnesses.length > 0)).toBe(true);
  if (verdict === "unknown") expect(told.text).toMatch(/Not seen: .+\(.+\)/);
  expect(told.fields.every(({ field }) => field === id || told.verdict === "unknown")).toBe(true);
});

test.each(examples)("$id: $name: unwatched it is clear by construction alone", ({ example }) => {
  const told = judged(example, { watches: [] });
  if (told.verdict === "clear" || told.verdict === "repaired") expect(told.basis).toBe("construction");
});

test.each(examples.filter(({ verdict }) => verdict === "repaired"))(
  "$id: $name: repaired and judged again it is clear, and something is still taken away",
  ({ example }) => {
    const told = judged(example);
    const operations = [...example.operations, ...told.repair];
    const again = judged({ ...example, operations });
    expect(again.verdict, again.text).toBe("clear");
    const [before] = example.resources;
    expect(applyOperations(before!, operations)).not.toEqual(before);
  },
);

test("each field has an example of each verdict that it can give, and kinds of its own", () => {
  for (const { id, examples: own, blind, kinds, paths } of objectFields) {
    expect(
      [own.clear?.length, own.unknown?.length, blind.length, kinds.length, paths.length].every(Boolean),
      id,
    ).toBe(true);
  }
});

const ofRoles = examples.filter(({ example }) => example.resources[0]!.kind.endsWith("Role"));

test.each(ofRoles)(
  "rights: $name: whom rules alone reach is whom the cluster as it would be tells",
  ({ example }) => {
    // A label that nobody gathers by: with it, the whole of RBAC is worked out anew.
    const labelled = { op: "add", path: "/metadata/labels", value: { unused: "true" } } as const;
    const whole = judged({ ...example, operations: [...example.operations, labelled] });
    expect(judged(example)).toEqual(whole);
  },
);
