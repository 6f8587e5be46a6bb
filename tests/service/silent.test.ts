/** The service among others that accept and never answer: it ends in time, and what it could not tell is told later. */
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startRelay, type Relay } from "../relay.ts";
import { startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { startService, type Service } from "./process.ts";

let plane: ControlPlane;
let relay: Relay;
let kubeconfig: string;
let service: Service | undefined;
const met = new Map<string, Socket[]>();

/** Reads nothing, says nothing, ends nothing. */
async function silent(name: string): Promise<number> {
  met.set(name, []);
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    met.get(name)!.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  plane = await startControlPlane(1);
  await plane.start(0);
  await plane.send("POST", "/api/v1/namespaces", { metadata: { name: "shop" } });
  relay = await startRelay(plane.ports[0]!);
  kubeconfig = writeKubeconfig({ ...plane, ports: [relay.port] });
});

afterEach(async () => {
  relay.silent = false;
  await service?.end("SIGKILL");
});

afterAll(async () => {
  for (const sockets of met.values()) for (const socket of sockets) socket.destroy();
  await relay?.close();
  await plane?.stop();
});

async function create(name: string): Promise<void> {
  const container = { name: "app", image: "registry.example/app:1", securityContext: { privileged: true } };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  const body = { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template } };
  const { status, text } = await plane.send("POST", "/apis/apps/v1/namespaces/shop/deployments", body);
  if (status !== 201) throw new Error(text);
}

async function settings(): Promise<string> {
  const file = join(plane.folder, "settings.yaml");
  const secret = join(plane.folder, "secret");
  writeFileSync(secret, "hook-secret\n");
  const to = async (name: string): Promise<string> => `host: 127.0.0.1, port: ${await silent(name)}`;
  writeFileSync(
    file,
    `egress: { allow: ["127.0.0.1"] }
notify:
  - { id: webhook, kind: webhook, url: "http://127.0.0.1:${await silent("webhook")}/", secretFile: ${secret}, tell: [opened] }
  - { id: smtp, kind: smtp, ${await to("smtp")}, from: p@example.com, to: [a@example.com], tell: [opened] }
  - { id: syslog, kind: syslog, ${await to("syslog")}, tls: false, format: ocsf, tell: [opened] }
  - { id: syslog-tls, kind: syslog, ${await to("syslog-tls")}, format: cef, tell: [opened] }
`,
  );
  return file;
}

interface Status {
  readonly notices: { readonly waiting: number; readonly delivered: number };
}

test("told to end while nobody it tells answers, and the API server does not either, it ends, and holds what it could not tell", async () => {
  const args = [
    "--kubeconfig",
    kubeconfig,
    "--store",
    join(plane.folder, "silent.db"),
    "--config",
    await settings(),
  ];
  service = await startService([...args, "--lease", "default/silent"], { POD_NAME: "a" });
  const isReady = async (): Promise<boolean> => (await service!.get("/readyz")).status === 200;
  await until("the service to be ready", isReady, 60);
  await create("told");
  for (const [name, sockets] of met) await until(`${name} to be met`, () => sockets.length > 0, 30);
  // What they do not answer holds up nobody who asks, nor what comes next.
  await create("next");
  const found = async (): Promise<boolean> =>
    (await service!.get("/api/v1/findings?search=shop/next&limit=1")).text.includes("/shop/next:");
  await until("the next finding", found, 30);
  const { notices } = await service.json<Status>("/api/v1/status");
  // A syslog server's kernel takes what it never reads: the three others wait.
  expect(notices.waiting).toBeGreaterThanOrEqual(3);
  relay.silent = true;
  const begun = performance.now();
  expect(await service.end("SIGTERM")).toBe(0);
  // As long as Kubernetes gives it.
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect(service.said()).toMatch(/notice-failed.*the service ends/);
  relay.silent = false;
  service = await startService([...args, "--lease", "default/silent"], { POD_NAME: "a" });
  await until("the service to be ready again", isReady, 60);
  const again = await service.json<Status>("/api/v1/status");
  // Of the four the syslog server without TLS may have been told meanwhile: its kernel takes what it never reads.
  expect(again.notices.waiting).toBeGreaterThanOrEqual(notices.waiting * 0.75);
}, 180_000);
