/** Two replicas over one PostgreSQL, and readers whose rights a real API server decides. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { startPostgres, type Postgres } from "./postgres.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { readEvents, startService, type Service } from "./process.ts";

let plane: ControlPlane;
let postgres: Postgres;
let kubeconfig: string;
const running: Service[] = [];

beforeAll(async () => {
  [plane, postgres] = await Promise.all([startControlPlane(1), startPostgres()]);
  await plane.start(0);
  kubeconfig = writeKubeconfig(plane);
  for (const name of ["shop", "bank"]) await plane.send("POST", "/api/v1/namespaces", { metadata: { name } });
});

afterEach(async () => {
  for (const service of running.splice(0)) await service.end("SIGKILL");
});

afterAll(async () => {
  await plane?.stop();
  await postgres?.stop();
});

async function start(args: readonly string[], name: string): Promise<Service> {
  const service = await startService(["--kubeconfig", kubeconfig, ...args], { POD_NAME: name });
  running.push(service);
  return service;
}

async function create(namespace: string, name: string): Promise<void> {
  const container = { name: "app", image: "registry.example/app:1", securityContext: { privileged: true } };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  const body = { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template } };
  const { status, text } = await plane.send(
    "POST",
    `/apis/apps/v1/namespaces/${namespace}/deployments`,
    body,
  );
  if (status !== 201) throw new Error(text);
}

const idOf = (namespace: string, name: string): string =>
  `privileged-container:apps/v1/Deployment/${namespace}/${name}:spec.template.spec.containers[app].securityContext.privileged`;

async function kinds(service: Service, name: string): Promise<readonly string[]> {
  const { status, text } = await service.get(
    `/api/v1/findings/${encodeURIComponent(idOf("shop", name))}/history`,
  );
  if (status !== 200) return [];
  return (JSON.parse(text) as { readonly items: readonly { readonly kind: string }[] }).items.map(
    ({ kind }) => kind,
  );
}

async function leads(service: Service): Promise<boolean> {
  return (await service.json<{ readonly leads: boolean }>("/api/v1/status")).leads;
}

test("of two replicas one leads; killed or rolled, nothing is lost and nothing told twice", async () => {
  const args = ["--store", postgres.url, "--lease", "default/plimsoll"];
  const a = await start(args, "a");
  await until("a to lead", () => leads(a), 60);
  const b = await start(args, "b");
  await until("b to follow", async () => (await b.get("/readyz")).status === 200, 60);
  expect(await leads(b)).toBe(false);
  const live = readEvents(b);
  await create("shop", "one");
  await until("the finding at the follower", async () => (await kinds(b, "one")).length > 0, 30);
  await until(
    "the event at the follower",
    () => live.events.some(({ data }) => data.includes("/shop/one:")),
    30,
  );
  await a.end("SIGKILL");
  await create("shop", "two");
  await until("b to lead", () => leads(b), 60);
  await until("what came while nobody led", async () => (await kinds(b, "two")).length > 0, 30);
  const c = await start(args, "c");
  await until("c to follow", async () => (await c.get("/readyz")).status === 200, 60);
  live.stop();
  expect(await b.end("SIGTERM")).toBe(0);
  await create("shop", "three");
  await until("c to lead", () => leads(c), 60);
  await until("what came during the roll", async () => (await kinds(c, "three")).length > 0, 30);
  for (const name of ["one", "two", "three"])
    expect([name, await kinds(c, name)]).toEqual([name, ["opened"]]);
});

async function tokenOf(account: string, audience: string): Promise<string> {
  const path = `/api/v1/namespaces/shop/serviceaccounts/${account}/token`;
  const { json } = await plane.send("POST", path, { spec: { audiences: [audience] } });
  return (json() as { readonly status: { readonly token: string } }).status.token;
}

test("cases 82, 83, 85: tokens of Kubernetes, rights by RBAC; taken away, a stream ends", async () => {
  await create("shop", "seen");
  await create("bank", "vault");
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/shop";
  await plane.send("POST", "/api/v1/namespaces/shop/serviceaccounts", { metadata: { name: "reader" } });
  const rules = [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] }];
  await plane.send("POST", `${rbac}/roles`, { metadata: { name: "reader" }, rules });
  await plane.send("POST", `${rbac}/rolebindings`, {
    metadata: { name: "reader" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    subjects: [{ kind: "ServiceAccount", name: "reader", namespace: "shop" }],
  });
  const service = await start(["--auth", "tokens", "--store", join(plane.folder, "tokens.db")], "t");
  await until("the service to be ready", async () => (await service.get("/readyz")).status === 200, 60);
  const headers = { authorization: `Bearer ${await tokenOf("reader", "plimsoll")}` };
  const other = { authorization: `Bearer ${await tokenOf("reader", "other")}` };
  expect((await service.get("/api/v1/findings", other)).status).toBe(401);
  expect((await service.get("/api/v1/findings")).status).toBe(401);
  const { text } = await service.get("/api/v1/findings?limit=500", headers);
  expect(text).toContain(idOf("shop", "seen"));
  expect(text).not.toContain("/bank/");
  expect(
    (await service.get(`/api/v1/findings/${encodeURIComponent(idOf("bank", "vault"))}`, headers)).status,
  ).toBe(404);
  expect((await service.get("/api/v1/scores", headers)).status).toBe(403);
  const live = readEvents(service, headers);
  expect(await live.status).toBe(200);
  await create("shop", "later");
  await until("the event", () => live.events.some(({ data }) => data.includes("/shop/later:")), 20);
  await plane.send("DELETE", `${rbac}/rolebindings/reader`);
  const revoked = performance.now();
  await live.ended;
  expect(performance.now() - revoked).toBeLessThan(15_000);
  expect(JSON.stringify(live.events)).not.toContain("/bank/");
  expect(
    (await service.json<{ readonly items: readonly object[] }>("/api/v1/findings", headers)).items,
  ).toEqual([]);
  expect(service.said()).not.toContain(headers.authorization.slice(8, 60));
});

test("Kubernetes Events tell of a finding beside the object", async () => {
  const file = join(plane.folder, "events.yaml");
  writeFileSync(file, "notify: [{ id: events, kind: events, perMinute: 600 }]\n");
  const service = await start(["--store", join(plane.folder, "events.db"), "--config", file], "e");
  await until("the service to be ready", async () => (await service.get("/readyz")).status === 200, 60);
  await create("shop", "loud");
  const about = async (): Promise<boolean> => {
    const { text } = await plane.send("GET", "/apis/events.k8s.io/v1/namespaces/shop/events");
    return /"reason":"FindingOpened"/.test(text) && text.includes("shop/loud");
  };
  await until("the Event", about, 30);
});
