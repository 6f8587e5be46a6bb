/**
 * Monday morning, from end to end, with everything that is installed: the service and the agent as processes of their own
 * beside a real cluster. What to do first is asked for, judged, done, and watched: the path is gone, the finding resolved,
 * the workload goes on, the edit is confirmed; another edit breaks what it changes, and is blamed; then somebody undoes the
 * first, and is told of within seconds.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttackPath, Edit, PatchOperation, Priorities, Resource } from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEvents, startService, type Service } from "../service/process.ts";
import { agentPod, namespace, workload } from "./monday/world.ts";
import { collectionOf, kubeconfigOf, openApi, until } from "./api.ts";

const api = openApi(kubeconfigOf("admin"));
const folder = mkdtempSync(join(tmpdir(), "plimsoll-monday-"));
const root = join(import.meta.dirname, "../..");
const notices: { readonly at: number; readonly text: string }[] = [];
let hook: Server;
let service: Service;
let agent: ChildProcess;
let agentSaid = "";
let headers: { readonly [name: string]: string };

beforeAll(async () => {
  await removeAll();
  hook = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      notices.push({ at: performance.now(), text });
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  for (const name of [namespace, "plimsoll"])
    await post({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const name of ["plimsoll-agent", "reader"])
    await post({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "plimsoll" } });
  await post({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "monday-reader" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", namespace: "plimsoll", name: "reader" }],
  });
  await post(agentPod);
  // Nobody saw it start, so that what it does then is not known.
  for (const resource of workload("writes", "mkdir -p /var/kept && date >/var/kept/start"))
    await post(resource);
  await ready("writes");
  service = await startService(["--kubeconfig", kubeconfigOf("admin"), "--auth", "tokens", ...placesFor()]);
  headers = { authorization: `Bearer ${await token("reader")}` };
  await startAgent();
  for (const resource of workload("web", "true")) await post(resource);
  await ready("web");
  expect(await answer("web")).toBe("ok");
}, 150_000);

afterAll(async () => {
  agent?.kill("SIGTERM");
  await service?.end("SIGTERM");
  hook?.close();
  await removeAll();
  await api.close();
  rmSync(folder, { recursive: true });
}, 120_000);

async function removeAll(): Promise<void> {
  await api.send("DELETE", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/monday-reader");
  const names = [namespace, "plimsoll"];
  for (const name of names) await api.send("DELETE", `/api/v1/namespaces/${name}`);
  const gone = async (): Promise<boolean> =>
    (await Promise.all(names.map((name) => api.send("GET", `/api/v1/namespaces/${name}`)))).every(
      ({ status }) => status === 404,
    );
  await until("the namespaces are gone", gone, 90);
}

async function post(resource: Resource): Promise<void> {
  await until(`${resource.kind} ${resource.metadata.name} is taken`, async () => {
    const { status, body } = await api.send("POST", collectionOf(resource), resource);
    if (status === 403 && /serviceaccount ".*" not found/.test(body.message ?? "")) return false;
    expect([201, 409], body.message).toContain(status);
    return true;
  });
}

const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;

async function ready(name: string): Promise<void> {
  await until(
    `${name} is ready`,
    async () => {
      const { body } = await api.send("GET", `${deployments}/${name}`);
      const { status, metadata } = body as unknown as {
        readonly metadata: { readonly generation: number };
        readonly status: {
          readonly observedGeneration?: number;
          readonly readyReplicas?: number;
          readonly updatedReplicas?: number;
        };
      };
      return (
        status.observedGeneration === metadata.generation &&
        status.readyReplicas === 1 &&
        status.updatedReplicas === 1
      );
    },
    60,
  );
}

async function answer(name: string): Promise<string> {
  const { body } = await api.send("GET", `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`);
  const pods = (body.items ?? []) as unknown as readonly {
    readonly metadata: { readonly deletionTimestamp?: string };
    readonly status: { readonly podIP?: string };
  }[];
  const pod = pods.find(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status.podIP !== undefined,
  );
  const text = await fetch(`http://${pod?.status.podIP}:8080/`, { signal: AbortSignal.timeout(5_000) });
  return (await text.text()).trim();
}

async function token(account: string, bound?: object): Promise<string> {
  const spec = {
    audiences: ["plimsoll"],
    expirationSeconds: 3600,
    ...(bound === undefined ? {} : { boundObjectRef: bound }),
  };
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
  const answered = await api.send(
    "POST",
    `/api/v1/namespaces/plimsoll/serviceaccounts/${account}/token`,
    body,
  );
  expect(answered.status, answered.body.message).toBe(201);
  return (answered.body as unknown as { readonly status: { readonly token: string } }).status.token;
}

function placesFor(): readonly string[] {
  const [secret, file] = [join(folder, "secret"), join(folder, "settings.yaml")];
  writeFileSync(secret, "hook-secret\n");
  const { port } = hook.address() as AddressInfo;
  // Minutes stand for days here.
  writeFileSync(
    file,
    `agents: { account: "system:serviceaccount:plimsoll:plimsoll-agent" }
evidence: { hours: 0, replicas: 1 }
followup: { minutes: 1 }
egress: { allow: ["127.0.0.1"] }
notify:
  - { id: hook, kind: webhook, url: "http://127.0.0.1:${port}/x", secretFile: ${secret}, tell: [blamed, confirmed, taken-back], severity: low, namespaces: [monday], perMinute: 600 }
`,
  );
  return ["--store", join(folder, "store.db"), "--config", file];
}

/** With a token that proves the node, as the DaemonSet's pod is given one. */
async function startAgent(): Promise<void> {
  const path = "/api/v1/namespaces/plimsoll/pods/plimsoll-agent";
  let uid = "";
  await until("the agent's pod runs", async () => {
    const { body } = await api.send("GET", path);
    uid = body.metadata.uid ?? "";
    return (body as unknown as { readonly status?: { readonly phase?: string } }).status?.phase === "Running";
  });
  const file = join(folder, "token");
  writeFileSync(
    file,
    await token("plimsoll-agent", { kind: "Pod", apiVersion: "v1", name: "plimsoll-agent", uid }),
  );
  agent = spawn(process.execPath, [join(root, "packages/agent/src/main.ts")], {
    env: {
      ...process.env,
      PLIMSOLL_SERVICE: service.address,
      PLIMSOLL_NODE: "plimsoll-node",
      PLIMSOLL_TOKEN: file,
      PLIMSOLL_PROBE: "0",
      PLIMSOLL_CALLS: "true",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  agent.stderr!.on("data", (chunk: Buffer) => (agentSaid += chunk.toString()));
  await until(`the agent looks: ${agentSaid}`, async () => agentSaid.includes('"looking"'), 30);
}

interface Actions {
  readonly priorities: Priorities;
  readonly edits: readonly Edit[];
  readonly record: readonly { readonly field: string; readonly confirmed: number; readonly blamed: number }[];
}

interface Followup {
  readonly edit: string;
  readonly resource: { readonly name: string };
  readonly state: string;
  readonly text: string;
  readonly undo: readonly PatchOperation[];
  readonly signs: readonly { readonly kind: string; readonly field: string; readonly text: string }[];
}

const actions = (): Promise<Actions> => service.json<Actions>("/api/v1/actions", headers);

async function followupOf(name: string): Promise<Followup | undefined> {
  const { items } = await service.json<{ readonly items: readonly Followup[] }>("/api/v1/followups", headers);
  return items.find(({ resource }) => resource.name === name);
}

/** Each by where it begins, ends and by what steps; `cutBy`: only those that this edit cuts. */
async function pathsFrom(name: string, cutBy?: string): Promise<readonly string[]> {
  const { paths } = await service.json<{ readonly paths: { readonly top: readonly AttackPath[] } }>(
    "/api/v1/paths",
    headers,
  );
  return paths.top
    .filter((path) => JSON.stringify(path).includes(`${namespace}/${name}`))
    .filter((path) => cutBy === undefined || path.cutBy.includes(cutBy))
    .map(({ entry, target, steps }) => [entry, target, ...steps.map(({ by }) => by)].join(" "));
}

async function patch(name: string, operations: readonly PatchOperation[]): Promise<void> {
  const { status, body } = await api.send(
    "PATCH",
    `${deployments}/${name}?fieldManager=monday`,
    operations,
    "application/json-patch+json",
  );
  expect(status, body.message).toBe(200);
}

async function failing(name: string): Promise<readonly string[]> {
  const query = `namespace=${namespace}&outcome=fail&limit=500`;
  const { items } = await service.json<{
    readonly items: readonly { readonly finding: { readonly id: string } }[];
  }>(`/api/v1/findings?${query}`, headers);
  return items.map(({ finding }) => finding.id).filter((id) => id.includes(`/${name}:`));
}

/** Edits of one workload that may be made as they are, those of Act first. */
async function proposed(name: string): Promise<{ readonly rank: number; readonly edit: Edit } | undefined> {
  const { priorities, edits } = await actions();
  const rank = priorities.act.findIndex(({ edit: id }) => {
    const edit = edits.find((each) => each.id === id);
    return (
      edit !== undefined &&
      !edit.byHand &&
      edit.resource.namespace === namespace &&
      edit.resource.name === name
    );
  });
  const edit = edits.find(({ id }) => id === priorities.act[rank]?.edit);
  return edit === undefined ? undefined : { rank: rank + 1, edit };
}

let first: Edit;
let cut: readonly string[];

test("what to do first, and what is known of it", { timeout: 90_000 }, async () => {
  let found: Awaited<ReturnType<typeof proposed>>;
  await until(
    "the first edit is judged by what the agent saw",
    async () => {
      found = await proposed("web").catch(() => undefined);
      return ["clear", "repaired"].includes(found?.edit.verdict?.verdict ?? "");
    },
    60,
  ).catch(() => undefined);
  console.log(`monday: number ${found?.rank} of Act: ${found?.edit.title}: ${found?.edit.verdict?.text}`);
  expect(found?.edit.verdict?.verdict, JSON.stringify(found?.edit.verdict)).toMatch(/clear|repaired/);
  first = found!.edit;
  cut = await pathsFrom("web", first.id);
  expect(cut.length).toBeGreaterThan(0);
});

test(
  "made, the path is gone, the findings are resolved, the workload goes on",
  { timeout: 90_000 },
  async () => {
    const began = performance.now();
    await patch("web", first.operations);
    await until(
      "the findings are resolved",
      async () => {
        const left = await failing("web");
        return first.resolves.every((id) => !left.includes(id));
      },
      30,
    );
    const took = performance.now() - began;
    await ready("web");
    expect(await answer("web")).toBe("ok");
    const isGone = async (): Promise<boolean> => {
      const left = await pathsFrom("web");
      return cut.every((path) => !left.includes(path));
    };
    await until("the paths that it cuts are gone", isGone, 30);
    await until("it is followed", async () => (await followupOf("web"))?.state === "watching", 20);
    console.log(`monday: resolved after ${Math.round(took)} ms`);
  },
);

test(
  "an edit whose workload nobody saw start breaks it, and is blamed with a witness and an undo",
  { timeout: 120_000 },
  async () => {
    const { edits } = await service.json<{ readonly edits: readonly Edit[] }>("/api/v1/actions", headers);
    const operations: readonly PatchOperation[] = [
      {
        op: "add",
        path: "/spec/template/spec/containers/0/securityContext",
        value: { readOnlyRootFilesystem: true },
      },
    ];
    expect(edits.length).toBeGreaterThan(0);
    await patch("writes", operations);
    await until("it is blamed", async () => (await followupOf("writes"))?.state === "blamed", 60).catch(
      () => undefined,
    );
    const blamed = await followupOf("writes");
    console.log(`monday: ${blamed?.text}`);
    expect(blamed).toMatchObject({ state: "blamed" });
    expect(blamed!.signs.map(({ field }) => field)).toContain("read-only-root-filesystem");
    await until("it is told", async () => notices.some(({ text }) => text.includes('"blamed"')), 20);
    await patch("writes", blamed!.undo);
    await ready("writes");
    expect((await actions()).record.find(({ field }) => field === "read-only-root-filesystem")?.blamed).toBe(
      1,
    );
  },
);

test("the first edit is confirmed once its time is over", { timeout: 100_000 }, async () => {
  await until("it is confirmed", async () => (await followupOf("web"))?.state === "confirmed", 90).catch(
    () => undefined,
  );
  const confirmed = await followupOf("web");
  console.log(`monday: ${confirmed?.text}`);
  expect(confirmed).toMatchObject({ state: "confirmed" });
});

test("somebody undoes it, and is told of within seconds", { timeout: 60_000 }, async () => {
  const live = readEvents(service, headers);
  expect(await live.status).toBe(200);
  const [before, at] = [notices.length, performance.now()];
  const undo = (await followupOf("web"))!.undo;
  await patch("web", undo);
  const since = (): number => Math.round(performance.now() - at);
  const opened = (text: string): boolean =>
    text.includes('"opened"') && text.includes("privileged-container") && text.includes("monday");
  let [event, notice] = [0, 0];
  await until(
    "the drift is told, live and by the webhook",
    async () => {
      if (event === 0 && live.events.some(({ data }) => opened(data))) event = since();
      if (notice === 0 && notices.slice(before).some(({ text }) => text.includes('"taken-back"')))
        notice = since();
      return event > 0 && notice > 0;
    },
    10,
  ).catch(() => undefined);
  live.stop();
  console.log(`monday: the drift was told live after ${event} ms, by the webhook after ${notice} ms`);
  expect([event > 0, notice > 0]).toEqual([true, true]);
});
