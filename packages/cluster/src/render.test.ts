/** Charts and kustomizations, by stand-ins for the tools that say what the real ones were recorded to say. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Snapshot } from "@plimsoll/core";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { readFiles } from "./files.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
const usualPath = process.env["PATH"];
let folder = "";
let tools = "";
let serial = 0;

beforeEach(() => {
  serial += 1;
  folder = join(root, String(serial), "work");
  tools = join(root, String(serial), "tools");
  for (const path of [folder, tools]) mkdirSync(path, { recursive: true });
  process.env["PATH"] = `.:relative:${tools}`;
});
afterEach(() => {
  process.env["PATH"] = usualPath;
});
afterAll(() => rmSync(root, { recursive: true }));

function put(files: { readonly [path: string]: string }): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** A program that notes its arguments, writes a text and ends with a code. */
function tool(name: string, text: string, complaint = "", code = 0): void {
  writeFileSync(join(tools, "said"), text);
  writeFileSync(join(tools, "complaint"), complaint);
  const script = `#!/bin/sh\nfor a in "$@"; do echo "$a"; done > ${tools}/args\n/bin/cat ${tools}/said\n/bin/cat ${tools}/complaint >&2\nexit ${code}\n`;
  writeFileSync(join(tools, name), script, { mode: 0o755 });
}

function args(): string[] {
  return readFileSync(join(tools, "args"), "utf8").trimEnd().split("\n");
}

async function read(more: Partial<Parameters<typeof readFiles>[1]> = {}): Promise<Snapshot> {
  return readFiles(["."], { cwd: folder, takenAt: "2026-01-01T00:00:00Z", ...more });
}

function found({ resources }: Snapshot): string[] {
  return resources.map(
    ({ resource, source }) => `${resource.metadata.name} ${source.file} ${source.renderedBy ?? ""}`,
  );
}

const chart = {
  "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  // A function that only helm knows, so that helm is asked.
  "shop/templates/web.yaml": 'password: {{ derivePassword 1 "long" "a" "b" "c" }}\n',
  "shop/values.yaml": "image: x\n",
};
const rendered = `---
# Source: shop/charts/db/templates/db.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: db}
---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Pod
metadata: {name: shop-web}
spec: {containers: [{name: web, image: "nginx:1.27"}]}
`;

const unknown = expect.stringContaining(
  "the function derivePassword (it derives a password from a master key)",
);

test("what our renderer does not know, helm renders; each object keeps its template, nothing is read twice", async () => {
  put({ ...chart, "v.yaml": "", "other.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n" });
  tool("helm", rendered);
  const snapshot = await read({ helm: { values: ["v.yaml"], set: ["a=b; rm -rf /"] } });
  expect(found(snapshot)).toEqual([
    "other other.yaml ",
    "db shop/charts/db/templates/db.yaml helm:shop",
    "shop-web shop/templates/web.yaml helm:shop",
  ]);
  expect(snapshot.resources[1]?.source).not.toHaveProperty("line");
  expect(snapshot.gaps).toMatchObject([{ source: "shop/Chart.yaml", message: unknown, blocking: false }]);
  expect(args()).toEqual([
    "template",
    "shop",
    join(folder, "shop"),
    "--values",
    "v.yaml",
    "--set",
    "a=b; rm -rf /",
  ]);
});

test("without helm the rest of the chart is taken, and a gap says what was not rendered and what to do", async () => {
  put({
    ...chart,
    "shop/templates/a.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: {{ .Values.image }}}\n",
  });
  const snapshot = await read({ helm: { values: ["v.yaml"], set: ["image=a"] } });
  expect(snapshot.gaps).toMatchObject([{ message: "the chart was not rendered: v.yaml: it does not exist" }]);
  const rest = await read({ helm: { set: ["image=a"] } });
  expect(found(rest)).toEqual(["a shop/templates/a.yaml helm:shop"]);
  expect(rest.gaps).toEqual([
    {
      reason: "unsupported",
      source: "shop/templates/web.yaml",
      line: 1,
      message: unknown,
      kinds: [],
      remedy: "install helm, or: helm template shop | plimsoll scan -",
    },
  ]);
});

test("a program in the folder that is scanned is never run", async () => {
  put({ ...chart, helm: "#!/bin/sh\ntouch ran\n", "relative/helm": "#!/bin/sh\ntouch ran\n" });
  expect((await read()).gaps).toMatchObject([{ reason: "unsupported" }]);
  expect(readdirSync(folder)).not.toContain("ran");
});

test("a chart that fails is a gap with helm's own words, on one line", async () => {
  put(chart);
  tool(
    "helm",
    "",
    "walk.go:74: found symbolic link\nError: found in Chart.yaml, but missing in charts/ directory: redis\u001b[2J\n",
    1,
  );
  expect((await read()).gaps).toMatchObject([
    { message: unknown },
    {
      reason: "refused",
      message:
        "helm could not render the chart: Error: found in Chart.yaml, but missing in charts/ directory: redis [2J",
    },
  ]);
});

test("a renderer that writes no text is a gap", async () => {
  put(chart);
  tool("helm", "apiVersion: v1\0x");
  expect((await read()).gaps).toMatchObject([
    { message: unknown },
    { reason: "unreadable", source: "shop/Chart.yaml" },
  ]);
});

test("a library chart makes nothing by design", async () => {
  put({ "lib/Chart.yaml": "apiVersion: v2\nname: lib\ntype: library\nversion: 1.0.0\n" });
  const snapshot = await read();
  expect([snapshot.gaps, snapshot.skipped]).toEqual([[], [{ reason: "library-chart", count: 1 }]]);
});

