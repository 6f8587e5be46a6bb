/** Fixes of a chart's objects: a value where one does just that, else the place of the template. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { scratchFolder } from "../fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const values = `# of the shop
image: "registry.example/web:1"
securityContext: {} # of the container
podSecurityContext:
  # of the pod
  fsGroup: 1000
resources: {}
`;

const template = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      securityContext: {{- toYaml .Values.podSecurityContext | nindent 8 }}
      containers:
        - name: app
          image: {{ .Values.image }}
          {{- with .Values.securityContext }}
          securityContext: {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .Values.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
`;

test("values are set where they do just what the patch does; else the template's line is told", async () => {
  folder.write({
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": values,
    "chart/templates/web.yaml": template,
  });
  const words = ["fix", "chart", "--only", "clear,repaired,unknown", "--write"];
  const first = await folder.run(...words);
  expect(first).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /no value of the chart does just this: change chart\/templates\/web\.yaml:\d+/,
    ),
  });
  expect(readFileSync(join(folder.path, "chart/values.yaml"), "utf8")).toBe(values);
  const { err } = await folder.run(...words, "--keep-going");
  expect(err).toMatch(/wrote 1 file; scanned again: \d+ findings gone, none new/);
  const after = readFileSync(join(folder.path, "chart/values.yaml"), "utf8");
  expect(after).toMatch(
    /^# of the shop\nimage: "registry\.example\/web:1"\nsecurityContext: # of the container\n {2}/,
  );
  expect(after).toContain("  readOnlyRootFilesystem: true\n");
  expect(after).toContain("podSecurityContext:\n  # of the pod\n  fsGroup: 1000\n");
  expect(after).toMatch(/resources:\n {2}limits:\n/);
  expect(readFileSync(join(folder.path, "chart/templates/web.yaml"), "utf8")).toBe(template);
});

const chart = (values: string, container: string, pod = ""): { readonly [path: string]: string } => ({
  "lacking/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  "lacking/values.yaml": values,
  "lacking/templates/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
${pod}      containers:
        - name: app
          image: registry.example/web:1
${container}`,
});
const security = "apps/v1/Deployment/shop/web:spec.template.spec.containers[app].securityContext";
const limits = "apps/v1/Deployment/shop/web:spec.template.spec.containers[app].resources";
const asked = (what: string): string => `          {{- with ${what} }}
          securityContext: {{- toYaml . | nindent 12 }}
          {{- end }}
`;

test.each<readonly [string, string, string, string, RegExp]>([
  [
    "a key that a template asks for by its path",
    "image: {} # kept\n",
    asked(".Values.containerSecurityContext"),
    security,
    /^image: \{\} # kept\ncontainerSecurityContext:\n {2}/,
  ],
  [
    "a key of something that is set, asked for within a with",
    "web:\n  port: 80 # kept\n",
    `          {{- with .Values.web }}\n          {{- with .securityContext }}\n          securityContext: {{- toYaml . | nindent 12 }}\n          {{- end }}\n          {{- end }}\n`,
    security,
    /^web:\n {2}port: 80 # kept\n {2}securityContext:\n/,
  ],
  [
    "a key that is asked for by index",
    "a: 1\n",
    `          {{- with index .Values "resources" }}\n          resources: {{- toYaml . | nindent 12 }}\n          {{- end }}\n`,
    limits,
    /^a: 1\nresources:\n/,
  ],
])("what a chart does not set: %s", async (_, before, container, edit, after) => {
  folder.write(chart(before, container));
  const { code, err } = await folder.run("fix", "lacking", "--edit", edit, "--write");
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringMatching(/wrote 1 file; scanned again: \d+ findings gone/),
  });
  expect(readFileSync(join(folder.path, "lacking/values.yaml"), "utf8")).toMatch(after);
});

test.each<readonly [string, string, string]>([
  [
    "two containers that ask for one key",
    "a: 1\n",
    `${asked(".Values.securityContext")}        - name: two\n          image: registry.example/two:1\n${asked(".Values.securityContext")}`,
  ],
  ["a key that the template only prints", "a: 1\n", "          # {{ .Values.securityContext }}\n"],
])("a key that would change something else, or nothing, is not taken: %s", async (_, before, container) => {
  folder.write(chart(before, container));
  const { code, err } = await folder.run("fix", "lacking", "--edit", security, "--write");
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining("no value of the chart does just this"),
  });
  expect(readFileSync(join(folder.path, "lacking/values.yaml"), "utf8")).toBe(before);
});
