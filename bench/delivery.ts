/**
 * Times a deed from when it is done to when a webhook has heard of it: the agent's own folding and shipping at its usual pace,
 * the service as a process of its own, and a webhook on the loopback address: `node bench/delivery.ts [DEEDS] [CONTAINERS]`.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Collector, createShip, namesById, Outbox, type AgentReport, type RawRecord } from "@plimsoll/agent";
import type { Resource } from "@plimsoll/core";
import { startApiServer } from "./apiserver.ts";
import { generate } from "./generate.ts";

const [deeds = 300, containers = 100] = process.argv.slice(2).map(Number);
/** As the agent is started: milliseconds between two batches, and of two deeds. */
const every = 500;
const apart = 70;
const objects = 1_000;
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const account = "system:serviceaccount:plimsoll:plimsoll-agent";
const pods = Array.from({ length: containers }, (_, index) => podOf(index));
const node: Resource = { apiVersion: "v1", kind: "Node", metadata: { name: "bench" } };
const server = await startApiServer([...generate(objects), node, ...pods], { name: account, node: "bench" });
const hook = await openHook();

function idOf(index: number): string {
  return index.toString(16).padStart(64, "0");
}

function podOf(index: number): Resource {
  const status = {
    phase: "Running",
    containerStatuses: [{ name: "app", containerID: `containerd://${idOf(index)}` }],
  };
  const spec = { nodeName: "bench", containers: [{ name: "app", image: "registry.example/app:1" }] };
  const metadata = { name: `bench-${index}`, namespace: "default", uid: `uid-${index}` };
  return { apiVersion: "v1", kind: "Pod", metadata, spec, status } as unknown as Resource;
}

/** When each detection was first heard of, by its message. */
async function openHook() {
  const heard: { readonly at: number; readonly because: string }[] = [];
  const listener = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { notices } = JSON.parse(text) as { readonly notices: readonly { readonly because?: string }[] };
      for (const { because = "" } of notices) heard.push({ at: Date.now(), because });
      response.end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  return { heard, port, close: () => void listener.close() };
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const kubeconfig = written(
  "kubeconfig.json",
  JSON.stringify({
    "current-context": "bench",
    clusters: [{ name: "c", cluster: { server: server.address } }],
    users: [{ name: "u", user: { token: "bench" } }],
    contexts: [{ name: "bench", context: { cluster: "c", user: "u" } }],
  }),
);
const settings = written(
  "settings.json",
  JSON.stringify({
    agents: { account },
    egress: { allow: ["127.0.0.1"] },
    notify: [
      {
        id: "hook",
        kind: "webhook",
        url: `http://127.0.0.1:${hook.port}/`,
        secretFile: written("secret", "s"),
        tell: ["detected"],
        perMinute: 600,
      },
    ],
  }),
);
const bundle = join(root, "dist/bin/main.js");
const program = existsSync(bundle) ? bundle : join(root, "packages/cli/src/main.ts");
const child = spawn(
  process.execPath,
  [
    program,
    "serve",
    "--auth",
    "tokens",
    "--listen",
    "127.0.0.1:0",
    "--kubeconfig",
    kubeconfig,
    "--config",
    settings,
    "--store",
    join(folder, "store.db"),
  ],
  { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } },
);
let said = "";
for (const stream of [child.stdout, child.stderr])
  stream.on("data", (chunk: Buffer) => (said += chunk.toString()));

async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  limit = 60,
): Promise<T> {
  for (const end = performance.now() + limit * 1_000; performance.now() < end && child.exitCode === null;) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(50);
  }
  throw new Error(`no ${what}:\n${said.slice(-2_000)}`);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function execOf(path: string): RawRecord {
  const file = { inode: 7n, device: 1, mode: 0o100755, owner: 0, group: 0 };
  return {
    kind: "exec",
    number: 0,
    flags: 0,
    process: 10,
    parent: 1,
    time: BigInt(Date.now()) * 1_000_000n,
    cgroup: 1n,
    user: 0,
    mountNamespace: 1,
    netNamespace: 1,
    result: 0,
    command: "x",
    root: 10,
    path,
    called: path,
    arguments: [path],
    file,
    capabilities: 0n,
    realUser: 0,
  } as unknown as RawRecord;
}

const report: AgentReport = {
  tier: "ebpf",
  refused: [],
  blind: [],
  lost: 0,
  nameless: 0,
  crowded: 0,
  failures: 0,
  givenUp: 0,
  spared: 0,
};

async function run(): Promise<void> {
  const address = await until("address", () => /on (http:\S+)/.exec(said)?.[1]);
  await until("service that is ready", async () =>
    (await fetch(`${address}/readyz`)).status === 200 ? true : undefined,
  );
  const ship = createShip({
    url: new URL(address),
    node: "bench",
    instance: "bench",
    version: "0",
    tokenFile: written("token", "agent"),
  });
  const collector = new Collector({
    bootedAt: 0,
    sensor: "plimsoll-ebpf",
    provenance: "bench",
    sight: { exec: "whole" },
    architecture: "x86_64",
    patience: 60_000,
    most: 5_000,
    watchEvery: 600_000,
  });
  const outbox = new Outbox(ship, () => collector.tellAgain());
  const container = (index: number) => ({ id: idOf(index % containers), pod: `uid-${index % containers}` });
  for (let index = 0; index < containers; index += 1)
    collector.take({ record: execOf("/usr/bin/app"), container: container(index), fromStart: true });
  const ticks = setInterval(() => outbox.add(collector.batch(namesById, Date.now()), () => report), every);
  await wait(3_000);
  const done = new Map<string, number>();
  for (let index = 0; index < deeds; index += 1) {
    const path = `/dev/shm/x${index}-`;
    done.set(path, Date.now());
    collector.take({ record: execOf(path), container: container(index), fromStart: true });
    await wait(apart);
  }
  await until("end of deliveries", () => (hook.heard.length > deeds ? true : undefined), 30).catch(
    () => undefined,
  );
  clearInterval(ticks);
  const delays = [...done].map(([path, at]) => {
    const found = hook.heard.find(({ because }) => because.includes(path));
    return found === undefined ? Number.POSITIVE_INFINITY : found.at - at;
  });
  const sorted = delays.toSorted((a, b) => a - b);
  const share = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1]!;
  console.log(
    `exec to delivered webhook, ${deeds} deeds in ${containers} containers, ${objects} objects, program ${program === bundle ? "bundled" : "from source"}: p50 ${share(0.5)} ms, p99 ${share(0.99)} ms, most ${sorted.at(-1)} ms`,
  );
  const untold = delays.filter((each) => each === Number.POSITIVE_INFINITY).length;
  if (untold > 0) throw new Error(`${untold} deeds were not told:\n${said.slice(-2_000)}`);
}

try {
  await run();
} finally {
  child.kill();
  hook.close();
  server.stop();
  rmSync(folder, { recursive: true });
}
