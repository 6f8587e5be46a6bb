import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { Resource } from "../../model/resource.ts";
import { exampleSnapshot } from "../example.ts";
import {
  binding,
  deployment,
  few,
  files,
  judge,
  limit,
  namespace,
  policy,
  rules,
  type Fields,
} from "./fixtures/scene.ts";
import { policyControls } from "./policy.ts";

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

const file = (metadata: Fields = {}): Resource => ({
  ...deployment(9),
  metadata: { name: "web", ...metadata },
});
const scoped = (scope: string): Resource => policy({ ...few, matchConstraints: rules(["*"], { scope }) });
const selecting = (namespaceSelector: Fields): Resource =>
  policy({ ...few, matchConstraints: { ...rules(["deployments"]), namespaceSelector } });
const metadataName = "kubernetes.io/metadata.name";
const widget = (metadata: Fields = {}): Resource => ({
  ...file(metadata),
  apiVersion: "apps.example/v1",
  kind: "Widget",
});
const widgets = (scope: string): Resource => ({
  ...policy({ ...few, matchConstraints: rules(["widgets"], { apiGroups: ["apps.example"], scope }) }),
});
const definition = (scope: string): Resource => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.apps.example" },
  spec: { group: "apps.example", names: { kind: "Widget" }, scope },
});
const expressing = (expression: string): Resource => policy({ validations: [{ expression, message: "m" }] });

test.each<[string, readonly Resource[], readonly string[]]>([
  ["a rule for what lives in namespaces", [file(), scoped("Namespaced")], ["fail: too many"]],
  ["an empty namespace is none", [file({ namespace: "" }), scoped("Namespaced")], ["fail: too many"]],
  ["a rule for what does not", [file(), scoped("Cluster")], []],
  [
    "its kind is not defined here",
    [widget(), widgets("Namespaced")],
    ["unknown: whether this kind lives in namespaces was not read: its definition is not there"],
  ],
  ["its kind is defined", [widget(), widgets("Namespaced"), definition("Namespaced")], ["fail: too many"]],
  ["its kind is defined elsewise", [widget(), widgets("Namespaced"), definition("Cluster")], []],
  ["its kind's namespace is named", [widget({ namespace: "a" }), widgets("Namespaced")], ["fail: too many"]],
  [
    "a selector of namespaces",
    [file(), selecting({ matchLabels: { env: "prod" } })],
    ["unknown: the policy selects by namespace, and the file names none"],
  ],
  ["a selector of every namespace", [file(), selecting({})], ["fail: too many"]],
  [
    "an expression about the namespace",
    [file(), expressing("object.metadata.namespace != 'default'")],
    ["unknown: the policy asks for the namespace, and the file names none"],
  ],
  [
    "an expression about the namespace itself",
    [file(), expressing("namespaceObject.metadata.name != 'default'")],
    ["unknown: the policy asks for the namespace, and the file names none"],
  ],
])("without a namespace in the file, %s", (_, resources, expected) => {
  expect(judge([...resources, binding()], files)).toEqual(expected);
});

test("a parameter of the namespace is not looked for where the file names none", () => {
  expect(
    judge(
      [file(), withParams, binding({ paramRef: { name: "limit", parameterNotFoundAction: "Deny" } }), limit],
      files,
    ),
  ).toEqual(["unknown: the policy's parameters are those of the namespace, and the file names none"]);
});

const unread = "unknown: the policy selects by the labels of Namespace shop, which was not read";
test.each<[string, Fields, readonly string[]]>([
  ["a label", { matchLabels: { env: "prod" } }, [unread]],
  ["the absence of a label", { matchExpressions: [{ key: "env", operator: "DoesNotExist" }] }, [unread]],
  ["its name", { matchLabels: { [metadataName]: "shop" } }, ["fail: too many"]],
  ["another name", { matchLabels: { [metadataName]: "other", env: "prod" } }, []],
  [
    "other names than its own",
    { matchExpressions: [{ key: metadataName, operator: "NotIn", values: ["shop"] }] },
    [],
  ],
  ["its name and a label", { matchLabels: { [metadataName]: "shop", env: "prod" } }, [unread]],
])("a namespace that was not read, selected by %s", (_, selector, expected) => {
  expect(judge([deployment(9), selecting(selector), binding()])).toEqual(expected);
});

test("policies and bindings of v1beta1 are judged, once", () => {
  const old = (resource: Resource): Resource => ({
    ...resource,
    apiVersion: "admissionregistration.k8s.io/v1beta1",
  });
  const nowhere = binding({ matchResources: { objectSelector: { matchLabels: { none: "here" } } } });
  expect(judge([deployment(9), old(policy(few)), old(binding())])).toEqual(["fail: too many"]);
  expect(judge([deployment(9), old(policy(few)), old(nowhere)])).toEqual([]);
  expect(judge([deployment(9), policy(few), old(policy(few)), binding(), old(binding())])).toEqual([
    "fail: too many",
  ]);
});

const rule: Fields = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["*"] };

