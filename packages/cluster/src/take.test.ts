import { containersOf, podTemplatesOf, type Gap } from "@plimsoll/core";
import { expect, test } from "vitest";
import { createDraft, type Draft } from "./draft.ts";
import { takeText } from "./take.ts";

function taken(text: string, more: { readonly named?: boolean; readonly json?: boolean } = {}): Draft {
  const draft = createDraft();
  takeText(draft, text, {
    file: "a.yaml",
    syntax: more.json === true ? "json" : "either",
    named: more.named ?? true,
  });
  return draft;
}

function messages({ gaps }: Draft): string[] {
  return gaps.map(({ line, message }: Gap) => `${line}: ${message}`);
}

function names({ resources }: Draft): string[] {
  return resources.map(({ resource }) => `${resource.kind} ${resource.metadata.name ?? ""}`);
}

const pod = (name: string, more = ""): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers: [{name: a, image: b}]\n${more}`;

test("case 9: twenty thousand documents are read, each at its line", () => {
  const draft = taken(Array.from({ length: 20_000 }, (_, index) => `---\n${pod(`p${index}`)}`).join(""));
  expect(draft.resources).toHaveLength(20_000);
  expect(draft.resources[19_999]?.source).toMatchObject({ file: "a.yaml", line: 19_999 * 6 + 2, column: 1 });
});

test("one bad document is one line, and the others are read", () => {
  const draft = taken(
    `${pod("a")}---\nkind: Pod\napiVersion: v1\nmetadata: {name: x}\nspec: {hostPID: true, hostPID: false}\n---\n${pod("b")}---\na: [\n---\n${pod("c")}`,
  );
  expect(names(draft)).toEqual(["Pod a", "Pod b", "Pod c"]);
  expect(draft.gaps).toMatchObject([
    {
      reason: "refused",
      source: "a.yaml",
      line: 10,
      kinds: ["v1/Pod"],
      message: "Pod refused: a key is given twice",
    },
    { reason: "refused", line: 19, kinds: [] },
  ]);
});

test("case 20: template text is told as such, with what to do", () => {
  const draft = taken(
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  {{- if .x }}\n  labels: {}\n  {{- end }}\n",
  );
  expect(draft.gaps).toMatchObject([
    {
      reason: "refused",
      message: "template text ({{ }}), not a manifest",
      remedy: expect.stringContaining("helm template") as string,
    },
  ]);
});

test("case 20: braces in a text that can be read are no template", () => {
  expect(taken('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "{{ b }}"}\n').gaps).toEqual(
    [],
  );
});

function nested(depth: number): string {
  const inner = JSON.parse(
    JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } }),
  ) as object;
  return JSON.stringify(
    Array.from({ length: depth }).reduce<object>(
      (items) => ({ apiVersion: "v1", kind: "List", items: [items] }),
      inner,
    ),
  );
}

test.each([1, 5, 10])("case 22: lists %i deep are flattened", (depth) => {
  expect(names(taken(nested(depth)))).toEqual(["Namespace x"]);
});

test.each([12, 30, 45, 200])("case 22: lists %i deep are refused", (depth) => {
  const draft = taken(nested(depth));
  expect(names(draft)).toEqual([]);
  expect(draft.gaps).toHaveLength(1);
  expect(draft.gaps[0]?.message).toContain("deeper than");
});

test("case 22: a list in a list in YAML", () => {
  const draft = taken(
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n",
  );
  expect(names(draft)).toEqual(["Namespace a", "Namespace b"]);
  expect(draft.resources.map(({ source }) => source.line)).toEqual([7, 8]);
});

const item = (name: string): string =>
  `apiVersion: v1\n  kind: Pod\n  metadata:\n    name: ${name}\n  spec:\n    containers:\n    - name: a\n      image: b\n`;

test("case 23: a list of fifty thousand items is read item by item, within five seconds", () => {
  const text = `apiVersion: v1\nitems:\n${Array.from({ length: 50_000 }, (_, index) => `- ${item(`p${index}`)}`).join("")}kind: List\n`;
  const before = process.cpuUsage();
  const draft = taken(text);
  const { user, system } = process.cpuUsage(before);
  expect(draft.resources).toHaveLength(50_000);
  expect(draft.gaps).toEqual([]);
  expect(draft.resources[49_999]?.source.line).toBe(2 + 49_999 * 8 + 1);
  expect((user + system) / 1_000).toBeLessThan(5_000);
});

test("case 23: the same in JSON, and one bad item harms no other", () => {
  const items = Array.from(
    { length: 50_000 },
    (_, index) =>
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p${index}"},"spec":{"containers":[{"name":"a","image":"b"${index === 7 ? ',"image":"c"' : ""}}]}}`,
  );
  const draft = taken(`{"apiVersion":"v1","items":[${items.join(",\n")}],"kind":"List"}`);
  expect(draft.resources).toHaveLength(49_999);
  expect(messages(draft)).toEqual(["8: Pod refused: a key is given twice"]);
});

