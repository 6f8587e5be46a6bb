import { expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { binding, deployment, few, judge, namespace, policy, rules, type Fields } from "./fixtures/scene.ts";

const rule: Fields = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["*"] };
const refusedConstraints: readonly [string, Json][] = [
  ["none", null],
  ["empty", {}],
  ["a list", [rule]],
  ["without rules", { resourceRules: [] }],
  ["rules that are a mapping", { resourceRules: rule }],
  ["a rule that is a text", { resourceRules: ["pods"] }],
  ["a rule without operations", { resourceRules: [{ ...rule, operations: [] }] }],
  ["a rule with one resource as a text", { resourceRules: [{ ...rule, resources: "pods" }] }],
  ["a scope that is none", { resourceRules: [{ ...rule, scope: "namespaced" }] }],
  ["another policy of matching", { resourceRules: [rule], matchPolicy: "Loose" }],
  ["labels that are a list", { resourceRules: [rule], objectSelector: { matchLabels: ["a"] } }],
  [
    "an operator that is none",
    { resourceRules: [rule], namespaceSelector: { matchExpressions: [{ key: "a", operator: "Is" }] } },
  ],
  ["exclusions that are a mapping", { resourceRules: [rule], excludeResourceRules: rule }],
];
test.each(refusedConstraints)("constraints that are refused: %s", (_, matchConstraints) => {
  expect(judge([deployment(9), policy({ ...few, matchConstraints }), binding(), namespace])).toEqual([
    expect.stringMatching(
      /^gap: ValidatingAdmissionPolicy own cannot be evaluated: spec\.matchConstraints\b/,
    ),
  ]);
});

test("a binding whose rules are refused is told, and is not taken for none", () => {
  const odd = binding({ matchResources: { resourceRules: "pods" } });
  expect(judge([deployment(9), policy(few), odd, namespace])).toEqual([
    "gap: ValidatingAdmissionPolicyBinding own cannot be evaluated: spec.matchResources.resourceRules: a list is needed",
  ]);
});

const asking = (expression: string): Fields => ({ validations: [{ expression }] });
test.each<[string, Fields]>([
  ["spec.validations[0].expression: undeclared reference to 'params'", asking("params.data.a == 'b'")],
  [
    "spec.matchConditions[c].expression: undeclared reference to 'variables'",
    {
      ...few,
      variables: [{ name: "a", expression: "1" }],
      matchConditions: [{ name: "c", expression: "variables.a == 1" }],
    },
  ],
  [
    "spec.validations[0].messageExpression: undeclared reference to 'authorizer'",
    {
      validations: [
        { expression: "true", messageExpression: "authorizer.path('/').check('get').allowed() ? 'a' : 'b'" },
      ],
    },
  ],
  ["spec.variables[a].expression: ", { ...few, variables: [{ name: "a", expression: "nobody" }] }],
  ["spec.variables[0].name: it is no name in CEL", { ...few, variables: [{ name: "1", expression: "1" }] }],
  [
    "spec.validations[0].message: it has line breaks",
    { validations: [{ expression: "true", message: "a\nb" }] },
  ],
  ["spec.validations[0].reason: one of ", { validations: [{ expression: "true", reason: "Teapot" }] }],
  ["spec.auditAnnotations[0].valueExpression: ", { auditAnnotations: [{ key: "a", valueExpression: "1" }] }],
  ["spec.failurePolicy: one of Fail, Ignore", { ...few, failurePolicy: "fail" }],
  ["spec.paramKind.apiVersion: it is missing", { ...few, paramKind: { kind: "ConfigMap" } }],
  [
    "spec.matchConstraints.resourceRules[0].resources: * stands beside resources",
    { ...few, matchConstraints: rules(["*", "pods"]) },
  ],
])("refused at its place: %s", (told, spec) => {
  const [gap] = judge([deployment(9), policy(spec), binding(), namespace]);
  expect(gap).toContain(`gap: ValidatingAdmissionPolicy own cannot be evaluated: ${told}`);
});

test.each<[string, Fields]>([
  ["spec.policyName: it is missing", { policyName: "" }],
  ["spec.validationActions: Deny and Warn exclude each other", { validationActions: ["Deny", "Warn"] }],
  ["spec.validationActions[0]: one of ", { validationActions: ["Block"] }],
  ["spec.paramRef.parameterNotFoundAction: it is missing", { paramRef: { name: "a" } }],
  ["spec.paramRef: one of name and selector is needed", { paramRef: { parameterNotFoundAction: "Deny" } }],
])("a binding is refused at its place: %s", (told, spec) => {
  expect(judge([policy(few), binding(spec)])).toContainEqual(
    expect.stringContaining(`gap: ValidatingAdmissionPolicyBinding own cannot be evaluated: ${told}`),
  );
});
