/** Exceptions of other tools, through the real command: what becomes of each, and that nothing is dropped silently. */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { scratchFolder, type Folder } from "../fixtures/process.ts";

let folder: Folder;
beforeEach(() => {
  folder = scratchFolder();
});
afterEach(() => folder.remove());

const policy = (
  name: string,
  more: object,
  attributes: object = { kind: "DaemonSet", namespace: "kube-system", name: "net-.*" },
): object => ({
  name,
  policyType: "postureExceptionPolicy",
  actions: ["alertOnly"],
  resources: [{ designatorType: "Attributes", attributes }],
  posturePolicies: [{ controlID: "C-0057" }],
  ...more,
});
const kubescape = JSON.stringify([
  policy("net", { reason: "programs the node", expirationDate: "2999-01-31T00:00:00Z" }),
  policy("labelled", {}, { app: "web" }),
  policy("framework", { posturePolicies: [{ frameworkName: "NSA" }] }),
  policy("unknown", { posturePolicies: [{ controlID: "C-9999" }] }),
  policy("elsewhere", {}, { cluster: "prod", kind: "Pod" }),
  policy("expression", {}, { name: "(a|b)" }),
  policy("everywhere", { resources: [] }),
  policy("everything", { posturePolicies: [] }),
  policy("named", { resources: [{ designatorType: "Wlid", wlid: "wlid://cluster-x/namespace-y/pod-z" }] }),
  policy("odd", { resources: ["nothing"] }),
]);
const linted = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    ignore-check.kube-linter.io/privileged-container: it programs the node
    ignore-check.kube-linter.io/no-such-check: whatever
    kube-linter.io/ignore-all: because
spec:
  containers: [{ name: app, image: "registry.example.com/app:1.0", securityContext: { privileged: true } }]
`;

async function imported(
  ...paths: readonly string[]
): Promise<{ readonly exceptions: readonly Record<string, unknown>[]; readonly err: string }> {
  const { code, err } = await folder.run("init", ...paths.flatMap((path) => ["--import", path]));
  expect(err).not.toContain("bug");
  expect(code).toBe(0);
  const { exceptions } = parse(readFileSync(join(folder.path, ".plimsoll.yaml"), "utf8"));
  return { exceptions, err };
}

test("Kubescape: what can be said is, what would accept more is listed", async () => {
  folder.write({ "exceptions.json": kubescape });
  const { exceptions, err } = await imported("exceptions.json");
  expect(exceptions[0]).toMatchObject({
    reason: "programs the node",
    owner: null,
    until: "2999-01-31",
    match: { kind: "DaemonSet", namespace: "kube-system", name: "net-*" },
  });
  expect(exceptions[0]!["controls"]).toContain("privileged-container");
  expect(exceptions[1]).toMatchObject({
    reason: null,
    owner: null,
    until: null,
    match: { labels: { app: "web" } },
  });
  expect(exceptions).toHaveLength(2);
  for (const name of [
    "framework",
    "unknown",
    "elsewhere",
    "expression",
    "everywhere",
    "everything",
    "named",
    "odd",
  ])
    expect(err).toMatch(new RegExp(`not imported: exceptions.json:\\d+:\\d+: ${name}`));
});

test("Trivy: both kinds of file", async () => {
  folder.write({
    ".trivyignore": "# the node agent\nAVD-KSV-0017 exp:2999-01-31\nKSV017\nCVE-2020-1234 # not ours\n",
    "two.trivyignore.yaml": `misconfigurations:
  - id: KSV-0017
    paths: ["deploy/**", "a/*.yaml"]
    statement: needed
    expired_at: 2999-01-31
vulnerabilities:
  - id: CVE-2020-1
