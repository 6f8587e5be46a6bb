/** Charts of our own, for what the others have little of: aliases, conditions, tags, imports, globals, nulls, files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ask, renderOurs, type Request } from "./oracle.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
afterAll(() => rmSync(root, { recursive: true }));

function put(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, folder, name)), { recursive: true });
    writeFileSync(join(root, folder, name), text);
  }
  return join(root, folder);
}

const show = `name: {{ .Chart.Name }}
values: {{- toYaml .Values | nindent 2 }}
scope: {{ .Template.Name }} {{ .Template.BasePath }} {{ .Release.Name }} {{ .Chart.IsRoot }}
subcharts: {{ range $name, $chart := .Subcharts }}{{ $name }}={{ $chart.Chart.Version }} {{ end }}
shared: {{ include "shared" . }}
`;

function chart(name: string, more = "", version = "1.0.0"): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${version}\nappVersion: 1.10\ndescription: "a  b"\n${more}`;
}

const library = {
  "Chart.yaml": chart("lib", "type: library\n"),
  "templates/_lib.tpl":
    '{{ define "lib.label" }}lib-{{ .Chart.Name }}{{ end }}{{ define "shared" }}from lib{{ end }}',
  "templates/never.yaml": "never: true\n",
  "values.yaml": "exports:\n  data:\n    lib: exported\n    name: from-lib\n",
};
const database = {
  "Chart.yaml": chart("db"),
  "values.yaml":
    "size: 1\nnested: {a: 1, b: {c: 2}}\nglobal: {zone: db, only: db}\nexports: {ports: {db: 5432}}\ndrop: {x: 1}\n",
  "templates/db.yaml": show,
  "templates/_db.tpl": '{{ define "shared" }}from db{{ end }}',
  "charts/inner/Chart.yaml": chart("inner"),
  "charts/inner/values.yaml": "deep: 1\nglobal: {inner: yes}\n",
  "charts/inner/templates/inner.yaml": show,
};
const requests = `dependencies:
- {name: db, version: ">=1", repository: "", condition: db.enabled, tags: [back], import-values: [ports, {child: nested.b, parent: imported}]}
- {name: db, version: "1.x", repository: "", alias: second, condition: "second.on,global.second", tags: [back, extra]}
- {name: lib, version: "*", repository: "", import-values: [data]}
- {name: packed, version: 2.0.0, repository: "", tags: [extra]}
`;

const packed = put("pack", {
  "packed/Chart.yaml": chart("packed", "", "2.0.0"),
  "packed/values.yaml": "z: 26\n",
  "packed/templates/packed.yaml": show,
});
mkdirSync(join(root, "top/charts"), { recursive: true });
execFileSync("tar", ["-czf", join(root, "top/charts/packed-2.0.0.tgz"), "-C", packed, "packed"]);
for (const [folder, files] of [
  ["top/charts/db", database],
  ["top/charts/lib", library],
] as const)
  put(folder, files);
const top = put("top", {
  "Chart.yaml": chart("top", requests),
  "values.yaml": `name: top
db: {size: 3, nested: {a: null}, drop: null}
second: {size: 9}
global: {zone: top, table: {k: v}}
table: {a: 1, b: {c: 2, d: 3}}
list: [1, 2]
`,
  "values.schema.json": '{"type": "object", "properties": {"port": {"type": "integer", "maximum": 9}}}',
  "templates/top.yaml": show,
  "templates/files.yaml": `config: {{- (.Files.Glob "conf/*").AsConfig | nindent 2 }}
secrets: {{- (.Files.Glob "conf/**.txt").AsSecrets | nindent 2 }}
{{ range $path, $bytes := .Files.Glob "**" }}{{ $path }} {{ len $bytes }} {{ toString $bytes | sha256sum | trunc 8 }}
{{ end }}{{ range .Files.Lines "conf/a.txt" }}<{{ . }}>{{ end }} {{ .Files.Get "conf/b.txt" | quote }} {{ .Files.GetBytes "conf/a.txt" | len }}
{{ range $path, $_ := .Files.Glob "{conf,other}/[!b]*.{txt,md}" }}{{ $path }} {{ end }}
`,
  "templates/_top.tpl": '{{ define "shared" }}from top {{ include "lib.label" . }}{{ end }}',
  "templates/NOTES.txt": "{{ .Release.Name }}\n",
  "templates/.hidden.yaml": "{{ fail }}",
  "templates/sub/deep.yaml":
    "{{ .Template.Name }} {{ .Values.lib }} {{ .Values.imported }} {{ .Values.db.port }}\n",
  "conf/a.txt": "one\ntwo\n\nlast\n",
  "conf/b.txt": "no end",
  "conf/deeper/c.txt": "c: 'd'\n",
  "other/d.md": "# d\n",
  "ignored/x.txt": "x",
  "y.bak": "y",
  "z.bak.txt": "z",
  ".helmignore": "# comment\nignored/\n*.bak\n!keep\n/other/none\n",
});

const first = put("values", { "first.yaml": "table: {b: {c: null, e: 5}}\nlist: [3]\nname: first\n" });
const second = put("values", {
  "second.yaml": "table: null\ndb: {nested: {b: {c: 7}}}\nglobal: {zone: null, new: 1}\n",
});
const files = { first: join(first, "first.yaml"), second: join(second, "second.yaml") };

const cases: readonly Request[] = [
  {},
  ...[
    ["db.enabled=false"],
    ["db.enabled=true", "tags.back=false"],
    ["tags.back=false"],
    ["tags.back=false", "tags.extra=true"],
    ["tags.extra=false"],
    ["second.on=false"],
    ["global.second=false"],
    ["second.on=true", "global.second=false"],
    ["db=null"],
    ["db.nested=null"],
    ["db.nested.b=null"],
    ["db.nested.b.c=null"],
    ["db.inner.deep=7", "db.inner.global.inner=no"],
    ["global.zone=set", "global.table.k=null", "db.global.only=mine"],
    ["table=null"],
    ["table.b=null"],
    ["table.b.c=null"],
    ["table=text"],
    ["name=null"],
    ["list[0]=5", "list[3]=x"],
    ["list={a,b,{c}"],
    ["list={a\\,b,c},name=x"],
    ["new.a.b[1].c=1,new.a.b[0]=t"],
    ["a=1", "b=01", "c=true", "d=TRUE", "e=null", "f=1.5", "g=-3", "h=0", "i=99999999999999999999", "j="],
    ["a.b=1,a.c={},a.d={x}"],
    ["port=5"],
    ["port=50"],
    ["port=x"],
    ["a"],
    ["a,b=1"],
    ["a=1,"],
    ["a[x]=1"],
    ["a[-1]=1"],
    ["a[70000]=1"],
    ["db=text"],
    ["packed=1"],
    ["name[0]=1"],
    ["name.x=1"],
    ["lib.exports.data.lib=changed"],
    ["db.exports.ports.db=1"],
    ["ünï.cödé=ß"],
    ["dotted\\.key=1"],
    ["a[0][1]=1", "a[0][0].x=2"],
  ].map((set) => ({ set })),
  ...[
    ["a=1,b=true,c=null,d=0"],
    ["a={1,true,x}", "e="],
    ["list[0]=5", "list[2]=08"],
    ["db.size=12", "table.b.c=null"],
    ["a=x\\,y,b=\\{z"],
    ["a"],
    ["a={1"],
  ].map((setString) => ({ setString })),
  ...[
    ['a={"b":[1,2.5,null,true,{"c":"d,e"}]},f=3'],
    ["a=1,b=-2.5e3, c=true ,d=null"],
    ["a=,b= ,c="],
    ["a=[1, 2] , b=[]"],
    ['a="x\\"y, z",b="ünï"'],
    ['list[1]={"k":"v"}', "list[0]=null"],
    ["db.nested=null", 'table={"b":{"c":9}}'],
    ["a=01"],
    ["a=1.,b=2"],
    ["a=tru"],
    ["a={b}"],
    ["a=[1,b=2"],
    ["a='x'"],
    ["a=1 b=2"],
    ["a"],
  ].map((setJson) => ({ setJson })),
  ...[
    [`a=${files.first}`],
    [`a.b[1]=${files.first},c={${files.first},${files.second}}`],
    ["a="],
    ["a=,b=x"],
    ["a=/nowhere/at/all"],
  ].map((setFile) => ({ setFile })),
  { setString: ["a=1"], set: ["a=2", "b=2"], setJson: ["a=3", "b=3", "c=3"], setFile: [`a=${files.first}`] },
  { values: [files.first], setJson: ["table.b=null"], set: ["table.b.d=4"] },
  { values: [files.first] },
  { values: [files.second] },
  { values: [files.first, files.second] },
  { values: [files.second, files.first], set: ["table.z=1"] },
];
const all = cases.map((request) => ({ chart: top, ...request }));
const answers = ask(all);

test.each(
  all.map(
    (request, index) =>
      [JSON.stringify({ ...request, chart: undefined }).replaceAll(root, ""), index] as const,
  ),
)("%s", async (_, index) => {
  const theirs = answers[index];
  const ours = await renderOurs(all[index] ?? {});
  if (theirs?.error !== undefined) expect(ours.error, theirs.error).toBeDefined();
  else expect({ error: ours.error, ...ours.files }).toEqual({ error: undefined, ...theirs?.files });
});
