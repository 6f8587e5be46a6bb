/** Fixes of what kustomizations make: written as a patch in the overlay or into the base, and only where rendering proves them. Declared only where a renderer is on PATH. */
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { accessSync } from "node:fs";
import { afterAll, beforeEach, expect, test } from "vitest";
import { scratchFolder } from "../fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # kept
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: registry.example/web:1
          securityContext:
            privileged: true # why?
`;
const overlay = `# production
namePrefix: prod-
namespace: shop
resources:
  - ../base
images:
  - name: registry.example/web # pinned elsewhere
    newTag: "2"
# the end
`;
const files = {
  "base/kustomization.yaml": "resources:\n  - web.yaml\n",
  "base/web.yaml": web,
  "prod/kustomization.yaml": overlay,
};
beforeEach(() => folder.write(files));

const read = (name: string): string => readFileSync(join(folder.path, name), "utf8");
const id =
  "privileged-container:apps/v1/Deployment/shop/prod-web:spec.template.spec.containers[app].securityContext.privileged";
const hasTool = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((place) => ["kustomize", "kubectl"].map((name) => join(place, name)))
  .some((path) => {
    try {
      accessSync(path);
      return true;
    } catch {
      return false;
    }
  });

if (hasTool) {
  test("a patch in the overlay that was named: shown first, then written; comments stay, the base too; and taken back", async () => {
    const shown = await folder.run("fix", "prod", "--edit", id);
    expect([shown.code, read("prod/kustomization.yaml")]).toEqual([0, overlay]);
    expect(shown.out).toContain("+++ b/prod/kustomization.yaml");
    const done = await folder.run(
      "fix",
      "prod",
      "--edit",
      id,
      "--write",
      "--record",
      "undo.json",
      "--body",
      "pr.md",
    );
    expect(done).toMatchObject({
      code: 0,
      err: expect.stringMatching(/wrote 1 file; scanned again: \d+ findings? gone, none new/),
    });
    const after = read("prod/kustomization.yaml");
    expect(after.startsWith(overlay.replace("# the end\n", ""))).toBe(true);
    expect(after).toContain("# the end");
    expect(after).toContain("name: web\n");
    expect(after).toMatch(/patch: \|-\n +- op: test\n +path: .*\/containers\/0\/name"\n +value: app\n/);
    expect(read("base/web.yaml")).toBe(web);
    expect(read("pr.md")).toContain("privileged-container");
    expect((await folder.run("scan", "prod", "--format", "json")).out).not.toContain(
      `"id":"${id}","result":"fail"`,
    );
    const back = await folder.run("fix", "--undo", "undo.json");
    expect([back.code, read("prod/kustomization.yaml")]).toEqual([0, overlay]);
  });

  test("an undo record is not put over what was changed since", async () => {
    await folder.run("fix", "prod", "--edit", id, "--write", "--record", "undo-2.json");
    const changed = `${read("prod/kustomization.yaml")}# mine\n`;
    writeFileSync(join(folder.path, "prod/kustomization.yaml"), changed);
    const { code, err } = await folder.run("fix", "--undo", "undo-2.json");
    expect([code, read("prod/kustomization.yaml")]).toEqual([1, changed]);
    expect(err).toContain("it is not as the fix left it");
  });

  test("--in base writes where the object stands, and says whom else it reaches", async () => {
    const { code, err } = await folder.run("fix", "prod", "--edit", id, "--in", "base", "--write");
    expect([code, read("prod/kustomization.yaml")]).toEqual([0, overlay]);
    const start = web.replace("privileged: true # why?", "privileged: false # why?");
    expect(read("base/web.yaml").startsWith(start)).toBe(true);
    expect(err).toContain("other kustomizations that name it");
  });

  const twins = "resources:\n  - ../base\n  - ../twin\n";
  const later = `${overlay.replace("# the end\n", "")}transformers:\n  - |-\n    apiVersion: builtin\n    kind: PatchTransformer\n    metadata: { name: late }\n    target: { kind: Deployment }\n    patch: '[{"op": "add", "path": "/spec/template/spec/containers/0/securityContext/privileged", "value": true}]'\n`;
  test("edits that have to be made one by one follow each other", async () => {
    const bare = web
      .replace(/ {10}securityContext:\n.*\n/, "")
      .replace("      containers:", "      hostPID: true\n      containers:");
    const kept = later.replaceAll("containers/0/securityContext/privileged", "hostPID");
    folder.write({ ...files, "base/web.yaml": bare, "prod/kustomization.yaml": kept });
    const words = ["--only", "unknown", "--only", "clear", "--write", "--keep-going"];
    const { code, err } = await folder.run("fix", "prod", ...words);
    expect([code, err]).toEqual([1, expect.stringMatching(/1 edit not made:\n.*hostPID: .*no patch in/)]);
    const made = /^plimsoll: (\d+) edits: /m.exec(err)?.[1];
    expect(Number(made)).toBeGreaterThan(2);
    const after = read("prod/kustomization.yaml");
    expect(after.match(/^ {4}patch: \|-/gm)).toHaveLength(Number(made));
    expect(after).toContain('path: "/spec/template/spec/automountServiceAccountToken"');
  });

  test.each<readonly [string, { readonly [path: string]: string }, readonly string[], RegExp]>([
    [
      "what a later transformer writes over",
      { "prod/kustomization.yaml": later },
      [],
      /no patch in prod\/kustomization.yaml does just this/,
    ],
    [
      "two objects that the base makes of one, in the base",
      {
        "prod/kustomization.yaml": twins.replace("../base", "../one").replace("../twin", "../two"),
        "one/kustomization.yaml": "namespace: shop\nnamePrefix: prod-\nresources: [../base]\n",
        "two/kustomization.yaml": "namespace: other\nnamePrefix: prod-\nresources: [../base]\n",
      },
      ["--in", "base"],
      /cannot be changed so that just this comes of it/,
    ],
    [
      "a kustomization that cannot be edited as text",
      { "prod/kustomization.yaml": `${overlay}patches: &shared []\npatchesJson6902: *shared\n` },
      [],
      /prod/,
    ],
  ])("refused whole, the files untouched: %s", async (_, more, words, why) => {
    folder.write(more);
    const before = { ...files, ...more };
    const { code, err } = await folder.run("fix", "prod", "--edit", id, "--write", ...words);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(why) });
    for (const [path, text] of Object.entries(before)) expect(read(path)).toBe(text);
  });

  test("of two objects of one name the patch names the namespace", async () => {
    folder.write({
      "prod/kustomization.yaml": "resources:\n  - ../one\n  - ../two\n",
      "one/kustomization.yaml": "namespace: shop\nnamePrefix: prod-\nresources: [../base]\n",
      "two/kustomization.yaml": "namespace: other\nnamePrefix: prod-\nresources: [../base]\n",
    });
    const { code } = await folder.run("fix", "prod", "--edit", id, "--write");
    expect(code).toBe(0);
    expect(read("prod/kustomization.yaml")).toContain("namespace: shop");
  });
}

test("what needs a remote base is not changed, in one line that says what to do; who asks there is not told", async () => {
  const text = "resources:\n  - https://me:secret-word@git.example/x/base?ref=v1\n  - web.yaml\n";
  folder.write({ "remote/kustomization.yaml": text, "remote/web.yaml": web });
  const { code, out, err } = await folder.run("fix", "remote", "--write");
  expect({ code, out, text: read("remote/kustomization.yaml") }).toEqual({ code: 3, out: "", text });
  expect(read("remote/web.yaml")).toBe(web);
  const lines = err.split("\n").filter((line) => line.includes("git.example"));
  expect(lines).toEqual([
    expect.stringMatching(
      /remote: a kustomization that needs https:\/\/git\.example\/x\/base\?ref=v1: nothing is fetched while scanning → name a copy of it in the repository \(kustomize localize remote makes one\)/,
    ),
  ]);
  expect(err).not.toContain("secret-word");
});

test("a place that is none is a mistake", async () => {
  const { code, err } = await folder.run("fix", "base/web.yaml", "--in", "nowhere");
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("overlay, base") });
});