test.each([
  ["object.metadata.name", "bool, and gives dyn"],
  ["'yes'", "bool, and gives string"],
  ["[object.spec.replicas <= 3]", "bool, and gives list(bool)"],
])("an expression that cannot be a condition, or may not be one, is refused: %s", (expression, words) => {
  expect(judge([deployment(9), expressing(expression), binding()])).toEqual([
    `gap: ValidatingAdmissionPolicy own cannot be evaluated: spec.validations[0].expression: the expression must give a ${words}`,
  ]);
});

test.each([
  ["!request.dryRun", "pass: the policy admits it"],
  ["request.operation == 'DELETE'", "fail: m"],
  ["authorizer.requestResource.check('use').allowed()", expect.stringMatching(/^unknown: .* who makes the/)],
])("what the API server knows the types of: %s", (expression, expected) => {
  expect(judge([deployment(9), expressing(expression), binding()])).toEqual([expected]);
});

test("rules for a kind and its subresources match the kind", () => {
  const own = policy({ ...few, matchConstraints: rules(["deployments/*"]) });
  expect(judge([deployment(9), own, binding()])).toEqual(["fail: too many"]);
});

test.each([
  ["Equivalent", "unknown: the policy is written for another version of this kind"],
  ["Exact", "fail: too many"],
])("what another version excludes, where versions match %s", (matchPolicy, expected) => {
  const excludeResourceRules = [{ ...rule, apiVersions: ["v1beta1"] }];
  const matchConstraints = { ...rules(["deployments"]), matchPolicy, excludeResourceRules };
  expect(judge([deployment(9), policy({ ...few, matchConstraints }), binding()])).toEqual([expected]);
});

test("what cannot be evaluated is told with its line", () => {
  const own = { ...policy({}), spec: { matchConstraints: { resourceRules: "pods" } } };
  const snapshot = exampleSnapshot([own]);
  // In pre-order: the object, apiVersion, kind, metadata, its name, spec, matchConstraints, and then its resourceRules.
  const positions = Array.from({ length: 8 }, (_, index) => [index + 1, 3]).flat();
  const resources = [{ resource: own, source: { file: "own.yaml", positions } }];
  expect(policyControls(createInventory({ ...snapshot, resources })).gaps).toMatchObject([
    { source: "own.yaml", line: 8, column: 3 },
  ]);
});

const withParams = policy({
  paramKind: { apiVersion: "v1", kind: "ConfigMap" },
  validations: [
    { expression: "object.spec.replicas <= int(params.data.replicas)", message: "over the limit" },
  ],
});

test.each([
  [
    "a parameter by name",
    { name: "limit", namespace: "shop", parameterNotFoundAction: "Deny" },
    ["fail: over the limit"],
  ],
  ["a parameter by selector", { selector: {}, parameterNotFoundAction: "Deny" }, ["fail: over the limit"]],
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

test.each([
  [
    "no binding was read",
    [],
    "unknown: the policy takes parameters, and no binding was read that names them",
  ],
  ["the binding gives none", [binding()], expect.stringMatching(/^fail: the policy fails here/)],
])("parameters, where %s", (_, bindings, expected) => {
  expect(judge([deployment(3), withParams, ...bindings, namespace, limit], files)).toEqual([expected]);
});

test("a parameter that is missing is ignored where failures are", () => {
  const own = { ...withParams, spec: { ...(withParams["spec"] as Fields), failurePolicy: "Ignore" } };
  const paramRef = { name: "gone", parameterNotFoundAction: "Deny" };
  expect(judge([deployment(3), own, binding({ paramRef }), namespace])).toEqual([
    "skip: the policy's parameters are not there",
  ]);
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

test.each<[string, Fields, string]>([
  [
    "one that fails is ignored, and the next refuses",
    {
      failurePolicy: "Ignore",
      validations: [{ expression: "object.gone == 1" }, { expression: "false", message: "next" }],
    },
    "fail: next",
  ],
  [
    "an annotation that fails refuses",
    { auditAnnotations: [{ key: "a", valueExpression: "string(object.gone)" }] },
    "fail: the policy fails here, and so refuses it: no such key: gone",
  ],
  [
    "an annotation that asks who decides nothing",
    { ...few, auditAnnotations: [{ key: "a", valueExpression: "request.userInfo.username" }] },
    "pass: the policy admits it",
  ],
  [
    "a variable keeps its names where a macro binds them",
    {
      variables: [{ name: "n", expression: "object.spec.replicas" }],
      validations: [{ expression: "[1].all(object, variables.n < object)", message: "m" }],
    },
    "fail: m",
  ],
  [
    "a variable that is declared is there",
    {
      variables: [{ name: "n", expression: "object.gone" }],
      validations: [{ expression: "has(variables.n)" }],
    },
    "pass: the policy admits it",
  ],
  [
    "a message of several lines is none",
    { validations: [{ expression: "false", message: "m", messageExpression: "'a\\nb'" }] },
    "fail: m",
  ],
  [
    "a message that is too long is none",
    { validations: [{ expression: "false", message: "m", messageExpression: `'${"é".repeat(2_561)}'` }] },
    "fail: m",
  ],
  [
    "a condition may ask for parameters",
    {
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
      ...few,
      matchConditions: [{ name: "c", expression: "params == null" }],
    },
    "pass: the policy admits it",
  ],
])("as the API server has it: %s", (_, spec, expected) => {
  expect(judge([deployment(3), policy(spec), binding(), namespace])).toEqual([expected]);
});
