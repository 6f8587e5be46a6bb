/** The service from end to end: a change in a real cluster becomes a finding, an answer, an event and a notice. */
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { readEvents, startService, type Service } from "./process.ts";

let plane: ControlPlane;
let hook: Server;
let kubeconfig: string;
let turn = 0;
const running: Service[] = [];
const received: { readonly signature: string; readonly body: string }[] = [];

beforeAll(async () => {
  plane = await startControlPlane(1);
  await plane.start(0);
  kubeconfig = writeKubeconfig(plane);
  await plane.send("POST", "/api/v1/namespaces", { metadata: { name: "shop" } });
  hook = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ signature: String(request.headers["x-plimsoll-signature"]), body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  for (const service of running.splice(0)) await service.end("SIGKILL");
});

afterAll(async () => {
  hook?.close();
  await plane?.stop();
});

function fresh(name: string): string {
  turn += 1;
  return join(plane.folder, `${turn}-${name}`);
}

async function start(args: readonly string[] = []): Promise<Service> {
  const service = await startService(["--kubeconfig", kubeconfig, ...args]);
  running.push(service);
  return service;
}

async function ready(service: Service): Promise<void> {
  await until("the service to be ready", async () => (await service.get("/readyz")).status === 200, 60);
}

const deployment = (name: string, privileged: boolean): object => ({
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: "app", image: "registry.example/app:1", securityContext: { privileged } }],
      },
    },
  },
});

const deployments = "/apis/apps/v1/namespaces/shop/deployments";
const idOf = (name: string): string =>
  `privileged-container:apps/v1/Deployment/shop/${name}:spec.template.spec.containers[app].securityContext.privileged`;

async function create(name: string, privileged = true): Promise<void> {
  const { status, text } = await plane.send(
    "POST",
    `${deployments}?fieldManager=tester`,
    deployment(name, privileged),
  );
  if (status !== 201) throw new Error(text);
}

interface Listed {
  readonly items: readonly { readonly finding: { readonly id: string } }[];
}

async function ids(service: Service, query: string): Promise<readonly string[]> {
  const { items } = await service.json<Listed>(`/api/v1/findings?${query}`);
  return items.map(({ finding }) => finding.id);
}

interface History {
  readonly items: readonly {
    readonly kind: string;
    readonly by?: { readonly manager?: string; readonly verb: string };
  }[];
}

async function historyOf(service: Service, id: string): Promise<History["items"]> {
  const { status, text } = await service.get(`/api/v1/findings/${encodeURIComponent(id)}/history`);
  return status === 200 ? (JSON.parse(text) as History).items : [];
}

function settingsWithHook(): string {
  const [secret, file] = [fresh("secret"), fresh("settings.yaml")];
  writeFileSync(secret, "hook-secret\n");
  const { port } = hook.address() as AddressInfo;
  writeFileSync(
    file,
    `egress: { allow: ["127.0.0.1"] }
notify:
  - { id: hook, kind: webhook, url: "http://127.0.0.1:${port}/x", secretFile: ${secret}, tell: [opened, fixed], perMinute: 600 }
`,
  );
  return file;
}

