/**
 * The service on a disk that is really full: a small file system of its own, mounted by the test. It needs root; without
 * it the test fails, since what it holds was not tried.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { serveWords, startService, type Service } from "./process.ts";

let plane: ControlPlane;
let kubeconfig: string;
const mount = mkdtempSync(join(tmpdir(), "plimsoll-full-"));
let service: Service | undefined;

beforeAll(async () => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", mount]);
  plane = await startControlPlane(1);
  await plane.start(0);
  kubeconfig = writeKubeconfig(plane);
  await plane.send("POST", "/api/v1/namespaces", { metadata: { name: "shop" } });
});

afterAll(async () => {
  await service?.end("SIGKILL");
  await plane?.stop();
  if (existsSync(join(mount, "store.db"))) execFileSync("umount", [mount]);
  rmdirSync(mount);
});

let made = 0;
async function create(): Promise<void> {
  const name = `full-${(made += 1)}`;
  const container = { name: "app", image: "registry.example/app:1", securityContext: { privileged: true } };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  const body = { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template } };
  const { status, text } = await plane.send("POST", "/apis/apps/v1/namespaces/shop/deployments", body);
  if (status !== 201) throw new Error(text);
}

const idOf = (index: number): string =>
  `privileged-container:apps/v1/Deployment/shop/full-${index}:spec.template.spec.containers[app].securityContext.privileged`;

async function kindsOf(index: number): Promise<readonly string[]> {
  const { status, text } = await service!.get(`/api/v1/findings/${encodeURIComponent(idOf(index))}/history`);
  if (status !== 200) return [];
  return (JSON.parse(text) as { readonly items: readonly { readonly kind: string }[] }).items.map(
    ({ kind }) => kind,
  );
}

async function isReady(): Promise<boolean> {
  return (await service!.get("/readyz")).status === 200;
}

/** To the last byte: the service writes meanwhile, so how many that are is known only when no more fit. */
function fill(): void {
  const { bavail, bsize } = statfsSync(mount);
  try {
    writeFileSync(join(mount, "filler"), Buffer.alloc((bavail + 1) * bsize));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

const fullAtStart = `plimsoll: the store cannot be opened: no space is left where it is; nothing acknowledged is lost
  make room there and start it again, or give another with --store
`;

/** A service that is to end by itself. */
function serveToEnd(): ReturnType<typeof spawnSync> {
  return spawnSync(...serveWords(["--kubeconfig", kubeconfig, "--store", join(mount, "store.db")]), {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    timeout: 60_000,
  });
}

async function start(): Promise<void> {
  service = await startService(["--kubeconfig", kubeconfig, "--store", join(mount, "store.db")]);
}

test("case 110: on a full disk it says so, answers what it knows, loses nothing, and heals when there is space", async () => {
  await start();
  await until("the service to be ready", isReady, 60);
  await create();
  await until("the finding", async () => (await kindsOf(1)).length > 0, 20);
  fill();
  await until(
    "the service to say that it cannot write",
    async () => {
      await create();
      await new Promise((resolve) => setTimeout(resolve, 250));
      return !(await isReady());
    },
    60,
  );
  const acknowledged: number[] = [];
  for (let index = 1; index <= made; index += 1)
    if ((await kindsOf(index)).length > 0) acknowledged.push(index);
  expect(acknowledged).toContain(1);
  expect(acknowledged.length).toBeLessThan(made);
  const { text } = await service!.get("/readyz");
  expect(text).toContain("[-] store");
  expect((await service!.get("/livez")).status).toBe(200);
  const { troubles } = await service!.json<{ readonly troubles: readonly string[] }>("/api/v1/status");
  expect(troubles.join()).toContain("no space is left");
  rmSync(join(mount, "filler"));
  const took = await until("the service to be ready again", isReady, 40);
  for (let index = 1; index <= made; index += 1) {
    await until(`finding ${index}`, async () => (await kindsOf(index)).length > 0, 20);
    expect([index, await kindsOf(index)]).toEqual([index, ["opened"]]);
  }
  console.log(
    `full disk: ${made - acknowledged.length} of ${made} findings waited; ready ${(took / 1000).toFixed(1)} s after space came`,
  );
});

test("case 110: killed on a full disk and started again once there is space, it holds what it acknowledged", async () => {
  fill();
  for (let turn = 0; turn < 5; turn += 1) await create();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const acknowledged: number[] = [];
  for (let index = 1; index <= made; index += 1)
    if ((await kindsOf(index)).length > 0) acknowledged.push(index);
  await service!.end("SIGKILL");
  // What its log still has room for decides whether it begins.
  const refused = await startService(["--kubeconfig", kubeconfig, "--store", join(mount, "store.db")]).catch(
    (error: Error) => error.message,
  );
  if (typeof refused === "string") expect(refused).toMatch(/no space is left|does not answer/);
  else await refused.end("SIGKILL");
  rmSync(join(mount, "filler"));
  await start();
  await until("the service to be ready", isReady, 60);
  for (const index of acknowledged) expect([index, await kindsOf(index)]).toEqual([index, ["opened"]]);
  for (let index = 1; index <= made; index += 1)
    await until(`finding ${index}`, async () => (await kindsOf(index)).length > 0, 20);
  expect(readFileSync(join(mount, "store.db")).length).toBeGreaterThan(0);
  expect((await service!.get("/readyz")).text).not.toContain("lost something");
  console.log(
    `killed while full: ${typeof refused === "string" ? refused.trim().split("\n").at(-1) : "it began"}`,
  );
});

test("case 110: where the disk is full at the start it says what to do, and starts once there is space", async () => {
  await service!.end("SIGKILL");
  for (const end of ["", "-wal", "-shm"]) rmSync(join(mount, `store.db${end}`), { force: true });
  fill();
  const { status, stdout, stderr } = serveToEnd();
  expect([status, stdout, stderr]).toEqual([2, "", fullAtStart]);
  rmSync(join(mount, "filler"));
  await start();
  await until("the service to be ready", isReady, 60);
});