`,
  });
  const { exceptions, err } = await imported(".trivyignore", "two.trivyignore.yaml");
  expect(exceptions.map(({ reason, until, match }) => [reason, until, match])).toEqual([
    ["the node agent", "2999-01-31", undefined],
    ["the node agent", null, undefined],
    ["needed", "2999-01-31", { file: "deploy/*" }],
  ]);
  expect(err).toMatch(/\.trivyignore:4: CVE-2020-1234: no control/);
  expect(err).toMatch(/KSV-0017: the path "a\/\*\.yaml" is a pattern/);
  expect(err).toMatch(/CVE-2020-1: vulnerabilities are not judged/);
});

test("kube-linter: an annotation becomes an exception, refused with its place until a person completes it", async () => {
  folder.write({ "deploy/web.yaml": linted });
  const { exceptions, err } = await imported("deploy");
  expect(exceptions).toHaveLength(1);
  expect(exceptions[0]).toMatchObject({
    reason: "it programs the node",
    match: { kind: "Pod", namespace: "shop", name: "web" },
  });
  expect(err).toMatch(/no-such-check.*no control here/);
  expect(err).toMatch(/ignore-all.*every check/);
  const words = ["scan", "deploy", "--control", "privileged-container", "--format", "json"];
  const refused = await folder.run(...words);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/\.plimsoll\.yaml:\d+:\d+: exceptions\.0\.(owner|until): a text is needed/);
  const text = readFileSync(join(folder.path, ".plimsoll.yaml"), "utf8");
  folder.write({
    ".plimsoll.yaml": text.replace(/owner: #.*/, "owner: platform").replace(/until: #.*/, "until: never"),
  });
  const { out, code } = await folder.run(...words);
  expect(code).toBe(0);
  expect(JSON.parse(out).coverage.outcomes).toMatchObject({ fail: 0, excepted: 1 });
});

test("a file of something else is a mistake told with its place", async () => {
  folder.write({ "odd.yaml": "a: 1\n" });
  const { code, err } = await folder.run("init", "--import", "odd.yaml");
  expect(code).toBe(2);
  expect(err).toMatch(/odd\.yaml:1:1: neither/);
});

test("an ignore file of lines is read as any input: in UTF-16, and no device", async () => {
  writeFileSync(join(folder.path, ".trivyignore"), Buffer.from("\ufeffKSV-0017\n", "utf16le"));
  expect((await imported(".trivyignore")).exceptions).toMatchObject([{ controls: ["privileged-container"] }]);
  symlinkSync("/dev/zero", join(folder.path, "zero.trivyignore"));
  const { code, err } = await folder.run("init", "--import", "zero.trivyignore");
  expect([code, err]).toEqual([2, "plimsoll: cannot read zero.trivyignore: it is no file\n"]);
});

test.each<[string, string, string, readonly object[], RegExp]>([
  [
    "Kubescape's, which name no control at all",
    "k.json",
    JSON.stringify([
      {
        name: "all",
        policyType: "postureExceptionPolicy",
        resources: [{ attributes: { namespace: "kube-system" } }],
      },
    ]),
    [],
    /k\.json:1:2: all: it names no control/,
  ],
  [
    "Kubescape's of everything of a kind",
    "k.json",
    JSON.stringify([policy("any", {}, { kind: ".*" })]),
    [],
    /any: it names no resource/,
  ],
  [
    "Kubescape's by a control's name",
    "k.json",
    JSON.stringify([policy("named", { posturePolicies: [{ controlName: "HostPath mount" }] })]),
    [],
    /named: HostPath mount: controls are looked up by controlID/,
  ],
  [
    "Kubescape's of one framework",
    "k.json",
    JSON.stringify([policy("nsa", { posturePolicies: [{ frameworkName: "NSA", controlID: "C-0057" }] })]),
    [],
    /nsa: C-0057: it is limited to findings of the framework NSA/,
  ],
  [
    "Kubescape's of every framework",
    "k.json",
    JSON.stringify([policy("all", { posturePolicies: [{ frameworkName: ".*", controlID: "c-0057" }] })]),
    [{ match: { kind: "DaemonSet" } }],
    /^(?!.*not imported)/s,
  ],
  [
    "Trivy's sections that are empty",
    "t.yaml",
    "misconfigurations:\n  - id: AVD-KSV-0017\nsecrets:\nlicenses:\n",
    [{ controls: ["privileged-container"] }],
    /^(?!.*not imported)/s,
  ],
  [
    "Trivy's paths that are no list",
    "t.yaml",
    "misconfigurations:\n  - id: KSV-0017\n    paths: deploy/web.yaml\n  - id: KSV-0017\n    paths: { a: b }\n",
    [{ match: { file: "deploy/web.yaml" } }],
    /t\.yaml:4:5: KSV-0017: the path \{"a":"b"\} is a pattern/,
  ],
  [
    "kube-linter's on a name that would be a pattern",
    "pods/web.yaml",
    linted.replace("name: web", 'name: "*"'),
    [],
    /privileged-container of Pod \*: its name would be a pattern/,
  ],
])("%s", async (_, file, text, expected, told) => {
  folder.write({ [file]: text });
  const { exceptions, err } = await imported(file.split("/")[0]!);
  expect(exceptions).toMatchObject(expected);
  expect(exceptions).toHaveLength(expected.length);
  expect(err).toMatch(told);
});