test("a change becomes a finding, an answer, a live event and a signed notice; a fix closes it", async () => {
  received.length = 0;
  const service = await start(["--store", fresh("store.db"), "--config", settingsWithHook()]);
  await ready(service);
  const live = readEvents(service);
  expect(await live.status).toBe(200);
  await until("the stream to begin", () => live.events.length > 0, 5);
  await create("web");
  const id = idOf("web");
  await until(
    "the finding",
    async () => (await ids(service, "name=web&control=privileged-container")).includes(id),
    20,
  );
  await until("the event", () => live.events.some(({ data }) => data.includes(id)), 10);
  await until("the notice", () => received.some(({ body }) => body.includes(id)), 15);
  const { signature, body } = received.find((message) => message.body.includes(id))!;
  const [, time = "", given = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  expect(given).toBe(createHmac("sha256", "hook-secret").update(`${time}.${body}`).digest("hex"));
  await plane.send("PUT", `${deployments}/web?fieldManager=fixer`, deployment("web", false));
  await until("the end", async () => (await historyOf(service, id)).length === 2, 20);
  expect((await historyOf(service, id)).map(({ kind, by }) => [kind, by?.manager])).toEqual([
    ["opened", "tester"],
    ["fixed", "fixer"],
  ]);
  live.stop();
});

test("a pod that lived for a moment keeps its history", async () => {
  const service = await start(["--store", fresh("store.db")]);
  await ready(service);
  const pod = {
    metadata: { name: "brief" },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: "app", image: "registry.example/app:1", securityContext: { privileged: true } }],
    },
  };
  await plane.send("POST", "/api/v1/namespaces/shop/serviceaccounts", { metadata: { name: "default" } });
  const made = await plane.send("POST", "/api/v1/namespaces/shop/pods", pod);
  expect(made.text).toContain('"brief"');
  await plane.send("DELETE", "/api/v1/namespaces/shop/pods/brief?gracePeriodSeconds=0");
  const id = "privileged-container:v1/Pod/shop/brief:spec.containers[app].securityContext.privileged";
  await until("its history", async () => (await historyOf(service, id)).length === 2, 20);
  expect((await historyOf(service, id)).map(({ kind }) => kind)).toEqual(["opened", "gone"]);
});

test("killed at any point and started again: what was acknowledged is there, once", async () => {
  const store = fresh("store.db");
  const seen = new Set<string>();
  let service = await start(["--store", store]);
  await ready(service);
  let last = "";
  for (let round = 0; round < 6; round += 1) {
    const live = readEvents(service, last === "" ? {} : { "last-event-id": last });
    for (let index = 0; index < 5; index += 1) await create(`k${round}-${index}`);
    await until("an event", () => live.events.some(({ event }) => event === "changes"), 20);
    await service.end("SIGKILL");
    await live.ended;
    for (const { id, event, data } of live.events) {
      if (id !== "") last = id;
      if (event !== "changes") continue;
      for (const change of (
        JSON.parse(data) as { readonly changes: readonly { readonly id: string; readonly kind: string }[] }
      ).changes)
        if (change.kind === "opened") seen.add(change.id);
    }
    service = await start(["--store", store]);
    await ready(service);
  }
  for (let round = 0; round < 6; round += 1)
    for (let index = 0; index < 5; index += 1) seen.add(idOf(`k${round}-${index}`));
  for (const id of seen) {
    const kinds = (await historyOf(service, id)).map(({ kind }) => kind);
    expect([id, kinds]).toEqual([id, ["opened"]]);
  }
  expect(seen.size).toBeGreaterThanOrEqual(30);
});

test("told to end, it ends cleanly and soon", async () => {
  const service = await start(["--store", fresh("store.db")]);
  await ready(service);
  expect(await service.end("SIGTERM")).toBe(0);
  expect(service.said()).toContain('"event":"ended"');
});

test("settings are taken while it runs; bad ones are told and the old ones stay", async () => {
  const file = fresh("settings.yaml");
  writeFileSync(file, "{}");
  await create("kept");
  const service = await start(["--store", fresh("store.db"), "--config", file]);
  await ready(service);
  const open = (): Promise<readonly string[]> =>
    ids(service, "name=kept&control=privileged-container&excepted=false");
  expect(await open()).toEqual([idOf("kept")]);
  writeFileSync(
    file,
    `exceptions: [{ id: ok, controls: [privileged-container], reason: r, owner: o, until: never, match: { name: kept } }]`,
  );
  await until("the exception", async () => (await open()).length === 0, 20);
  writeFileSync(file, "exceptions: nonsense");
  await until("the refusal", async () => (await service.get("/readyz")).text.includes("is refused"), 20);
  expect(await open()).toEqual([]);
  const { settings } = await service.json<{
    readonly settings: { readonly refused?: { readonly because: string } };
  }>("/api/v1/status");
  expect(settings.refused?.because).toContain("exceptions");
});
