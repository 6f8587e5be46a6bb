/** The real cluster, scanned: as from files, under an account that may not see all, and through a saved snapshot. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kindsNeeded, refKey, scan, type Report, type Snapshot } from "@plimsoll/core";
import {
  mergeSnapshots,
  readCluster,
  readFiles,
  readSnapshot,
  writeSnapshot,
  type ClusterProgress,
} from "@plimsoll/cluster";
import { library } from "@plimsoll/library";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, type Api } from "./api.ts";

const takenAt = "2026-01-01T00:00:00Z";
const kinds = kindsNeeded(library.controls);
const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

let live: Snapshot;
let files: Snapshot;
let requests = 0;
beforeAll(async () => {
  const onProgress = (progress: ClusterProgress): void => void (requests = progress.requests);
  live = await readCluster({ kubeconfig: kubeconfigOf("admin"), kinds, takenAt, onProgress });
  files = await readFiles(["tests/cluster/workloads"], { cwd: root, takenAt });
});

function report(snapshot: Snapshot, more: { readonly everyResult?: boolean } = {}): Report {
  return scan(snapshot, library, { toolVersion: "test", ...more });
}

test("every kind that the library needs is read, and no Secret", async () => {
  expect(live.gaps).toEqual([]);
  expect(live.resources.some(({ resource }) => resource.kind === "Secret")).toBe(false);
  expect(kinds.filter((kind) => !live.covered.includes(kind) && kind !== "v1/Secret")).toEqual([]);
});

/** Kinds that the server does not know are not asked for. */
test("a scan makes one request for each kind that is served, and three to find them", async () => {
  const api = openApi(kubeconfigOf("admin"));
  const served = await Promise.all(kinds.map((gvk) => isServed(api, gvk)));
  await api.close();
  expect(requests).toBe(served.filter((is) => is).length + 3);
});

