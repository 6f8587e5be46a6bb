/** `plimsoll fix` as people run it: real processes, real files. */
import { chmodSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const web = `# the shop's front
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # kept
  namespace: shop
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: 'registry.example/web:1'  # pinned soon
          securityContext:
            privileged: true # why?
`;

beforeEach(() => folder.write({ "deploy/web.yaml": web, "deploy/other.yaml": "a: 1\n" }));

const read = (name: string): string => readFileSync(join(folder.path, name), "utf8");
const unknown = ["--only", "clear,repaired,unknown"];

describe("shown", () => {
  test("nothing is written, and the diff is one that git applies", async () => {
    const { code, out, err } = await folder.run("fix", "deploy", ...unknown);
    expect(code).toBe(0);
    expect(read("deploy/web.yaml")).toBe(web);
    expect(out).toMatch(/^--- a\/deploy\/web\.yaml\n\+\+\+ b\/deploy\/web\.yaml\n@@ /);
    expect(out).toContain("-            privileged: true # why?\n");
    expect(err).toMatch(/findings gone, none new/);
  });

  test("what was not seen enough is not made unasked", async () => {
    const { code, out, err } = await folder.run("fix", "deploy");
    expect(code).toBe(0);
    expect(out).not.toContain("readOnlyRootFilesystem");
    expect(err).toMatch(/not made:\n.*not seen enough/s);
  });

  test("patches for kubectl, with a script that rehearses first", async () => {
    const { code } = await folder.run("fix", "deploy", ...unknown, "--patches", "out");
    expect(code).toBe(0);
    const script = read("out/apply.sh");
    expect(script).toMatch(
      /kubectl patch deployments\.apps web --namespace shop --type=json --patch-file 001-\S+ --dry-run=server\n(?:.*\n)*kubectl patch /,
    );
    expect(JSON.parse(read(/--patch-file (\S+)/.exec(script)![1]!.replace(/^/, "out/")))).toBeInstanceOf(
      Array,
    );
    expect((await folder.run("fix", "deploy", ...unknown, "--patches", "out")).err).toContain(
      "it is there already",
    );
  });
});

describe("written", () => {
  test("where it stands: comments, quotes and the other document stay, and the mode", async () => {
    chmodSync(join(folder.path, "deploy/web.yaml"), 0o640);
    const { code, err } = await folder.run("fix", "deploy", ...unknown, "--write", "--body", "body.md");
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/wrote 1 file; scanned again: \d+ findings gone, none new/),
    });
    const after = read("deploy/web.yaml");
    expect(after.slice(0, after.indexOf("---"))).toBe(web.slice(0, web.indexOf("---")));
    for (const line of [
      "  name: web # kept\n",
      "image: 'registry.example/web:1'  # pinned soon\n",
      "selector: { matchLabels: { app: web } }\n",
    ])
      expect(after).toContain(line);
    expect(after).toContain("            privileged: false # why?\n");
    expect(after).toContain("            readOnlyRootFilesystem: true\n");
    expect(statSync(join(folder.path, "deploy/web.yaml")).mode & 0o777).toBe(0o640);
    expect(read("body.md")).toMatch(/^\d+ edits?: \d+ findings gone, none new\.\n\n### /);
    expect(read("body.md")).toContain("**not seen enough: ");
  });

  test("one edit by the id of its finding", async () => {
    const id =
      "privileged-container:apps/v1/Deployment/shop/web:spec.template.spec.containers[app].securityContext.privileged";
    expect((await folder.run("fix", "deploy", "--edit", id, "--write")).code).toBe(0);
    expect(read("deploy/web.yaml")).toContain("privileged: false # why?");
  });

  test("a shared anchor, or a link, stops everything; --keep-going leaves it out", async () => {
    const shared = web
      .replace("securityContext:\n", "securityContext: &sc\n")
      .replace(
        "# why?\n",
        "# why?\n        - name: two\n          image: registry.example/two:1\n          securityContext: *sc\n",
      )
      .replaceAll("web", "two");
    folder.write({ "deploy/shared.yaml": shared, "elsewhere.yaml": web.replaceAll("web", "far") });
    symlinkSync("../elsewhere.yaml", join(folder.path, "deploy/link.yaml"));
    const { code, err } = await folder.run("fix", "deploy", ...unknown, "--write");
    expect(code).toBe(1);
    expect(err).toContain("&sc");
    expect(err).toContain("nothing was written");
    expect(read("deploy/web.yaml")).toBe(web);
    const rest = await folder.run("fix", "deploy", ...unknown, "--write", "--keep-going");
    expect(rest.code).toBe(1);
    expect(read("deploy/web.yaml")).not.toBe(web);
    expect(read("deploy/shared.yaml")).toBe(shared);
    expect(read("elsewhere.yaml")).toBe(web.replaceAll("web", "far"));
  });
});

test.each<readonly [string, readonly string[], RegExp]>([
  ["no terminal", ["--apply"], /add --yes/],
  ["two ways", ["deploy", "--write", "--patches", "x"], /exclude each other/],
  ["the cluster by --write", ["--write"], /--write needs files/],
  ["a verdict that is none", ["deploy", "--only", "breaks"], /--breaking/],
  ["an edit that is none", ["deploy", "--edit", "nope"], /no edit or finding is called nope/],
  ["a record that is none", ["--undo", "deploy/web.yaml"], /no undo record/],
])("a mistake: %s", async (_, words, expected) => {
  const { code, err } = await folder.run("fix", ...words);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(expected) });
});

test("a plan in stages, with what each applies", async () => {
  const { code, out } = await folder.run("plan", "deploy", "--out", "stages", "--format", "json");
  expect(code).toBe(0);
  const { stages } = JSON.parse(out) as {
    readonly stages: readonly { readonly id: string; readonly steps: readonly object[] }[];
  };
  expect(stages.map(({ id }) => id)).toEqual(["observe", "warn", "canary", "enforce"]);
  expect(stages[0]!.steps.length).toBeGreaterThan(0);
  expect(read("stages/2-warn/policies.yaml")).toMatch(/validationActions:\n\s+- Warn\n\s+- Audit\n/);
  expect(read("stages/2-warn/namespaces.yaml")).not.toContain("enforce");
  expect(read("stages/4-enforce/policies.yaml")).toContain("- Deny");
  expect(read("stages/4-enforce/namespaces.yaml")).toContain("pod-security.kubernetes.io/enforce: ");
});

test("an exception holds only while its condition does", async () => {
  const settings = (holds: string): string => `exceptions:
  - controls: [privileged-container]
    reason: nobody reaches it
    owner: ops
    until: never
    while: { kind: v1/Service, holds: "${holds}" }
`;
  const scan = async (): Promise<{ readonly exceptions: readonly { readonly state: string }[] }> =>
    JSON.parse((await folder.run("scan", "deploy", "--format", "json")).out) as never;
  folder.write({ ".plimsoll.yaml": settings("object.spec.selector.app == 'web'") });
  expect((await scan()).exceptions[0]).toMatchObject({ state: "over-broad" });
  folder.write({ ".plimsoll.yaml": settings("object.spec.selector.app == 'other'") });
  expect((await scan()).exceptions[0]).toMatchObject({ state: "lapsed" });
  folder.write({ ".plimsoll.yaml": settings("object.") });
  expect(await folder.run("scan", "deploy")).toMatchObject({
    code: 2,
    err: expect.stringContaining("exceptions.0.while: holds: "),
  });
  folder.write({ ".plimsoll.yaml": "" });
});
