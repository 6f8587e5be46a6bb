/**
 * Monday morning, from end to end, with everything installed by the manifest that we ship: the service and the agent in a real
 * cluster, and the API server's audit log sent to it. The first of all that is to be done is asked for, an operator that may
 * do everything, judged by what it was seen to ask for, and done by `plimsoll fix --apply`: the paths are gone, the findings
 * resolved, the operator goes on, the edit is confirmed; another edit breaks what it changes, and is blamed; then somebody
 * undoes the first, and is told of within seconds.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttackPath, Edit, PatchOperation, Priorities, ResourceRef, Snapshot } from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectionOf, kubeconfigOf, openApi, until } from "./api.ts";
import { openHook, type Hook } from "./hook.ts";
import { apply, install, run, type Installed } from "./installed.ts";
import { sendAuditLog, type AuditLog } from "./monday/audit.ts";
import { namespace, operator, sight, writer } from "./monday/world.ts";

const api = openApi(kubeconfigOf("admin"));
const folder = mkdtempSync(join(tmpdir(), "plimsoll-monday-"));
const root = join(import.meta.dirname, "../..");
/** Minutes stand for days here: for the service, and for the command. */
const enough = "{ hours: 0, replicas: 1 }";
const state = process.env["PLIMSOLL_STATE"] ?? "";
const operatorFile = join(import.meta.dirname, "workloads/22-platform-cert-operator.yaml");
const record = join(folder, "undo.json");
const seen = join(folder, "seen.jsonl");
const began = performance.now();
let hook: Hook;
let installed: Installed;
let audit: AuditLog;

beforeAll(async () => {
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  // Nobody saw it start, so that what it does then is not known.
  for (const resource of [...writer(), ...sight]) apply(resource);
  ready("deployment/writes", namespace);
  hook = await openHook();
  const told = hook.settings("tell: [blamed, confirmed, taken-back], severity: low");
  installed = await install(api, {
    settings: [
      `evidence: ${enough}`,
      "followup: { minutes: 1 }",
      "sources: { audit: { tokenFile: /etc/plimsoll/audit-token, policyFile: /etc/plimsoll/audit-policy.yaml } }",
      ...told,
    ],
    files: {
      ...hook.files,
      "audit-token": auditToken,
      "audit-policy.yaml": readFileSync(join(state, "audit-policy.yaml"), "utf8"),
    },
    recordCalls: true,
  });
  audit = sendAuditLog(join(state, "log/audit.log"), (list) =>
    installed.ask("/api/v1/sources/audit", auditToken, list),
  );
  writeFileSync(join(folder, ".plimsoll.yaml"), `enough: ${enough}\n`);
}, 240_000);

const auditToken = "monday-audit-token";

afterAll(async () => {
  await audit?.stop().catch(() => undefined);
  run("kubectl", "apply", "-f", operatorFile);
  for (const { kind, metadata } of sight) run("kubectl", "delete", kind, metadata.name!);
  installed?.remove();
  run("kubectl", "delete", "namespace", namespace, "--timeout=60s");
  hook?.close();
  await api.close();
  rmSync(folder, { recursive: true });
  console.log(`monday: over after ${Math.round((performance.now() - began) / 1000)} s`);
}, 180_000);

function ready(what: string, place: string): void {
  run("kubectl", "-n", place, "rollout", "status", what, "--timeout=60s");
}

function nameOf({ kind, name }: ResourceRef): string {
  return `${kind.toLowerCase()}/${name}`;
}