async function isServed(api: Api, gvk: string): Promise<boolean> {
  const [kind, apiVersion] = [gvk.slice(gvk.lastIndexOf("/") + 1), gvk.slice(0, gvk.lastIndexOf("/"))];
  const { status, body } = await api.send("GET", apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`);
  const { resources = [] } = body as unknown as { readonly resources?: readonly { readonly kind: string }[] };
  return status === 200 && resources.some((one) => one.kind === kind);
}

test("what is in the files is judged live as it is there", () => {
  const shared = new Set(
    files.resources.map(({ resource }) =>
      refKey({
        apiVersion: resource.apiVersion,
        kind: resource.kind,
        namespace: resource.metadata.namespace ?? "",
        name: resource.metadata.name ?? "",
      }),
    ),
  );
  // Controls over the whole inventory see more in the cluster than in the files; those over one object must agree.
  const perObject = new Set(library.controls.filter((control) => "validate" in control).map(({ id }) => id));
  const verdicts = (snapshot: Snapshot): readonly string[] =>
    report(
      {
        ...snapshot,
        header: {
          ...snapshot.header,
          server: { ...snapshot.header.server, version: live.header.server.version! },
        },
      },
      { everyResult: true },
    )
      .results.filter(
        ({ control, resource, result }) =>
          perObject.has(control) && shared.has(refKey(resource)) && result !== "skip",
      )
      .map(({ id, result, severity }) => `${result} ${severity} ${id}`)
      .sort();
  const [ours, theirs] = [verdicts(files), verdicts(live)];
  expect(ours.length).toBeGreaterThan(500);
  expect(theirs.filter((line) => line.startsWith("fail"))).toEqual(
    ours.filter((line) => line.startsWith("fail")),
  );
});

test("an account that may not list some kinds leaves what depends on them unknown, and nothing passes for it", async () => {
  const limited = await readCluster({ kubeconfig: kubeconfigOf("limited"), kinds, takenAt });
  const refused = limited.gaps.flatMap((gap) => gap.kinds);
  expect(limited.gaps.every(({ reason }) => reason === "forbidden")).toBe(true);
  expect(refused).toContain("rbac.authorization.k8s.io/v1/ClusterRoleBinding");
  const [seen, blind] = [report(live), report(limited)];
  for (const control of library.controls) {
    if (!("judge" in control) || !control.reads.some((kind) => refused.includes(kind))) continue;
    const outcomes = blind.results
      .filter((result) => result.control === control.id)
      .map(({ result }) => result);
    expect(outcomes.length, control.id).toBeGreaterThan(0);
    expect(
      outcomes.filter((outcome) => outcome !== "unknown"),
      control.id,
    ).toEqual([]);
  }
  expect(blind.coverage.complete).toBe(false);
  for (const { id, score } of seen.frameworks) {
    const other = blind.frameworks.find((framework) => framework.id === id)!;
    expect(other.score ?? 0, id).toBeLessThanOrEqual(score ?? 0);
  }
});

test("a saved snapshot gives the same bytes as the cluster it came from", async () => {
  const file = join(folder, "cluster.plimsoll.zst");
  await writeSnapshot(live, file);
  expect(JSON.stringify(report(await readSnapshot(file)))).toBe(JSON.stringify(report(live)));
  expect(mergeSnapshots(live, files).resources.length).toBe(live.resources.length + files.resources.length);
});

test("no value that the workloads keep secret is in any output", async () => {
  const text = JSON.stringify(report(live, { everyResult: true })) + JSON.stringify(live);
  const secrets = [
    "tests/cluster/workloads/11-shop-orders-api.yaml",
    "tests/cluster/workloads/51-tools-db-console.yaml",
  ]
    .flatMap((path) => [
      ...readFileSync(join(root, path), "utf8").matchAll(
        /(?:PASSWORD|SECRET_ACCESS_KEY|TOKEN)\s*\n\s*value: "?([^"\n]+)"?/g,
      ),
    ])
    .map((match) => match[1]!)
    .filter((value) => !value.includes("$("));
  expect(secrets.length).toBeGreaterThan(0);
  for (const secret of secrets) expect(text.includes(secret), secret).toBe(false);
});

/** The audit log is the witness of what was asked: no Secret body is ever served to the accounts that scan. */
test("the scan's account asks for no Secret", async () => {
  const api = openApi(kubeconfigOf("limited"));
  const answer = await api.send("GET", "/api/v1/secrets");
  await api.close();
  expect(answer.status).toBe(403);
});

function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["packages/cli/src/main.ts", ...words],
      { cwd: root, env: { ...process.env, NO_COLOR: "1" } },
      (error, out, err) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
      },
    );
  });
}

test("the command scans the current context, and ends with 3 where it may not see all", async () => {
  const whole = await run("scan");
  expect(whole.code, whole.err).toBe(0);
  expect(whole.out).toContain("ACT");
  const limited = await run("scan", "--kubeconfig", kubeconfigOf("limited"));
  expect(limited.code).toBe(3);
  expect(limited.err).toContain("clusterrolebindings");
  expect((await run("scan", "--kubeconfig", kubeconfigOf("limited"), "--allow-incomplete")).code).toBe(0);
  expect((await run("scan", "--fail-on", "critical")).code).toBe(1);
  expect((await run("scan", "--context", "nowhere")).code).toBe(2);
});

test("npm start -- --live is the same for a person", async () => {
  const { code, out } = await run("start", "--live");
  expect(code).toBe(0);
  expect(out).toContain("cluster");
});

test("asking tells what the kubelets are set to, and what a caller without a name is answered", async () => {
  const asked = await readCluster({ kubeconfig: kubeconfigOf("admin"), kinds, takenAt, probe: true });
  const kubelets = asked.resources.filter(({ resource }) => resource.kind === "KubeletConfiguration");
  expect(kubelets.map(({ resource }) => resource.metadata.name)).toEqual(["plimsoll-node"]);
  const results = report(asked, { everyResult: true }).results;
  const outcome = (control: string): readonly string[] =>
    results.filter((entry) => entry.control === control).map(({ result }) => result);
  expect(outcome("kubelet-anonymous-auth")).toEqual(["pass"]);
  expect(outcome("api-server-anonymous-auth")).toEqual(["fail"]);
  expect(outcome("api-server-open")).toEqual(["pass"]);
  const limited = await readCluster({ kubeconfig: kubeconfigOf("limited"), kinds, takenAt, probe: true });
  expect(
    limited.gaps.some(({ message, blocking }) => message.includes("kubelet of") && blocking === false),
  ).toBe(true);
});
