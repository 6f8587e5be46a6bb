/** Charts rendered with the values that were given. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: app
      image: "{{ .Values.image }}"
      securityContext: { privileged: {{ .Values.privileged }} }
      ports: {{ range .Values.ports }}
        - containerPort: {{ . }}{{ end }}
`;

beforeAll(() => {
  mkdirSync(join(folder.path, "shop/templates"), { recursive: true });
  writeFileSync(join(folder.path, "shop/Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
  writeFileSync(join(folder.path, "shop/values.yaml"), "image: a:1\nprivileged: false\nports: [80]\n");
  writeFileSync(join(folder.path, "shop/templates/web.yaml"), pod);
  writeFileSync(join(folder.path, "prod.yaml"), "privileged: true\n");
  writeFileSync(join(folder.path, "true.txt"), "true");
  writeFileSync(join(folder.path, "plain.yaml"), pod.replaceAll(/\{\{.*?\}\}/g, "x"));
});

const scan = ["scan", "shop", "--control", "privileged-container", "--format", "json", "--quiet"];

async function found(...more: readonly string[]): Promise<readonly string[]> {
  const { out } = await folder.run(...scan, ...more);
  const { results } = JSON.parse(out) as { readonly results: readonly { readonly control: string }[] };
  return results.map(({ control }) => control);
}

test("values from a file and single ones, lists with commas among them", async () => {
  expect(await found()).toEqual([]);
  expect(await found("--values", "prod.yaml", "--set", "ports={80,443}")).toEqual(["privileged-container"]);
  expect(await found("--values", "prod.yaml", "--set", "privileged=false,image=b:2")).toEqual([]);
  expect(await found("--set-json", "privileged=true,ports=[80, 443]")).toEqual(["privileged-container"]);
  // In helm's order, whatever order they are typed in.
  expect(await found("--set", "privileged=false", "--set-json", "privileged=true")).toEqual([]);
  expect(await found("--set-string", "image=1", "--set-file", "privileged=true.txt")).toEqual([
    "privileged-container",
  ]);
});

test.each([
  [["scan", "--set", "a=b"], /--set is for charts, and no path was given/],
  [["scan", "shop", "--set", "a"], /--set has no value: a/],
  [["scan", "shop", "--set-json", "a"], /--set-json has no value: a/],
  [["scan", "plain.yaml", "--set", "a=b"], /values were given, and there is no chart in plain.yaml/],
  [["scan", "shop", "--values", "prd.yaml"], /there is no prd.yaml/],
])("%j is told in one line", async (words, line) => {
  const { code, err } = await folder.run(...words);
  expect([code, err.trim().split("\n").length <= 2]).toEqual([2, true]);
  expect(err).toMatch(line);
});
