import { expect, test } from "vitest";
import { isCustomControl, readControl } from "./custom.ts";

const own = {
  apiVersion: "plimsoll.dev/v1",
  kind: "Control",
  id: "team-label",
  title: "Workloads name their team",
  severity: "low",
  target: "workload",
  path: "metadata.labels",
  validate: "has(object.metadata.labels) && 'team' in object.metadata.labels",
};

test("a control of a user's own has the same keys", () => {
  expect(isCustomControl(own)).toBe(true);
  expect(readControl(own, "own.yaml")).toMatchObject({
    id: "team-label",
    noFix: "the control gives none",
    examples: { pass: [], fail: [] },
  });
});

test.each([
  ["a misspelled key", { sevrity: "low" }, "own.yaml: sevrity: no such key"],
  ["no title", { title: "" }, "title: a text is needed"],
  ["an unknown severity", { severity: "bad" }, "severity: one of critical, high, medium, low"],
  ["an unknown target", { target: "cluster" }, "target: one of container"],
  ["an id that is no id", { id: "Team Label" }, "id: lower-case"],
  ["CEL that does not parse", { validate: "has(" }, "validate:"],
  ["an unknown function", { validate: "http.Get('x')" }, "validate:"],
  ["an unknown name", { validate: "container.image == ''" }, "validate:"],
  ["a step without a value", { fix: [{ set: "a" }] }, "fix[0].to"],
  ["a step of no kind", { fix: [{ put: "a" }] }, "fix[0]: exactly one"],
  ["a path that is none", { path: "a[b" }, "path: not a path"],
  ["an example of nothing", { examples: { pass: [{}] } }, "examples.pass"],
])("%s is refused with its place", (_, change, message) => {
  expect(() => readControl({ ...own, ...change }, "own.yaml")).toThrow(message);
});
