/** Runs the real command with a detection of one's own, and accepts one by an exception. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const support = [
  {
    pod: "web",
    provenance: "n",
    first: "2026-01-01T00:00:00.000Z",
    last: "2026-01-01T00:00:00.000Z",
    count: 1,
  },
];
const container = { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app" };
const exec = (path: string): string =>
  JSON.stringify({
    observation: {
      container,
      detail: { kind: "exec", path, args: [path] },
      sensor: "agent",
      trust: "kernel",
      support,
    },
  });

const own = `apiVersion: plimsoll.dev/v1
kind: Detection
id: no-curl-here
title: curl was run in the shop
severity: medium
kinds: [exec]
when: name == 'curl' && container.namespace == 'shop'
`;

beforeAll(() => {
  folder.write({
    "web.yaml":
      "apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec:\n  containers: [{ name: app, image: web }]\n",
    "seen.jsonl": `${exec("/usr/bin/curl")}\n${exec("/dev/shm/x")}\n`,
    "own/curl.yaml": own,
    "bad/when.yaml": own.replace("name == 'curl'", "name + 1"),
    "bad/kind.yaml": own.replace("[exec]", "[thought]"),
    "bad/technique.yaml": `${own}techniques: [execution]\n`,
    "accepting.yaml":
      "exceptions:\n  - controls: [exec-from-shared-memory]\n    reason: our own tool\n    owner: team-web\n    until: never\n    match: { namespace: shop }\n",
  });
});

interface Told {
  readonly detections: readonly { readonly rule: string; readonly exception?: { readonly reason: string } }[];
}

async function told(line: string): Promise<Told["detections"]> {
  const { out, err } = await folder.run(
    ...`scan web.yaml --observations seen.jsonl --format json ${line}`.split(" "),
  );
  expect(err).not.toMatch(/^error/m);
  return (JSON.parse(out) as Told).detections;
}

test("one's own is told beside ours", async () => {
  const rules = (await told("--controls own")).map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(["no-curl-here", "exec-from-shared-memory"]));
  expect((await told("")).map(({ rule }) => rule)).not.toContain("no-curl-here");
});

test("an exception names a detection as it names a control", async () => {
  const found = await told("--config accepting.yaml");
  expect(found.find(({ rule }) => rule === "exec-from-shared-memory")?.exception?.reason).toBe(
    "our own tool",
  );
});

test.each([
  ["bad/when.yaml", /when\.yaml:7:1: when: /],
  ["bad/kind.yaml", /kind\.yaml:6:1: kinds: some of exec, /],
  ["bad/technique.yaml", /technique\.yaml:8:14: techniques\[0\]: ATT&CK's ids are needed, as T1059\.004/],
])("%s is refused with its place", async (path, message) => {
  const { err, code } = await folder.run("scan", "web.yaml", "--controls", path);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
