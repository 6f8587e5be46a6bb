/** Runs every command that docs/guides shows, in a folder with the files they name, and reads the YAML they show as it stands. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sensors } from "@plimsoll/sensors";
import { afterEach, expect, test } from "vitest";
import { scratchFolder, type Folder } from "./fixtures/process.ts";

const guides = join(import.meta.dirname, "../../../docs/guides");
const folders: Folder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers: [{ name: app, image: "registry.example.com/app:1.0", securityContext: { privileged: true } }]
`;
const policy = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: no-web }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
  validations: [{ expression: "object.metadata.name != 'web'" }]
`;

/** The fenced texts of a guide, in their order. */
function fences(guide: string, language: string): readonly string[] {
  const text = readFileSync(join(guides, guide), "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter((found) => found[1] === language)
    .map((found) => found[2]!);
}

function shown(guide: string): readonly string[] {
  return fences(guide, "").flatMap((text) => text.split("\n").filter((line) => line.startsWith("plimsoll ")));
}

async function stage(): Promise<Folder> {
  const folder = scratchFolder();
  folders.push(folder);
  folder.write({
    "deploy/web.yaml": pod,
    "admission/policy.yaml": policy,
    "policies/team.yaml": fences("own-policies.md", "yaml")[0]!,
    "exceptions.json": JSON.stringify([
      {
        name: "net",
        posturePolicies: [{ controlID: "C-0057" }],
        resources: [{ attributes: { kind: "Pod" } }],
      },
    ]),
    ".trivyignore": "KSV017\n",
    "tetragon.log": recordOf("tetragon", "a program run"),
    "audit.log": recordOf("kubernetes-audit", "a service account that updates a config map"),
    "audit-policy.yaml": "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n",
  });
  await folder.run("scan", "deploy", "--format", "json", "--output", "head.json");
  return folder;
}

/** What a tool records, of the pod that the guides scan. */
function recordOf(id: string, title: string): string {
  const { record } = sensors
    .find((sensor) => sensor.id === id)!
    .examples.find((example) => example.title === title)!;
  return JSON.stringify(record)
    .replaceAll("web-6f776c8fb5-wwtqz", "web")
    .replaceAll('"workload_kind":"Deployment"', '"workload_kind":"Pod"');
}

test.each(["ci.md", "exceptions.md", "own-policies.md", "runtime-evidence.md"])(
  "%s: its commands run",
  async (guide) => {
    const folder = await stage();
    const lines = shown(guide);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      if (line.startsWith("plimsoll init")) rmSync(join(folder.path, ".plimsoll.yaml"), { force: true });
      const { code, err } = await folder.run(...line.split(" ").slice(1));
      expect(err, line).not.toMatch(/bug of ours/);
      expect([0, 1], `${line}\n${err}`).toContain(code);
    }
  },
);

test.each([[0, 2], [1]])("the exception that the guide shows is read: %j %j", async (...shown) => {
  const folder = await stage();
  const [all, wanted] = [fences("exceptions.md", "yaml"), shown.flat()];
  folder.write({ ".plimsoll.yaml": wanted.map((index) => all[index]).join("") });
  const { code, err } = await folder.run("scan", "deploy", "--control", "privileged-container");
  expect([code, err]).toEqual([0, ""]);
});

test("examples of one's own detections are played; one that is not as it says ends with 1, as does none that is told", async () => {
  const folder = await stage();
  const own = fences("own-policies.md", "yaml").find((text) => text.includes("kind: Detection"))!;
  const run = async (text: string): ReturnType<typeof folder.run> => {
    folder.write({ "policies/team.yaml": text });
    return folder.run("controls", "test", "policies");
  };
  const good = await run(own);
  expect([good.code, good.out]).toEqual([
    0,
    expect.stringMatching(/present 1 +ok: told\n.*absent 1 +ok: not told/),
  ]);
  const bad = await run(own.replace("'curl'", "'wget'"));
  expect([bad.code, bad.out]).toEqual([
    1,
    expect.stringMatching(/should be told, but: not told[^]*should not be told/),
  ]);
  const failing = await run(own.replace("name ==", "detail.nothing =="));
  expect([failing.code, failing.out]).toEqual([1, expect.stringMatching(/should be told, but: no such key/)]);
  const none = await run(own.replace(/examples:[^]*$/, ""));
  expect([none.code, none.out]).toEqual([1, expect.stringMatching(/no example is told/)]);
});

test("examples of one's own controls are judged; one that is not as it says ends with 1, as does none that fails", async () => {
  const folder = await stage();
  const own = fences("own-policies.md", "yaml")[0]!;
  const good = await folder.run("controls", "test", "policies/team.yaml");
  expect([good.code, good.out]).toEqual([0, expect.stringMatching(/pass 1 +ok: pass\n.*fail 1 +ok: fail/)]);
  folder.write({ "policies/team.yaml": own.replace("'team' in", "'unit' in") });
  const bad = await folder.run("controls", "test", "policies");
  expect([bad.code, bad.out]).toEqual([1, expect.stringMatching(/should pass, but: fail/)]);
  folder.write({ "policies/team.yaml": own.replace(/ {2}fail:[\s\S]*$/, "") });
  const none = await folder.run("controls", "test", "policies");
  expect([none.code, none.out]).toEqual([1, expect.stringMatching(/no example fails/)]);
  expect((await folder.run("controls", "test")).code).toBe(2);
  expect((await folder.run("controls", "tset", "policies")).code).toBe(2);
});
