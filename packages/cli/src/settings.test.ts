import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const pod = (name: string, more = ""): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
${more}spec:
  containers:
    - name: app
      image: registry.example.com/app:1.0
      securityContext:
        privileged: true
`;
const exception = (more: string): string => `exceptions:
  - controls: [privileged-container]
    reason: it programs the node
    owner: platform
    until: 2999-01-01
    match: { name: web }
${more}`;
const only = ["--control", "privileged-container", "--format", "json"];

beforeAll(() => folder.write({ "web.yaml": pod("web"), "own.yaml": "" }));

async function outcomes(
  ...words: readonly string[]
): Promise<{ readonly fail: number; readonly excepted: number }> {
  const { out, err } = await folder.run("scan", "web.yaml", ...only, ...words);
  expect(err).not.toContain("bug");
  return JSON.parse(out).coverage.outcomes;
}

test("an exception of the settings accepts what it covers, and the gate lets it pass", async () => {
  folder.write({ ".plimsoll.yaml": `failOn: critical\n${exception("")}` });
  expect(await outcomes()).toMatchObject({ fail: 0, excepted: 1 });
  expect((await folder.run("scan", "web.yaml", ...only)).code).toBe(0);
  folder.write({ ".plimsoll.yaml": "failOn: critical\n" });
  expect((await folder.run("scan", "web.yaml", ...only)).code).toBe(1);
});

test("settings that are only comments say nothing", async () => {
  folder.write({ ".plimsoll.yaml": "---\n# nothing\n  # yet\r\n\n" });
  expect(await outcomes()).toMatchObject({ fail: 1, excepted: 0 });
});

test("settings are found upward, and may be named", async () => {
  folder.write({ ".plimsoll.yaml": exception(""), "deep/down/web.yaml": pod("web"), "other.yaml": "{}" });
  expect(await outcomes("--config", "other.yaml")).toMatchObject({ fail: 1, excepted: 0 });
});

const mistakes: readonly (readonly [string, string, RegExp])[] = [
  [
    "an unknown key",
    "failon: high\n",
    /\.plimsoll\.yaml:1:1: failon: no such setting; did you mean failOn\?/,
  ],
  [
    "an unknown key of an exception",
    exception("").replace("owner", "ownr"),
    /\.plimsoll\.yaml:4:5: exceptions\.0\.ownr: no such setting/,
  ],
  ["no end", exception("").replace(/ +until.*\n/, ""), /until: is needed/],
  ["an end that is no day", exception("").replace("2999-01-01", "soon"), /until: a day as 2026-12-31/],
  [
    "a misspelled control",
    exception("").replace("privileged-container", "privileged-contaner"),
    /no control is called "privileged-contaner".*\n.*did you mean "privileged-container"/,
  ],
  ["a list where a text belongs", "failOn: [high]\n", /failOn: a text is needed/],
  ["no mapping", "- a\n", /a mapping is needed/],
  ["an empty list", "[]\n", /\.plimsoll\.yaml: the settings: a mapping is needed/],
  ["null", "null\n", /\.plimsoll\.yaml: the settings: a mapping is needed/],
  ["broken YAML", "exceptions: [\n", /\.plimsoll\.yaml:/],
  ["a threshold that is no number", "enough: { hours: long }\n", /a number is needed/],
  ["an unknown framework", "frameworks: [pss-restrictd]\n", /did you mean "pss-restricted"/],
];

test.each(mistakes)("%s is a mistake told with its place", async (_, text, message) => {
  folder.write({ ".plimsoll.yaml": text });
  const { code, err } = await folder.run("scan", "web.yaml");
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

const annotated = pod(
  "web",
  `  annotations:\n    plimsoll.dev/accept: "privileged-container; reason=device; owner=shop; until=2999-01-01"\n`,
);

test("case 31: annotations count only where the settings allow them: nobody excuses himself", async () => {
  folder.write({ "web.yaml": annotated, ".plimsoll.yaml": "{}\n" });
  expect(await outcomes()).toMatchObject({ fail: 1, excepted: 0 });
  folder.write({ ".plimsoll.yaml": "annotations: true\n" });
  expect(await outcomes()).toMatchObject({ fail: 0, excepted: 1 });
  folder.write({ "web.yaml": annotated.replace("owner=shop; ", "") });
  expect((await folder.run("scan", "web.yaml")).err).toMatch(/owner is needed/);
});

test("a comment covers the findings of its line, or of the line below", async () => {
  const terms = "# plimsoll: accept privileged-container; reason=device; owner=shop; until=2999-01-01";
  folder.write({
    ".plimsoll.yaml": "comments: true\n",
    "web.yaml": pod("web").replace("privileged: true", `privileged: true ${terms}`),
  });
  expect(await outcomes()).toMatchObject({ fail: 0, excepted: 1 });
  folder.write({
    "web.yaml": pod("web").replace("        privileged", `        ${terms}\n        privileged`),
  });
  expect(await outcomes()).toMatchObject({ fail: 0, excepted: 1 });
  folder.write({ "web.yaml": pod("web").replace("metadata:", `metadata: ${terms}`) });
  expect(await outcomes()).toMatchObject({ fail: 1, excepted: 0 });
});

test("unused and ended exceptions are told", async () => {
  folder.write({
    ".plimsoll.yaml":
      exception("").replace("name: web", "name: gone") +
      exception("").replace("exceptions:\n", "").replace("2999", "2020"),
    "web.yaml": pod("web"),
  });
  const { out } = await folder.run("scan", "web.yaml", ...only);
  expect(JSON.parse(out).exceptions.map(({ state }: { state: string }) => state)).toEqual([
    "unused",
    "expired",
  ]);
});

test("a baseline leaves what is new to show and to gate", async () => {
  folder.write({ ".plimsoll.yaml": "{}\n", "web.yaml": pod("web") });
  await folder.run("scan", "web.yaml", "--format", "json", "--output", "old.json");
  expect((await folder.run("scan", "web.yaml", "--baseline", "old.json", "--fail-on", "low")).code).toBe(0);
  folder.write({ "new.yaml": pod("api") });
  const { code, out } = await folder.run(
    "scan",
    "web.yaml",
    "new.yaml",
    "--baseline",
    "old.json",
    "--fail-on",
    "critical",
    "--format",
    "json",
  );
  expect(code).toBe(1);
  expect(
    JSON.parse(out)
      .results.filter(({ result }: { result: string }) => result === "fail")
      .every(({ resource }: { resource: { name: string } }) => resource.name === "api"),
  ).toBe(true);
  expect((await folder.run("scan", "web.yaml", "--baseline", "web.yaml")).code).toBe(2);
});

test.each([
  ["text", /NEW {2}\d+ findings\n/],
  ["markdown", /This change opens \*\*\d+ findings\*\*/],
  ["json", /"opened": \[/],
])("diff of two folders as %s", async (format, expected) => {
  folder.write({ "before/web.yaml": pod("web"), "after/web.yaml": pod("web"), "after/api.yaml": pod("api") });
  const { code, out, err } = await folder.run(
    "diff",
    "before",
    "after",
    "--format",
    format,
    "--fail-on",
    "high",
  );
  expect(out, err).toMatch(expected);
  expect(code).toBe(1);
  expect((await folder.run("diff", "after", "before", "--fail-on", "high")).code).toBe(0);
});

const own = `apiVersion: plimsoll.dev/v1
kind: Control
id: named-team
title: Pods name their team
severity: high
target: pod
path: metadata.labels
validate: "'team' in pod.metadata.?labels.orValue({})"
`;

test("controls of one's own are judged like ours, and refused with their place", async () => {
  folder.write({ "policies/team.yaml": own });
  const { out, err } = await folder.run(
    "scan",
    "web.yaml",
    "--controls",
    "policies",
    "--control",
    "named-team",
    "--format",
    "json",
  );
  expect(JSON.parse(out || err).results).toMatchObject([{ control: "named-team", result: "fail" }]);
});

const ourHint = "apiVersion plimsoll.dev/v1 and kind Control or Detection are needed";
test.each([
  ["CEL that does not compile", own.replace("pod.metadata", "pod.http.Get('x')"), /^a\.yaml:8:1: validate: /],
  [
    "CEL that is no condition",
    own.replace(/validate: .*/, "validate: '1'"),
    /^a\.yaml:8:1: validate: a condition is needed, not int/,
  ],
  [
    "an id of ours",
    own.replace("named-team", "privileged-container"),
    /^a\.yaml:3:1: id: privileged-container is there already, among ours$/,
  ],
  [
    "an id given twice",
    `${own}---\n${own}`,
    /^a\.yaml:12:1: id: named-team is there already, at a\.yaml:3:1$/,
  ],
  ["a key that is none", `${own}sevrity: low\n`, /^a\.yaml:9:1: sevrity: no such key/],
  ["a key given twice", `${own}title: other\n`, /^a\.yaml:9:1: a key is given twice$/],
  [
    "a type that is another",
    `${own}equivalents: kubescape:C-1\n`,
    /^a\.yaml:9:1: equivalents: a list of texts is needed$/,
  ],
  [
    "a step of a fix, in its line",
    `${own}fix:\n  - set: a\n    too: 1\n`,
    /^a\.yaml:11:5: fix\[0\]\.too: no such key/,
  ],
  ["a kind that is none", own.replace("Control", "Contrl"), `a.yaml:1:1: not a control: ${ourHint}`],
  ["a second document of something else", `${own}---\nkind: Pod\n`, `a.yaml:10:1: not a control: ${ourHint}`],
  ["nothing", "# later\n", "there is no control in a.yaml"],
  ["YAML that is none", `${own}fix: [\n`, /^a\.yaml:10:1: unexpected end/],
  [
    "an anchor that is none",
    own.replace("severity: high", "severity: *high"),
    /^a\.yaml:5:11: unknown anchor high$/,
  ],
  [
    "carriage returns",
    own.replaceAll("\n", "\r\n").replace("high", "hihg"),
    /^a\.yaml:5:1: severity: one of /,
  ],
  ["a byte order mark", `\ufeff${own.replace("high", "hihg")}`, /^a\.yaml:5:1: severity: one of /],
])("a control of one's own is refused in one line with its place: %s", async (_, text, expected) => {
  folder.write({ "a.yaml": text });
  const { code, err } = await folder.run("controls", "test", "a.yaml");
  const [line = "", ...hints] = err.trimEnd().split("\n");
  expect(line.replace(/^plimsoll: /, "")).toMatch(expected);
  expect(hints.length).toBeLessThan(2);
  expect(code).toBe(2);
});

test("a folder of controls may hold other things, but nothing that says it is ours and is not, nor nothing of ours", async () => {
  const fresh = scratchFolder();
  fresh.write({
    "web.yaml": pod("web"),
    "own/team.json": JSON.stringify(parse(own)),
    "own/pod.yaml": pod("api"),
  });
  const scanned = async (): Promise<string> =>
    (await fresh.run("scan", "web.yaml", "--controls", "own", "--control", "named-team", "--format", "json"))
      .err;
  expect(await scanned()).toBe("");
  fresh.write({ "own/b.yaml": own.replace("dev/v1", "dev/v2") });
  expect(await scanned()).toContain(`own/b.yaml:1:1: not a control: ${ourHint}`);
  fresh.write({ "own/b.yaml": "", "own/team.json": "" });
  expect(await scanned()).toContain("there is no control in own");
  fresh.remove();
});

test("diff judges folders by the settings: what is accepted is not new, and the gate is theirs", async () => {
  const fresh = scratchFolder();
  fresh.write({
    "before/web.yaml": pod("web"),
    "after/web.yaml": pod("web"),
    "after/api.yaml": pod("api"),
    "policies/team.yaml": own,
    "none.yaml": "{}",
    ".plimsoll.yaml": `failOn: critical\n${exception("").replace("name: web", "name: api")}`,
  });
  const opened = async (
    ...words: readonly string[]
  ): Promise<readonly [number | null, readonly string[]]> => {
    const { code, out, err } = await fresh.run("diff", "before", "after", "--format", "json", ...words);
    expect(err).toBe("");
    return [code, JSON.parse(out).opened.map(({ control }: { control: string }) => control)];
  };
  const [accepted, rest] = await opened();
  expect(rest).not.toContain("privileged-container");
  expect(rest).toContain("capabilities-kept");
  expect(accepted).toBe(0);
  const [refused, all] = await opened("--config", "none.yaml", "--fail-on", "critical");
  expect(all).toContain("privileged-container");
  expect(refused).toBe(1);
  expect((await opened("--controls", "policies"))[1]).toContain("named-team");
  fresh.write({ ".plimsoll.yaml": "failOn: critical\n" });
  expect((await opened())[0]).toBe(1);
  fresh.remove();
});

test("an exception by file holds on both sides of a diff, whatever the folders are called", async () => {
  const fresh = scratchFolder();
  const byFile = (file: string): string => exception("").replace("name: web", `file: "${file}"`);
  fresh.write({
    "main/deploy/web.yaml": pod("web"),
    "deploy/web.yaml": pod("web"),
    "other/web.yaml": pod("web"),
  });
  const changed = async (before: string, after: string): Promise<readonly number[]> => {
    const { out } = await fresh.run("diff", before, after, "--format", "json");
    const { opened, closed } = JSON.parse(out);
    const privileged = ({ control }: { control: string }): boolean => control === "privileged-container";
    return [opened.filter(privileged).length, closed.filter(privileged).length];
  };
  for (const file of ["deploy/web.yaml", "main/deploy/*", "*/web.yaml"]) {
    fresh.write({ ".plimsoll.yaml": byFile(file) });
    expect(await changed("./main/deploy/", "deploy"), file).toEqual([0, 0]);
    expect(await changed("deploy", "main/deploy"), file).toEqual([0, 0]);
    expect(await changed(`${fresh.path}/main/deploy`, "deploy"), file).toEqual([0, 0]);
  }
  fresh.write({ ".plimsoll.yaml": byFile("deploy/api.yaml") });
  expect(await changed("main/deploy", "deploy")).toEqual([0, 0]);
  fresh.write({ ".plimsoll.yaml": byFile("gone/web.yaml"), "deploy/api.yaml": pod("api") });
  expect(await changed("main/deploy", "deploy")).toEqual([1, 0]);
  fresh.remove();
});

test("whatif judges by the settings", async () => {
  const fresh = scratchFolder();
  fresh.write({
    "before/web.yaml": pod("web"),
    "api.yaml": pod("api"),
    ".plimsoll.yaml": exception("").replace("name: web", "name: api"),
    "none.yaml": "{}",
  });
  const opened = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { out } = await fresh.run("whatif", "-f", "api.yaml", "before", "--format", "json", ...words);
    return JSON.parse(out).findings.opened.map(({ control }: { control: string }) => control);
  };
  expect(await opened()).not.toContain("privileged-container");
  expect(await opened("--config", "none.yaml")).toContain("privileged-container");
  fresh.remove();
});

test("an admission policy in the folder is judged too", async () => {
  folder.write({
    "vap/web.yaml": pod("web"),
    "vap/policy.yaml": `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: no-web }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
  validations: [{ expression: "object.metadata.name != 'web'", message: no pod is called web }]
`,
  });
  const { out } = await folder.run("scan", "vap", "--format", "json");
  const found = JSON.parse(out).results.find(
    ({ control }: { control: string }) => control === "policy.no-web",
  );
  expect(found).toMatchObject({ result: "fail", because: "no pod is called web" });
});

test("init writes settings that load, and never over others", async () => {
  const fresh = scratchFolder();
  expect((await fresh.run("init")).code).toBe(0);
  fresh.write({ "web.yaml": pod("web") });
  expect((await fresh.run("scan", "web.yaml")).code).toBe(0);
  const again = await fresh.run("init");
  expect([again.code, again.err]).toEqual([2, expect.stringContaining("is there already")]);
  fresh.remove();
});