test("a long list in YAML: comments, deeper indentation, and a bad item", () => {
  const padding = "x".repeat(1_000_000);
  const big = (name: string): string =>
    `# about ${name}\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: ${name}}\n    data:\n      a: ${padding}\n`;
  const draft = taken(
    `kind: ConfigMapList\napiVersion: v1\nitems:\n  ${["a", "b", "c"].map(big).join("  ")}  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: d, name: e}\nmetadata: {}\n`,
  );
  expect(names(draft)).toEqual(["ConfigMap a", "ConfigMap b", "ConfigMap c"]);
  expect(messages(draft)).toEqual(["24: ConfigMap refused: a key is given twice"]);
});

test("case 24: an object over 3 MiB is refused, a long annotation is not", () => {
  const half = "x".repeat(1_400_000);
  const draft = taken(
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata: {a: ${half}, b: ${half}, c: ${half}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: noted, annotations: {a: ${half}}}\n`,
  );
  expect(names(draft)).toEqual(["ConfigMap noted"]);
  expect(messages(draft)).toEqual(["1: ConfigMap refused: a document of more than 3 MiB"]);
});

test.each([
  ["longer than 253", "n".repeat(300)],
  ["empty", '""'],
  ["that climbs", "../../etc/passwd"],
  ["of an emoji", "😀"],
  ["with an escape sequence", '"\\e[2J\\u202e"'],
])("case 25: a name %s is data", (_, name) => {
  expect(taken(pod(`n${""}`).replace("name: n", `name: ${name}`)).resources).toHaveLength(1);
});

test.each([
  ["missing", ""],
  ["null", "metadata:\n"],
  ["a list", "metadata: []\n"],
  ["a string", "metadata: x\n"],
])("case 26: metadata that is %s: the object is refused", (_, line) => {
  const draft = taken(`apiVersion: v1\nkind: Pod\n${line}spec: {containers: [{name: a, image: b}]}\n`);
  expect(draft.resources).toEqual([]);
  expect(draft.gaps[0]?.message).toMatch(
    /^Pod refused: metadata must be a mapping, found (nothing|null|a list|a string)$/,
  );
});

const deployment = (containers: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers: ${containers}\n`;

test.each([
  ["null", "spec.template.spec.containers must be a list, found nothing", 6],
  ["{}", "spec.template.spec.containers must be a list, found a mapping", 7],
  ["x", "spec.template.spec.containers must be a list, found a string", 7],
  ["[null]", "spec.template.spec.containers[0] must be a mapping, found null", 7],
  ["[x]", "spec.template.spec.containers[0] must be a mapping, found a string", 7],
  ["[{name: 1}]", "spec.template.spec.containers[0].name must be a string, found a number", 7],
  [
    '[{name: a, securityContext: {privileged: "true"}}]',
    "spec.template.spec.containers[0].securityContext.privileged must be a boolean, found a string",
    7,
  ],
  [
    '[{name: a, securityContext: {runAsUser: "0"}}]',
    "spec.template.spec.containers[0].securityContext.runAsUser must be a whole number, found a string",
    7,
  ],
  [
    "[{name: a, env: [{name: A, value: 1}]}]",
    "spec.template.spec.containers[0].env[0].value must be a string, found a number",
    7,
  ],
  ["[{name: a, command: sh}]", "spec.template.spec.containers[0].command must be a list, found a string", 7],
])("case 27: containers that are %s", (containers, message, line) => {
  expect(messages(taken(deployment(containers)))).toEqual([`${line}: Deployment refused: ${message}`]);
});

test("case 28: an annotation that holds broken JSON harms nothing", () => {
  const text =
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{broken'\n    x: '{broken'\n";
  const [record] = taken(text).resources;
  expect(record?.resource.metadata.annotations).toEqual({ x: "{broken" });
});

test.each([
  [
    "apps/v1",
    "deployment",
    "apps/v1/deployment is not served by Kubernetes; apps/v1/Deployment is: not evaluated",
  ],
  [
    "policy/v1beta1",
    "PodSecurityPolicy",
    "policy/v1beta1/PodSecurityPolicy is not served by Kubernetes: not evaluated",
  ],
  [
    "networking.k8s.io/v1beta1",
    "Ingress",
    "networking.k8s.io/v1beta1/Ingress is not served by Kubernetes; networking.k8s.io/v1/Ingress is: not evaluated",
  ],
  ["V1", "Pod", "V1/Pod is not served by Kubernetes; v1/Pod is: not evaluated"],
  ["v1", "Pods", "v1/Pods is not served by Kubernetes: not evaluated"],
])("case 29: %s %s is said not to be evaluated", (apiVersion, kind, message) => {
  const draft = taken(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`);
  expect(draft.gaps).toMatchObject([{ reason: "unsupported", message }]);
});

test("case 29: a removed version of a workload is still evaluated, by its shape", () => {
  expect(names(taken(deployment("[{name: a, image: b}]").replace("apps/v1", "extensions/v1beta1")))).toEqual([
    "Deployment a",
  ]);
});

test("case 33: containers are found wherever they hide", () => {
  const text = `${pod("a")}  initContainers: [{name: i, image: b}, {name: s, image: b, restartPolicy: Always}]\n  ephemeralContainers: [{name: e, image: b}]\n---\napiVersion: example.com/v1\nkind: Machine\nmetadata: {name: m}\nspec: {deep: {template: {spec: {containers: [{name: c, image: b}]}}}}\n`;
  const found = taken(text).resources.flatMap(({ resource }) =>
    podTemplatesOf(resource).flatMap((template) =>
      containersOf(template).map(({ name, role }) => `${role} ${name}`),
    ),
  );
  expect(found).toEqual(["init i", "sidecar s", "container a", "ephemeral e", "container c"]);
});

test("in a folder, what is not ours is counted and no more; in a file that was named it is a gap", () => {
  const foreign =
    "Resources: !Ref x\nfoo: bar\n---\nfoo: [\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n---\n# only a comment\n---\napiVersion: v1\nkind: Config\nusers: []\n";
  const draft = taken(foreign, { named: false });
  expect([...draft.skipped]).toEqual([
    ["not-kubernetes", 2],
    ["unknown-kind", 2],
  ]);
  expect(draft.gaps).toEqual([]);
});

test("a key written with escapes is a key", () => {
  expect(
    taken('"api\\u0056ersion": v1\nkind: Namespace\nmetadata: {name: a}\n', { named: false }).resources,
  ).toHaveLength(1);
});

test("an object that calls some of its fields items is an object", () => {
  const text = '{"apiVersion":"v1","kind":"ConfigMap","items":[],"metadata":{"name":"a"},"data":{}}';
  expect(names(taken(text, { json: true }))).toEqual(["ConfigMap a"]);
});

test("items of a typed list may leave out what they are", () => {
  const text = '{"kind":"NamespaceList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}';
  expect(names(taken(text))).toEqual(["Namespace a"]);
  expect(names(taken("kind: NamespaceList\napiVersion: v1\nitems: [{metadata: {name: a}}]\n"))).toEqual([
    "Namespace a",
  ]);
});

test("YAML in flow style is no broken JSON, and a stream may begin with JSON", () => {
  expect(names(taken("{apiVersion: v1, kind: Namespace, metadata: {name: a}}"))).toEqual(["Namespace a"]);
  expect(
    names(
      taken(
        '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}\n---\n{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"b"}}\n',
      ),
    ),
  ).toEqual(["Namespace a", "Namespace b"]);
});

test("directives belong to the document that follows", () => {
  expect(
    names(
      taken(
        "%YAML 1.1\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n...\n%YAML 1.1\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n",
      ),
    ),
  ).toEqual(["Namespace a", "Namespace b"]);
});

test("case 18: a line break that only YAML 1.1 knows could hide a field: refused", () => {
  expect(messages(taken(pod("a", "  # x\u2028  hostPID: true\n")))).toEqual([
    "6: Pod refused: a line break that only YAML 1.1 knows",
  ]);
});

test("case 17: an integer that cannot be held is refused where it is kept, and nowhere else", () => {
  const text =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, generation: 9007199254740993}\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: b}\nspec:\n  versions:\n  - name: v1\n    schema: {maximum: 9223372036854775807}\n    served: true\n";
  const draft = taken(text);
  expect(messages(draft)).toEqual([
    "3: ConfigMap refused: the integer 9007199254740993 cannot be held exactly",
  ]);
  expect(draft.resources[0]?.resource["spec"]).toEqual({ versions: [{ name: "v1", served: true }] });
});

test("case 14: prototype keys go through the whole door as data", () => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {__proto__: x}}\ndata: {__proto__: v, constructor: z}\n`;
  const [record] = taken(text).resources;
  expect(Object.keys(record!.resource["data"] as object)).toEqual(["__proto__", "constructor"]);
  expect(Object.keys(record!.resource.metadata.labels!)).toEqual(["__proto__"]);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test("case 19: carriage returns and tabs change nothing but columns", () => {
  const text = pod("a").replaceAll("\n", "\r\n");
  expect(taken(text).resources.map(({ resource }) => resource)).toEqual(
    taken(pod("a")).resources.map(({ resource }) => resource),
  );
});

test("case 21: a list cut off anywhere is never read without a word", () => {
  const whole = JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p" },
        spec: { containers: [{ name: "c", image: "i" }] },
      },
    ],
  });
  for (let end = 1; end < whole.length; end += 1)
    expect(taken(whole.slice(0, end), { json: true }).gaps.length).toBeGreaterThan(0);
  for (let end = 1; end < whole.length; end += 1)
    expect(taken(whole.slice(0, end)).gaps.length).toBeGreaterThan(0);
});