async function asked<T>(path: string): Promise<T> {
  const { status, body } = await installed.ask(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body as T;
}

interface Actions {
  readonly priorities: Priorities;
  readonly edits: readonly Edit[];
  readonly record: readonly { readonly field: string; readonly confirmed: number; readonly blamed: number }[];
}

interface Followup {
  readonly resource: ResourceRef;
  readonly state: string;
  readonly text: string;
  readonly undo: readonly PatchOperation[];
  readonly signs: readonly { readonly kind: string; readonly field: string; readonly text: string }[];
}

async function followupOf({
  namespace: of,
  name,
}: {
  namespace?: string;
  name: string;
}): Promise<Followup | undefined> {
  const { items } = await asked<{ readonly items: readonly Followup[] }>("/api/v1/followups");
  return items.find(({ resource }) => resource.name === name && (resource.namespace ?? "") === (of ?? ""));
}

/** Each by where it begins, ends and by what steps: those that this edit cuts, or all. */
async function paths(cutBy?: string): Promise<readonly string[]> {
  const answered = await asked<{ readonly paths: { readonly top: readonly AttackPath[] } }>("/api/v1/paths");
  return answered.paths.top
    .filter((path) => cutBy === undefined || path.cutBy.includes(cutBy))
    .map(({ entry, target, steps }) => [entry, target, ...steps.map(({ by }) => by)].join(" "));
}

async function failing({ kind, name }: ResourceRef): Promise<ReadonlySet<string>> {
  const query = `kind=${kind}&name=${name}&outcome=fail&limit=500`;
  const { items } = await asked<{
    readonly items: readonly { readonly finding: { readonly id: string } }[];
  }>(`/api/v1/findings?${query}`);
  return new Set(items.map(({ finding }) => finding.id));
}

/** The first of Act. */
async function foremost(): Promise<Edit | undefined> {
  const { priorities, edits } = await asked<Actions>("/api/v1/actions");
  return edits.find(({ id }) => id === priorities.act[0]?.edit);
}

/** What the operator asked the API server for, from then on: whether it was let. */
function requests(since: number): readonly boolean[] {
  return audit.events.flatMap((event) => {
    const { user, annotations, stageTimestamp } = event as unknown as {
      readonly user: { readonly username: string };
      readonly annotations?: { readonly [name: string]: string };
      readonly stageTimestamp: string;
    };
    if (user.username !== operator.user || Date.parse(stageTimestamp) <= since) return [];
    return [annotations?.["authorization.k8s.io/decision"] === "allow"];
  });
}

/** Three rounds of its work, each of three requests, none of them refused; and its pod is the one that was there. */
async function goesOn(since: number, pod: string): Promise<void> {
  await until("the operator goes on", async () => requests(since).length >= 9, 40);
  expect(requests(since)).not.toContain(false);
  expect(podOfOperator()).toBe(pod);
}

/** Its name, and how often it was started anew. */
function podOfOperator(): string {
  const columns = "NAME:.metadata.name,RESTARTS:.status.containerStatuses[0].restartCount";
  const query = ["-n", operator.namespace, "get", "pods", "-l", `app.kubernetes.io/name=${operator.name}`];
  return run("kubectl", ...query, "--no-headers", "-o", `custom-columns=${columns}`).trim();
}

interface Outcome {
  readonly code: number;
  readonly err: string;
}

function plimsoll(...words: readonly string[]): Promise<Outcome> {
  const args = [join(root, "packages/cli/src/main.ts"), ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, timeout: 90_000 }, (error, _out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), err }),
    );
  });
}