test.each(["Shop_Name", "-", "x".repeat(80), "$(id)"])(
  "a chart called %s gets a release name that helm takes",
  async (name) => {
    put({
      "c/Chart.yaml": `apiVersion: v2\nname: ${JSON.stringify(name)}\nversion: 1.0.0\n`,
      "c/templates/web.yaml": chart["shop/templates/web.yaml"],
    });
    tool("helm", "");
    await read();
    expect(args()[1]).toMatch(/^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/);
  },
);

const kustomization = {
  "base/kustomization.yaml":
    "resources: [deploy.yaml]\nconfigMapGenerator:\n- name: cfg\n  files: [key=settings.json]\n",
  "base/deploy.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n",
  "base/settings.json": '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"never"}}',
  "prod/kustomization.yaml": "resources: [../base]\ncomponents: [../extra]\npatches:\n- path: patch.yaml\n",
  "prod/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n",
  "prod/beside.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: beside}\n",
  "extra/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n",
};
const built = (origin: string): string => `apiVersion: v1
kind: ServiceAccount
metadata:
  annotations:
    config.kubernetes.io/origin: |
      path: ${origin}/base/deploy.yaml
  name: prod-sa
---
apiVersion: v1
data: {a: b}
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/origin: |
      configuredIn: ${origin}/base/kustomization.yaml
      configuredBy:
        apiVersion: builtin
        kind: ConfigMapGenerator
    keep: this
  name: prod-cfg-4h2mbtbbt6
`;

test("only the outermost kustomization is built; what it names is not read again; what lies beside is", async () => {
  put(kustomization);
  tool("kustomize", built(`../${root.split("/").at(-1)}/${serial}/work`));
  const snapshot = await read();
  expect(found(snapshot)).toEqual([
    "beside prod/beside.yaml ",
    "prod-sa base/deploy.yaml kustomize:prod",
    "prod-cfg-4h2mbtbbt6 base/kustomization.yaml kustomize:prod",
  ]);
  expect(snapshot.resources[1]?.resource.metadata).toEqual({ name: "prod-sa" });
  expect(snapshot.resources[2]?.resource.metadata.annotations).toEqual({ keep: "this" });
  expect(snapshot.gaps).toEqual([]);
  expect(args()[0]).toBe("build");
});

test("kubectl does where kustomize is not there", async () => {
  put({ "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": "" });
  tool("kubectl", built("x"));
  expect((await read()).resources).toHaveLength(2);
  expect(args()[0]).toBe("kustomize");
});

test("without either a kustomization is a gap", async () => {
  put(kustomization);
  expect((await read()).gaps).toMatchObject([
    {
      reason: "tool-missing",
      source: "prod",
      remedy: "install kustomize or kubectl, or: kustomize build prod | plimsoll scan -",
    },
  ]);
});

test.each([
  "https://github.com/x/y//base?ref=v1",
  "github.com/x/y/base",
  "git@github.com:x/y.git",
  "https://169.254.169.254/latest/meta-data",
])("nothing is fetched: %s is a gap", async (address) => {
  put({
    "prod/kustomization.yaml": "resources: [../base]\n",
    "base/kustomization.yaml": `resources:\n- ${address}\n`,
  });
  tool("kustomize", "");
  const snapshot = await read();
  expect(snapshot.gaps).toMatchObject([
    { reason: "unsupported", source: "prod", message: expect.stringContaining(address) },
  ]);
  expect(readdirSync(tools)).not.toContain("args");
});

test("a kustomization that fails is a gap, and no temporary folder is left", async () => {
  put({ "kustomization.yaml": "resources: [none.yaml]\n" });
  tool("kustomize", "", "Error: accumulating resources: none.yaml: no such file\n", 1);
  const temporary = (): string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith("plimsoll-") && !name.includes("test"));
  const before = temporary();
  expect((await read()).gaps).toMatchObject([
    {
      reason: "refused",
      source: ".",
      message: "kustomize could not render it: accumulating resources: none.yaml: no such file",
    },
  ]);
  expect(temporary()).toEqual(before);
});

test("kubectl's words are told without what is around them", async () => {
  put({ "kustomization.yaml": "resources: [none.yaml]\n" });
  tool(
    "kubectl",
    "",
    'E1125 03:59:59.838038   31472 run.go:72] "command failed" err="accumulating resources: x"\n',
    1,
  );
  expect((await read()).gaps).toMatchObject([
    { message: "kustomize could not render it: accumulating resources: x" },
  ]);
});

test("a renderer can reach no network and run no other program", async () => {
  put({ "kustomization.yaml": "resources: [a.yaml]\n" });
  writeFileSync(join(tools, "kustomize"), `#!/bin/sh\n/usr/bin/env > ${tools}/env\n`, { mode: 0o755 });
  await read();
  const environment = readFileSync(join(tools, "env"), "utf8").split("\n");
  expect(environment).toContain("HTTPS_PROXY=http://127.0.0.1:1");
  expect(environment).toContain("PATH=");
  expect(environment.some((line) => line.startsWith("KUBECONFIG"))).toBe(false);
});

test("of kustomizations that only name each other one is built, and kustomize says what is wrong", async () => {
  put({ "a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n" });
  tool("kustomize", "", "Error: cycle detected\n", 1);
  expect((await read()).gaps).toMatchObject([
    { source: "a", message: expect.stringContaining("cycle detected") },
  ]);
});

test("what only an unused component names is read as it stands", async () => {
  put({
    "c/kustomization.yaml": "kind: Component\nresources: [a.yaml]\n",
    "c/a.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
  });
  expect(found(await read())).toEqual(["a c/a.yaml "]);
});
