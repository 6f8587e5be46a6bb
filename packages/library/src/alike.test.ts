/** Sites that a check cannot tell apart are judged once; where there are few, each by itself. Both give the same. */
import { completeExample, createInventory, evaluate, exampleSnapshot, type Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "./index.ts";

/** Few enough that each is judged by itself: see `worthwhile` in core's `evaluate.ts`. */
const few = 8;

const controls = library.controls.filter((control) => "validate" in control);

/** Every example there is, thrice, each in a namespace of its own, so that none has to do with another. */
function all(): readonly Resource[] {
  const examples = library.controls.flatMap(({ examples: { pass, fail } }) => [...pass, ...fail]);
  const resources = examples.flatMap(completeExample);
  return [0, 1, 2].flatMap((round) =>
    resources.map((resource, index) => {
      const { namespace } = resource.metadata;
      const own = namespace === undefined ? {} : { namespace: `n-${round}-${index}` };
      return { ...resource, metadata: { ...resource.metadata, name: `r-${round}-${index}`, ...own } };
    }),
  );
}

function judged(resources: readonly Resource[]): readonly string[] {
  const { judged: results } = evaluate(createInventory(exampleSnapshot(resources)), controls, true);
  return results.map(({ result }) => `${result.id} ${result.result} ${result.because}`);
}

test("judged together, where alike ones are judged once, and a few at a time: the same", () => {
  const resources = all();
  const apart = resources.flatMap((_, at) => (at % few === 0 ? judged(resources.slice(at, at + few)) : []));
  expect(judged(resources).toSorted()).toEqual(apart.toSorted());
  expect(apart.length).toBeGreaterThan(100_000);
});
