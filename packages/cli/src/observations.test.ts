/** Runs the real command over what tools recorded. */
import { gzipSync } from "node:zlib";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const manifests = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      containers:
        - { name: app, image: "shop/web:1" }
        - { name: proxy, image: "shop/proxy:1" }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
`;

function exec(binary: string, pod: string, time: string, pid = 9): string {
  const container = { name: "app", pid, image: { id: `shop/web@sha256:${"a".repeat(64)}` } };
  const process = {
    binary,
    arguments: "--password hunter2hunter2",
    pod: { namespace: "shop", name: pod, container, workload: "web", workload_kind: "Deployment" },
  };
  return JSON.stringify({ process_exec: { process, parent: { binary: "/app", pod: {} } }, time });
}

const pods = ["web-5d4b9c6f5d-x2x4k", "web-5d4b9c6f5d-zzzzz"];
const tetragon = [
  ...pods.flatMap((pod) => [
    exec("/app", pod, "2026-09-01T00:00:00Z", 1),
    exec("/usr/bin/curl", pod, "2026-09-01T00:30:00Z"),
  ]),
  exec("/bin/\u001b[2Jsh", pods[0]!, "2026-09-01T00:40:00Z"),
].join("\n");
const request = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  stage: "ResponseComplete",
  verb: "get",
  user: { username: "system:serviceaccount:shop:web" },
  objectRef: { resource: "secrets", namespace: "shop", name: "db", apiVersion: "v1" },
  responseStatus: { code: 200 },
  stageTimestamp: "2026-09-01T00:00:00Z",
};
const policy = (level: string): string =>
  `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: ${level}, verbs: [list] }, { level: Metadata }]\n`;

beforeAll(() => {
  folder.write({
    "deploy/web.yaml": manifests,
    "tetragon.log": tetragon,
    "audit.log": `${JSON.stringify(request)}\n{"kind":"Event","apiVersion":"audit.k8s.io/v1","stage":"Respon`,
    "whole.yaml": policy("Request"),
    "part.yaml": policy("None"),
    "other.log": '{"level":"info"}\n',
    "empty.log": "",
  });
  writeFileSync(join(folder.path, "tetragon.log.gz"), gzipSync(tetragon));
  writeFileSync(join(folder.path, "broken.gz"), gzipSync(tetragon).subarray(0, 60));
});

interface Told {
  readonly parts: readonly {
    readonly container: { readonly container: string; readonly workloadKind: string };
    readonly observed: boolean;
    readonly because?: string;
    readonly behaviours: readonly {
      readonly learned: boolean;
      readonly detail: { readonly path?: string };
    }[];
    readonly ledger: {
      readonly kinds: {
        readonly [kind: string]: {
          readonly sight: string;
          readonly lacks: readonly { readonly id: string }[];
        };
      };
    };
  }[];
}

