/** Charts as a scan takes them: objects with their templates' lines, and what was not rendered told at its place. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ResourceRecord, Snapshot } from "@plimsoll/core";
import { locate } from "@plimsoll/core";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { readFiles } from "../files.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
const usualPath = process.env["PATH"];
let folder = "";
let serial = 0;

beforeEach(() => {
  serial += 1;
  folder = join(root, String(serial));
  mkdirSync(folder);
  process.env["PATH"] = folder;
});
afterEach(() => {
  process.env["PATH"] = usualPath;
});
afterAll(() => rmSync(root, { recursive: true }));

interface Files {
  readonly [path: string]: string;
}

async function scan(files: Files, helm = {}): Promise<Snapshot> {
  const all = { "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.2.3\n", ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, "shop", name)), { recursive: true });
    writeFileSync(join(folder, "shop", name), text);
  }
  return readFiles(["shop"], { cwd: folder, takenAt: "2026-01-01T00:00:00Z", helm });
}

function lineOf({ resource, source }: ResourceRecord, ...path: (string | number)[]): number | undefined {
  return locate(resource, source, path)?.line;
}

const pod = `{{- /* a comment
   of two lines */ -}}
{{- if .Values.enabled }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "shop.name" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  {{- with .Values.security }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
  {{- range $index, $name := .Values.names }}
    - name: {{ $name }}
      image: "x:{{ $index }}"
  {{- end }}
{{- end }}
`;
const helpers = `{{- define "shop.name" -}}
web
{{- end }}
{{- define "shop.labels" -}}
app: web
tier: {{ .Values.tier }}
{{- end }}
`;
const values = "enabled: true\ntier: front\nsecurity: {runAsNonRoot: true, runAsUser: 7}\nnames: [a, b]\n";
const whole = { "templates/pod.yaml": pod, "templates/_helpers.tpl": helpers, "values.yaml": values };

test("every value is told at the line of its template; what an include or toYaml made, at theirs", async () => {
  const { resources, gaps } = await scan(whole);
  expect(gaps).toEqual([]);
  const [record] = resources as [ResourceRecord];
  expect(record.source).toMatchObject({ file: "shop/templates/pod.yaml", line: 4, renderedBy: "helm:shop" });
  expect(record.resource["spec"]).toEqual({
    securityContext: { runAsNonRoot: true, runAsUser: 7 },
    containers: [
      { name: "a", image: "x:0" },
      { name: "b", image: "x:1" },
    ],
  });
  const lines: readonly (readonly [number, ...(string | number)[]])[] = [
    [5, "kind"],
    [7, "metadata", "name"],
    [9, "metadata", "labels", "tier"],
    [12, "spec", "securityContext"],
    [13, "spec", "securityContext", "runAsUser"],
    [17, "spec", "containers", 0],
    [18, "spec", "containers", 1, "image"],
  ];
  for (const [line, ...path] of lines) expect([path, lineOf(record, ...path)]).toEqual([path, line]);
});

test("a blank line above moves every line by one", async () => {
  const before = (await scan(whole)).resources[0]?.source.positions;
  for (let at = 3; at < 18; at += 1) {
    const lines = pod.split("\n");
    lines.splice(at, 0, "");
    const after = (await scan({ ...whole, "templates/pod.yaml": lines.join("\n") })).resources[0]?.source
      .positions;
    const moved = Array.from(before ?? [], (value, index) =>
      index % 2 === 0 && value > at ? value + 1 : value,
    );
    expect([at, Array.from(after ?? [])]).toEqual([at, moved]);
  }
});

test("subcharts, packaged ones too, keep the paths of their files", async () => {
  const { resources } = await scan({
    "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    "charts/db/templates/db.yaml":
      "\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: {{ .Chart.Name }}}\n",
    "charts/db/values.yaml": "a: 1\n",
    "crds/widget.yaml":
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: plain, labels: {a: '{{ not a template }}'}}\n",
  });
  expect(resources.map(({ resource, source }) => [resource.metadata.name, source.file, source.line])).toEqual(
    [
      ["plain", "shop/crds/widget.yaml", 1],
      ["db", "shop/charts/db/templates/db.yaml", 2],
    ],
  );
});

const shared = '\n{{ $d := dict "a" 1 }}{{ range until 60 }}{{ $d = dict "x" $d "y" $d }}{{ end }}';
const loop = '{{ define "a" }}{{ include "a" . }}{{ end }}';

test.each([
  ["required", 'a: 1\nb: {{ required "give a name" .Values.name }}\n', 2, "give a name"],
  ["fail", '\n\n{{ fail "never" }}\n', 3, "never"],
  ["a function that is not there", "\n{{ nope }}\n", 2, 'function "nope" not defined'],
  ["no end", "\n{{ if true }}\n", 2, "unexpected EOF"],
  ["calls without end", `${loop}\n{{ include "a" . }}`, 1, "templates"],
  ["steps without end", "\n{{ range until 4000 }}{{ range until 4000 }}{{ end }}{{ end }}", 2, "steps"],
  [
    "text without end",
    '\n{{ $x := "abcdefgh" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}',
    2,
    "not rendered: more than",
  ],
  ["billions of values shared: printed", `${shared}{{ $d }}`, 2, "steps"],
  ["billions of values shared: YAML", `${shared}{{ toYaml $d }}`, 2, "steps"],
  ["billions of values shared: JSON", `${shared}{{ toJson $d }}`, 2, "steps"],
  ["billions of values shared: copied", `${shared}{{ deepCopy $d | len }}`, 2, "steps"],
  ["billions of values shared: compared", `${shared}{{ deepEqual $d (dict "x" $d.x "y" $d.y) }}`, 2, "steps"],
  ["billions of values shared: merged", `${shared}{{ merge (deepCopy $d.x) $d | len }}`, 2, "steps"],
  [
    "a value that holds itself",
    '{{ $d := dict }}{{ $_ := set $d "x" $d }}\n{{ toYaml $d }}',
    2,
    "nested too deeply",
  ],
  [
    "long texts hashed over and over",
    '\n{{ $s := repeat 33000000 "a" }}{{ range until 9999 }}{{ $x := sha1sum $s }}{{ end }}',
    2,
    "steps",
  ],
  [
    "long lists looked through over and over",
    "\n{{ $l := until 1000000 }}{{ range until 9999 }}{{ $x := has 1.5 $l }}{{ end }}",
    2,
    "steps",
  ],
  ["blocks in blocks", `\n${"{{ if true }}".repeat(400)}`, 2, "nested too deeply"],
  [
    "a text that calls itself",
    '{{ define "r" }}{{ tpl "{{ include \\"r\\" . }}" . }}{{ end }}\n{{ include "r" . }}',
    1,
    "deep",
  ],
  ["a long list", "\n{{ untilStep 0 100000000 1 }}", 2, "1,000,000 items"],
])("%s is one gap, with the template's line", async (_, text, line, words) => {
  const { gaps } = await scan({ "templates/x.yaml": text });
  expect(gaps).toMatchObject([
    { reason: "refused", source: "shop/templates/x.yaml", line, message: expect.stringContaining(words) },
  ]);
});

test("a template that fails takes no other with it", async () => {
  const { gaps, resources } = await scan({ ...whole, "templates/x.yaml": '{{ fail "no" }}' });
  expect([gaps.length, resources.length]).toEqual([1, 1]);
});

test("what comes out differently each time is told, and the same each time here", async () => {
  const text = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n-{{ randAlpha 5 | lower }}\n";
  const first = await scan({ "templates/x.yaml": text });
  expect(first.gaps).toMatchObject([
    {
      source: "shop/templates/x.yaml",
      line: 4,
      message: expect.stringContaining("randAlpha"),
      blocking: false,
    },
  ]);
  expect((await scan({})).resources).toEqual(first.resources);
});

test.each([
  ["name: {type: string}", "at '/name': must be string"],
  ["name: {type: string, pattern: '^(a+)+$'}", "at '/name'"],
])("values that break the schema are refused", async (properties, words) => {
  const [key, rest] = properties.split(/: (.*)/s);
  const schema = `{"properties": {"${key}": ${JSON.stringify({ type: "string" })}}}`;
  const { gaps } = await scan({
    "values.schema.json": schema,
    "values.yaml": "name: 1\n",
    "x.txt": rest ?? "",
  });
  expect(gaps).toMatchObject([{ reason: "refused", message: expect.stringContaining(words) }]);
});

test("a pattern that would hold JavaScript's engine for ever is judged in time", async () => {
  const schema = '{"properties": {"name": {"pattern": "^(a+)+$"}}}';
  const { gaps } = await scan({ "values.schema.json": schema, "values.yaml": `name: ${"a".repeat(60)}!\n` });
  expect(gaps).toMatchObject([{ message: expect.stringContaining("must match pattern") }]);
});

test("a schema that takes for ever is given up", { timeout: 120_000 }, async () => {
  const level = (index: number): string =>
    `"l${index}": {"anyOf": [{"allOf": [{"$ref": "#/$defs/l${index + 1}"}, false]}, {"$ref": "#/$defs/l${index + 1}"}]}`;
  const levels = Array.from({ length: 40 }, (_, index) => level(index)).join(",\n");
  const schema = `{"$ref": "#/$defs/l0", "$defs": {${levels}, "l40": {"required": ["absent"]}}}`;
  const { gaps } = await scan({ "values.schema.json": schema });
  expect(gaps).toMatchObject([
    { reason: "refused", message: expect.stringContaining("takes more than 5 s") },
  ]);
});

test("a schema that would have to be fetched is told, and the chart rendered", async () => {
  const schema = '{"$ref": "https://example.com/schema.json"}';
  const { gaps, resources } = await scan({ ...whole, "values.schema.json": schema });
  expect(gaps).toMatchObject([{ source: "shop/values.schema.json", blocking: false }]);
  expect(resources).toHaveLength(1);
});

test("a link that leads out of the chart is not followed, and told", async () => {
  await scan(whole);
  writeFileSync(join(folder, "secret.yaml"), "apiVersion: v1\nkind: Namespace\nmetadata: {name: outside}\n");
  symlinkSync(join(folder, "secret.yaml"), join(folder, "shop/templates/link.yaml"));
  const { gaps, resources } = await scan({});
  expect(gaps).toMatchObject([{ reason: "unreadable", source: "shop/templates/link.yaml" }]);
  expect(resources).toHaveLength(1);
});

test.each([
  ["a dependency that is not there", "dependencies: [{name: redis, version: 1.x, repository: ''}]", "redis"],
  ["no version", "version: ''", "chart.metadata.version is required"],
  ["a cluster too old", "kubeVersion: '>= 9.0.0'", "kubeVersion"],
])("%s is one gap", async (_, line, words) => {
  const { gaps } = await scan({
    ...whole,
    "Chart.yaml": `apiVersion: v2\nname: shop\nversion: 1.2.3\n${line}\n`.replace(
      /version: 1.2.3\n(?=version)/,
      "",
    ),
  });
  expect(gaps).toMatchObject([{ source: "shop/Chart.yaml", message: expect.stringContaining(words) }]);
});
