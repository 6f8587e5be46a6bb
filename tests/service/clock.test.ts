/**
 * The service while its wall clock is set back and forth, as the whole process sees it (`clock.c`): it goes on, tells of every
 * change once and in order, keeps its lead and what it holds, and does not run wild.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openSqliteStore } from "../../packages/server/src/store/sqlite/open.ts";
import { startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { readEvents, startService, type Service } from "./process.ts";
import { libraryOf } from "./program.ts";

const hour = 3_600;
const day = 24 * hour;
/** 2040, beyond what 32 bits count. */
const far = 5_000 * day;
const { clock, disk } = openWorld();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-clock-"));
const ahead = join(folder, "ahead");
let plane: ControlPlane;
let hook: Server;
let service: Service | undefined;
const told: string[] = [];

/** Written in place: the program has it mapped. */
function setClock(seconds: number): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(seconds));
  const file = openSync(ahead, "r+");
  writeSync(file, bytes, 0, 8, 0);
  closeSync(file);
}

beforeAll(async () => {
  writeFileSync(ahead, Buffer.alloc(8));
  plane = await startControlPlane(1);
  await plane.start(0);
  await plane.send("POST", "/api/v1/namespaces", { metadata: { name: "shop" } });
  hook = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { notices } = JSON.parse(body) as {
        readonly notices: readonly { readonly id?: string; readonly what: string }[];
      };
      told.push(...notices.filter(({ what }) => what === "opened").map(({ id = "" }) => id));
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await service?.end("SIGKILL");
  hook?.close();
  await plane?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const idOf = (name: string): string =>
  `privileged-container:apps/v1/Deployment/shop/${name}:spec.template.spec.containers[app].securityContext.privileged`;

async function create(name: string): Promise<void> {
  const container = { name: "app", image: "registry.example/app:1", securityContext: { privileged: true } };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  const body = { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template } };
  const { status, text } = await plane.send("POST", "/apis/apps/v1/namespaces/shop/deployments", body);
  if (status !== 201) throw new Error(text);
}

/** Seconds of the processor that a process has used, by the kernel's count. */
function usedBy(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const steps = [0, hour, -hour, day, -day, far, 0, far, -day, 0, -400 * day, 0];

test("D5: its clock set back and forth, the service tells of each change once and in order, keeps its lead and stays calm", async () => {
  const [secret, settings, store] = ["secret", "settings.yaml", "store.db"].map((name) => join(folder, name));
  writeFileSync(secret!, "hook-secret\n");
  const { port } = hook.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/x`;
  writeFileSync(
    settings!,
    `egress: { allow: ["127.0.0.1"] }\nnotify: [{ id: hook, kind: webhook, url: "${url}", secretFile: ${secret}, tell: [opened], perMinute: 600 }]\n`,
  );
  const args = ["--kubeconfig", writeKubeconfig(plane), "--store", store!, "--config", settings!];
  service = await startService([...args, "--lease", "default/plimsoll"], {
    LD_PRELOAD: libraryOf("clock.c", folder),
    PLIMSOLL_CLOCK: ahead,
    POD_NAME: "a",
  });
  const running = service;
  interface Status {
    readonly leads: boolean;
    readonly now: number;
    readonly troubles: readonly string[];
  }
  const status = () => running.json<Status>("/api/v1/status");
  await until("the service to lead", async () => (await status()).leads, 60);
  await until("the service to be ready", async () => (await running.get("/readyz")).status === 200, 60);
  const live = readEvents(running);
  const names: string[] = [];
  for (const [index, step] of steps.entries()) {
    setClock(step);
    const { now } = await status();
    expect(Math.abs(now - (Date.now() + step * 1000))).toBeLessThan(60_000);
    const name = `step-${index}`;
    names.push(name);
    await create(name);
    await until(
      `${name} to be told live`,
      () => live.events.some(({ data }) => data.includes(`/shop/${name}:`)),
      30,
    );
    await until(`${name} to be told the hook`, () => told.includes(idOf(name)), 30);
    const before = usedBy(running.pid);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // A timer that runs wild takes a whole processor.
    expect([step, usedBy(running.pid) - before < 0.7]).toEqual([step, true]);
    expect([step, (await status()).leads, (await running.get("/readyz")).status]).toEqual([step, true, 200]);
  }
  expect((await status()).troubles).toEqual([]);
  live.stop();
  expect(told.filter((id) => id.includes("/shop/step-"))).toEqual(names.map(idOf));
  expect(await running.end("SIGTERM")).toBe(0);
  expect(running.said()).not.toMatch(/this is a bug of ours|TimeoutOverflowWarning/);
  const held = await openSqliteStore({ clock, disk, file: store! });
  const [cluster = ""] = await held.clusters();
  const history = (await held.historySince(cluster, 0, 5_000)).filter(({ id }) =>
    names.some((name) => id === idOf(name)),
  );
  expect(history.map(({ id, kind }) => [id, kind])).toEqual(names.map((name) => [idOf(name), "opened"]));
  // Each is dated as the clock stood, and stands where it happened.
  for (const [index, { at }] of history.entries())
    expect([index, Math.abs(at - (Date.now() + steps[index]! * 1000)) < 300_000]).toEqual([index, true]);
  expect(history.map(({ sequence }) => sequence)).toEqual(
    history.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
  );
  expect(await held.verify()).toEqual([]);
  await held.close();
}, 180_000);