async function told(...words: readonly string[]): Promise<Told> {
  const { out, code, err } = await folder.run("profile", "shop/web", ...words, "--format", "json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as Told;
}

test("a workload's containers: what was seen of one, and that the other was not observed", async () => {
  const { parts } = await told("deploy", "--observations", "tetragon.log");
  const [app, proxy] = parts;
  expect(app!.behaviours.map(({ detail, learned }) => [detail.path, learned])).toEqual([
    ["/app", true],
    ["/bin/\u001b[2Jsh", false],
    ["/usr/bin/curl", true],
  ]);
  expect([proxy!.container.container, proxy!.observed, proxy!.because]).toEqual([
    "proxy",
    false,
    "no sensor watched it",
  ]);
  expect(JSON.stringify(parts)).not.toContain("hunter2");
});

test("in words: never a zero for what was not observed, no control codes, and how to see more", async () => {
  const { out, code } = await folder.run(
    "profile",
    "shop/web",
    "deploy",
    "--observations",
    "tetragon.log.gz",
  );
  expect(code).toBe(0);
  expect(out).toContain("2/2  /usr/bin/curl --password <password>");
  expect(out).toContain("only 1 of 2 replicas did it");
  expect(out).toMatch(
    /container proxy\n {2}not observed: no sensor watched it\n {4}→ let an agent watch it, or bring a sensor's records with --observations FILE/,
  );
  expect([out.includes("\u001b"), /\b0 behaviours/.test(out)]).toEqual([false, false]);
  expect(out).toContain("40 minutes seen, of at least 7 days");
});

test("nothing observed at all ends with 3", async () => {
  const { out, code } = await folder.run("profile", "shop/web", "deploy");
  expect([code, out.match(/not observed/g)?.length]).toEqual([3, 2]);
});

test("a snapshot carries what was seen", async () => {
  const { code } = await folder.run(
    "snapshot",
    "deploy",
    "--observations",
    "tetragon.log",
    "-o",
    "a.plimsoll.zst",
  );
  expect(code).toBe(0);
  const direct = await told("deploy", "--observations", "tetragon.log");
  expect((await told("a.plimsoll.zst")).parts[0]!.behaviours).toEqual(direct.parts[0]!.behaviours);
  // The same file once more adds nothing.
  const twice = await told("a.plimsoll.zst", "--observations", "tetragon.log");
  expect(twice.parts[0]!.behaviours).toEqual(direct.parts[0]!.behaviours);
});

test.each([
  ["whole.yaml", "whole"],
  ["part.yaml", "partial"],
  [undefined, "partial"],
] as const)("an audit log beside the policy %s is %s", async (file, sight) => {
  const { parts } = await told(
    "deploy",
    "--observations",
    "audit.log",
    ...(file === undefined ? [] : ["--audit-policy", file]),
  );
  const account = parts.find(({ container }) => container.workloadKind === "ServiceAccount")!;
  expect(account.ledger.kinds["api-request"]!.sight).toBe(sight);
});

test("what could not be taken is told, and does not end the scan", async () => {
  const { out, code } = await folder.run("scan", "deploy", "--observations", "audit.log", "--format", "json");
  const { gaps } = JSON.parse(out) as { gaps: readonly { source: string; message: string }[] };
  expect(code).toBe(0);
  expect(gaps.map(({ source, message }) => `${source}: ${message}`)).toContain(
    "audit.log: of 2 records some were not taken: 1 no-json",
  );
});

test("explain tells what was seen of a finding's privilege, and how to see more", async () => {
  const id = "token-automount:apps/v1/Deployment/shop/web:spec.template.spec.automountServiceAccountToken";
  const { out, code } = await folder.run("explain", id, "deploy", "--observations", "tetragon.log");
  expect(code).toBe(0);
  expect(out).toMatch(/seen\s+granted; whether it is used is not known: .*\n\s+→ \S/);
  const without = await folder.run("explain", id, "deploy");
  expect(without.out).toMatch(/seen\s+not observed: no sensor's records are at hand\n\s+→ bring them/);
});

test.each([
  [["scan", "deploy", "--observations", "nothing.log"], "there is no nothing.log"],
  [["scan", "deploy", "--observations", "deploy"], "deploy is a folder"],
  [
    ["scan", "deploy", "--observations", "other.log"],
    "other.log holds no record of a known tool (1 unknown-shape)",
  ],
  [["scan", "deploy", "--observations", "empty.log"], "empty.log is empty"],
  [["scan", "deploy", "--observations", "broken.gz"], "cannot read broken.gz"],
  [["scan", "deploy", "--audit-policy", "whole.yaml"], "--audit-policy says something of a log"],
  [["profile", "shop/wbe", "deploy"], "there is no workload shop/wbe here"],
] as const)("%j", async (words, message) => {
  const { code, err } = await folder.run(...words);
  expect([code, err.includes(message)]).toEqual([2, true]);
  expect(err.trimEnd().split("\n").length).toBeLessThan(3);
});
