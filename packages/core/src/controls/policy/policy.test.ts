import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { Json } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { evaluate } from "../evaluate.ts";
import { exampleSnapshot } from "../example.ts";
import { policyControls } from "./policy.ts";

type Fields = { readonly [key: string]: Json };
const rules = (resources: readonly string[], more: Fields = {}): Fields => ({
  resourceRules: [
    { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources, ...more },
  ],
});
const policy = (spec: Fields): Resource => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: "own" },
  spec: { matchConstraints: rules(["deployments"]), ...spec },
});
const binding = (spec: Fields = {}): Resource => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: "own" },
  spec: { policyName: "own", validationActions: ["Deny"], ...spec },
});
const deployment = (replicas: number, metadata: Fields = {}): Resource => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", ...metadata },
  spec: { replicas, template: { spec: { containers: [] } } },
});
const limit: Resource = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "limit", namespace: "shop" },
  data: { replicas: "2" },
} as Resource;
const namespace: Resource = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "shop", labels: { env: "prod" } },
};

function judge(resources: readonly Resource[]): readonly string[] {
  const inventory = createInventory(exampleSnapshot(resources));
  const { controls, gaps } = policyControls(inventory);
  const results = evaluate(inventory, controls, true).judged.map(
    ({ result }) => `${result.result}: ${result.because}`,
  );
  return [...results, ...gaps.map(({ message }) => `gap: ${message}`)];
}
const few = { validations: [{ expression: "object.spec.replicas <= 3", message: "too many" }] };

test.each([
  ["it admits", policy(few), [binding()], 3, ["pass: the policy admits it"]],
  ["it refuses, with its message", policy(few), [binding()], 4, ["fail: too many"]],
  ["without a binding nobody is asked", policy(few), [], 4, []],
  [
    "a message of its own making",
    policy({
      validations: [
        {
          expression: "object.spec.replicas <= 3",
          messageExpression: "'has ' + string(object.spec.replicas)",
        },
      ],
    }),
    [binding()],
    5,
    ["fail: has 5"],
  ],
  [
    "variables use those before them",
    policy({
      variables: [
        { name: "n", expression: "object.spec.replicas" },
        { name: "many", expression: "variables.n > 3" },
      ],
      validations: [{ expression: "!variables.many", message: "m" }],
    }),
    [binding()],
    4,
    ["fail: m"],
  ],
  [
    "a match condition leaves it out",
    policy({ ...few, matchConditions: [{ name: "c", expression: "object.metadata.name != 'web'" }] }),
    [binding()],
    9,
    ["skip: a match condition leaves it out"],
  ],
  [
    "other kinds are not looked at",
    policy({ ...few, matchConstraints: rules(["statefulsets"]) }),
    [binding()],
    9,
    [],
  ],
  [
    "another version is not guessed",
    policy({ ...few, matchConstraints: rules(["deployments"], { apiVersions: ["v1beta1"] }) }),
    [binding()],
    9,
    ["unknown: the policy is written for another version of this kind"],
  ],
  [
    "a namespace selector of the binding",
    policy(few),
    [binding({ matchResources: { namespaceSelector: { matchLabels: { env: "dev" } } } })],
    9,
    [],
  ],
  [
    "the namespace itself",
    policy({ validations: [{ expression: "namespaceObject.metadata.labels.env == 'prod'", message: "m" }] }),
    [binding()],
    1,
    ["pass: the policy admits it"],
  ],
  [
    "who asks is not known",
    policy({ validations: [{ expression: "request.userInfo.username == 'me'" }] }),
    [binding()],
    1,
    ["unknown: the policy asks who makes the request, which a scan cannot know"],
  ],
  [
    "an error refuses",
    policy({ validations: [{ expression: "object.spec.nothing == 1" }] }),
    [binding()],
    1,
    [expect.stringMatching(/^fail: the policy fails here/)],
  ],
  [
    "an error may be ignored",
    policy({ failurePolicy: "Ignore", validations: [{ expression: "object.spec.nothing == 1" }] }),
    [binding()],
    1,
    [expect.stringMatching(/^skip/)],
  ],
  [
    "what does not compile is told",
    policy({ validations: [{ expression: "http.Get('x')" }] }),
    [binding()],
    1,
    [expect.stringMatching(/^gap: ValidatingAdmissionPolicy own cannot be evaluated/)],
  ],
] as const)("%s", (_, own, bindings, replicas, expected) => {
  expect(judge([deployment(replicas), own, ...bindings, namespace])).toEqual(expected);
});

test.each<[string, Fields]>([
  ["validations that are a mapping", { validations: { expression: "false" } }],
  ["validations of texts", { validations: ["false"] }],
  ["no validations", { validations: [] }],
  ["nothing to judge by", {}],
  ["match conditions that are a mapping", { ...few, matchConditions: { name: "c", expression: "false" } }],
  ["variables that are a text", { ...few, variables: "object.spec" }],
])("%s: refused, never taken as admitting", (_, spec) => {
  expect(judge([deployment(9), policy(spec), binding(), namespace])).toEqual([
    expect.stringMatching(/^gap: ValidatingAdmissionPolicy own cannot be evaluated: /),
  ]);
});

const withParams = policy({
  paramKind: { apiVersion: "v1", kind: "ConfigMap" },
  validations: [
    { expression: "object.spec.replicas <= int(params.data.replicas)", message: "over the limit" },
  ],
});

test.each([
  ["a parameter by name", { name: "limit", namespace: "shop" }, ["fail: over the limit"]],
  ["a parameter by selector", { selector: {} }, ["fail: over the limit"]],
  [
    "a missing parameter refuses",
    { name: "gone", namespace: "shop", parameterNotFoundAction: "Deny" },
    ["fail: the policy's parameters are not there"],
  ],
  [
    "a missing parameter may be let pass",
    { name: "gone", namespace: "shop", parameterNotFoundAction: "Allow" },
    ["skip: the policy's parameters are not there"],
  ],
])("%s", (_, paramRef, expected) => {
  expect(judge([deployment(3), withParams, binding({ paramRef }), namespace, limit])).toEqual(expected);
});

test("case 48: a parameter of another namespace is read only where the binding names that namespace", () => {
  const elsewhere: Resource = { ...limit, metadata: { name: "limit", namespace: "other" } };
  expect(
    judge([
      deployment(3),
      withParams,
      binding({ paramRef: { name: "limit", parameterNotFoundAction: "Deny" } }),
      namespace,
      elsewhere,
    ]),
  ).toEqual(["fail: the policy's parameters are not there"]);
});