/** What the service was told, in a file as the commands read it. */
async function fetchSeen(): Promise<number> {
  const { snapshot } = await asked<{ readonly snapshot: Pick<Snapshot, "observations" | "watches"> }>(
    `/api/v1/snapshots?at=${Date.now()}`,
  );
  const { observations, watches = [] } = snapshot;
  const lines = [
    ...watches.map((watch) => ({ watch })),
    ...observations.map((observation) => ({ observation })),
  ];
  writeFileSync(seen, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return observations.length;
}

let first: Edit;
let cut: readonly string[];

test("what to do first, and what is known of it", { timeout: 300_000 }, async () => {
  // Until then its rights are unused so far as is known, and are taken away whole.
  await until("the operator is heard", async () => requests(0).length >= 9, 100);
  let found: Edit | undefined;
  const isKnown = async (): Promise<boolean> => {
    found = await foremost().catch(() => undefined);
    return found?.verdict?.verdict === "repaired";
  };
  await until("the first edit is judged by what was seen", isKnown, 180).catch(() => undefined);
  console.log(
    `monday: first of Act: ${found?.title} (${found && nameOf(found.resource)}): ${found?.verdict?.text}`,
  );
  // It asked for something, and that is what it is left.
  expect(found).toMatchObject({
    byHand: false,
    resource: { kind: "ClusterRole", name: operator.name },
    verdict: { verdict: "repaired" },
  });
  first = found!;
  cut = await paths(first.id);
  expect(cut.length).toBeGreaterThan(0);
});

test(
  "made by the command, the paths are gone, the findings resolved, the operator goes on",
  { timeout: 150_000 },
  async () => {
    expect(await fetchSeen()).toBeGreaterThan(0);
    const { resource } = first;
    const were = await failing(resource);
    expect(first.resolves.filter((id) => !were.has(id))).toEqual([]);
    const pod = podOfOperator();
    const from = performance.now();
    const given = ["--kubeconfig", kubeconfigOf("admin"), "--observations", seen];
    const made = await plimsoll("fix", ...given, "--edit", first.id, "--apply", "--yes", "--record", record);
    const after = performance.now();
    console.log(`monday: ${made.err.trim().split("\n").slice(-4).join(" / ")}`);
    expect(made.code, made.err).toBe(0);
    const isResolved = async (): Promise<boolean> => {
      const left = await failing(resource);
      return first.resolves.every((id) => !left.has(id));
    };
    await until("the findings are resolved", isResolved, 30);
    const told = performance.now();
    await goesOn(Date.now(), pod);
    const isGone = async (): Promise<boolean> => {
      const left = await paths();
      return cut.every((path) => !left.includes(path));
    };
    await until("the paths that it cuts are gone", isGone, 40);
    await until("it is followed", async () => (await followupOf(resource))?.state === "watching", 30);
    console.log(
      `monday: the command took ${Math.round(after - from)} ms, resolved ${Math.round(told - after)} ms after it, ${cut.length} paths gone`,
    );
  },
);

test(
  "an edit whose workload nobody saw start breaks it, and is blamed with a witness and an undo",
  { timeout: 120_000 },
  async () => {
    const own: ResourceRef = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "writes" };
    await patch(own, [
      {
        op: "add",
        path: "/spec/template/spec/containers/0/securityContext",
        value: { readOnlyRootFilesystem: true },
      },
    ]);
    await until("it is blamed", async () => (await followupOf(own))?.state === "blamed", 60).catch(
      () => undefined,
    );
    const blamed = await followupOf(own);
    console.log(`monday: ${blamed?.text}`);
    expect(blamed).toMatchObject({ state: "blamed" });
    expect(blamed!.signs.map(({ field }) => field)).toContain("read-only-root-filesystem");
    await until("it is told", async () => hook.arrivals.some(({ text }) => text.includes('"blamed"')), 20);
    await patch(own, blamed!.undo);
    ready("deployment/writes", namespace);
    const { record: fared } = await asked<Actions>("/api/v1/actions");
    expect(fared.find(({ field }) => field === "read-only-root-filesystem")?.blamed).toBe(1);
  },
);

async function patch(resource: ResourceRef, operations: readonly object[]): Promise<void> {
  const { apiVersion, kind, namespace: of, name } = resource;
  const collection = collectionOf({
    apiVersion,
    kind,
    metadata: { name, ...(of === undefined ? {} : { namespace: of }) },
  });
  const { status, body } = await api.send(
    "PATCH",
    `${collection}/${name}?fieldManager=monday`,
    operations,
    "application/json-patch+json",
  );
  expect(status, body.message).toBe(200);
}

test("the first edit is confirmed once its time is over", { timeout: 120_000 }, async () => {
  const state = async (): Promise<string | undefined> => (await followupOf(first.resource))?.state;
  await until("it is confirmed", async () => (await state()) === "confirmed", 90).catch(() => undefined);
  const confirmed = await followupOf(first.resource);
  console.log(`monday: ${confirmed?.text}`);
  expect(confirmed).toMatchObject({ state: "confirmed" });
});

/** Of the record that `fix --apply` wrote. */
interface Made {
  readonly resource: ResourceRef;
  readonly undo: readonly object[];
}

test("somebody undoes it, and is told of within seconds", { timeout: 90_000 }, async () => {
  let said = "";
  const live = installed.listen((text) => (said += text));
  await until("the stream of events is open", async () => said !== "", 15);
  const before = hook.arrivals.length;
  const isOpened = (): boolean =>
    said
      .split("\n\n")
      .some((event) => event.includes('"opened"') && first.resolves.some((id) => event.includes(id)));
  const told = (): number | undefined =>
    hook.arrivals.slice(before).find(({ text }) => text.includes('"taken-back"'))?.at;
  const { changes } = JSON.parse(readFileSync(record, "utf8")) as { readonly changes: readonly Made[] };
  const at = Date.now();
  for (const { resource, undo } of changes) await patch(resource, undo);
  let event = 0;
  await until(
    "the drift is told, live and by the webhook",
    async () => {
      if (event === 0 && isOpened()) event = Date.now();
      return event > 0 && told() !== undefined;
    },
    15,
  ).catch(() => undefined);
  live.stop();
  console.log(
    `monday: the drift was told live after ${event - at} ms, by the webhook after ${(told() ?? Number.NaN) - at} ms`,
  );
  expect([event > 0, told() !== undefined]).toEqual([true, true]);
});
