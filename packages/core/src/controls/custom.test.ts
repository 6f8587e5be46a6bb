import { expect, test } from "vitest";
import { isCustomControl, readControl } from "./custom.ts";

const place = (): string => "own.yaml";
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
  expect(readControl(own, place)).toMatchObject({
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
  ["CEL that is no condition", { validate: "'yes'" }, "validate: a condition is needed, not string"],
  ["equivalents that are a text", { equivalents: "kubescape:C-1" }, "equivalents: a list of texts"],
  ["a path that is a number", { path: 3 }, "path: a text is needed"],
  ["a reason for no fix that is a list", { noFix: ["why"] }, "noFix: a text is needed"],
  ["a power that is none", { grants: "everything" }, "grants: one of node-takeover"],
  ["a version that is a number", { since: 1.34 }, "since: a minor version"],
  ["an older text without its check", { versions: [{ until: "1.24" }] }, "versions[0]: each needs"],
  [
    "an older text that does not compile",
    { versions: [{ until: "1.24", validate: "(" }] },
    "versions[0].validate: ",
  ],
  ["a step with a key that is none", { fix: [{ set: "a", to: 1, bse: "pod" }] }, "fix[0].bse: no such key"],
  [
    "a step with another step's key",
    { fix: [{ set: "a", to: 1, unless: [] }] },
    "fix[0].unless: no such key",
  ],
  ["a step from nowhere", { fix: [{ set: "a", to: 1, base: "node" }] }, "fix[0].base: one of item"],
  ["a step with CEL that is none", { fix: [{ set: "a", from: 1 }] }, "fix[0].from: CEL is needed"],
  ["examples of another name", { examples: { passes: [] } }, "examples.passes: lists `pass` and `fail`"],
  [
    "an example with a key that is none",
    { examples: { pass: [{ pod: {}, pods: {} }] } },
    "examples.pass[0].pods",
  ],
  [
    "an example of no resource",
    { examples: { fail: [{ resources: [{}] }] } },
    "examples.fail[0]: each example",
  ],
  ["a step without a value", { fix: [{ set: "a" }] }, "fix[0].to"],
  ["a step of no kind", { fix: [{ put: "a" }] }, "fix[0]: exactly one"],
  ["a path that is none", { path: "a[b" }, "path: not a path"],
  ["an example of nothing", { examples: { pass: [{}] } }, "examples.pass[0]: each"],
])("%s is refused with its place", (_, change, message) => {
  expect(() => readControl({ ...own, ...change }, place)).toThrow(message);
});
