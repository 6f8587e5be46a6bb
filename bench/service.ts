/**
 * Times the service as a process of its own, from a change in the cluster to the event that tells of its finding, to the
 * findings of a policy and the paths of a binding that are right again, and its answers to queries (S1 to S6 and S10 of the goals): `node bench/service.ts [OBJECTS] [SECONDS]`. The API server beside it is ours, on the loopback address.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, Resource } from "@plimsoll/core";
import { startApiServer } from "./apiserver.ts";
import { generate } from "./generate.ts";

const [objects = 10_000, seconds = 10] = process.argv.slice(2).map(Number);
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const admission = "admissionregistration.k8s.io/v1";
const rbac = "rbac.authorization.k8s.io";
const held = [...generate(objects), policy("true"), policyBinding(), bindingOf("view")];
const server = await startApiServer(held);
const kubeconfig = join(folder, "kubeconfig.json");
writeFileSync(
  kubeconfig,
  JSON.stringify({
    "current-context": "bench",
    clusters: [{ name: "c", cluster: { server: server.address } }],
    users: [{ name: "u", user: { token: "bench" } }],
    contexts: [{ name: "bench", context: { cluster: "c", user: "u" } }],
  }),
);
const bundle = join(root, "dist/bin/main.js");
const program = existsSync(bundle) ? bundle : join(root, "packages/cli/src/main.ts");
const store = join(folder, "store.db");
const child = spawn(
  process.execPath,
  [program, "serve", "--listen", "127.0.0.1:0", "--kubeconfig", kubeconfig, "--store", store],
  { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } },
);
const began = performance.now();
let said = "";
for (const stream of [child.stdout, child.stderr])
  stream.on("data", (chunk: Buffer) => (said += chunk.toString()));

async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  limit = 120,
): Promise<T> {
  for (const end = performance.now() + limit * 1_000; performance.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no ${what}:\n${said.slice(-2_000)}`);
}

interface Spent {
  readonly cpu: number;
  /** Of it in the thread that watches, judges single objects and answers. */
  readonly watching: number;
  readonly rss: number;
  readonly peak: number;
}

/** Processor seconds and megabytes of the service. */
function spent(): Spent {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  const cpu = secondsOf(`/proc/${child.pid}/stat`);
  const watching = secondsOf(`/proc/${child.pid}/task/${child.pid}/stat`);
  return { cpu, watching, rss: of("VmRSS"), peak: of("VmHWM") };
}

function secondsOf(file: string): number {
  const fields = readFileSync(file, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

interface Status {
  readonly judged: {
    readonly revision: number;
    readonly findings: number;
    readonly report?: number;
    readonly at?: number;
  };
  readonly store: { readonly sequence: number };
  readonly synced: boolean;
}

async function run(): Promise<void> {
  const link = await until("link", () => /(http\S+\/login\/\S+)/.exec(said)?.[1]);
  const address = new URL(link).origin;
  const login = await fetch(link, { redirect: "manual" });
  const [cookie = ""] = (login.headers.get("set-cookie") ?? "").split(";");
  const status = async (): Promise<Status> =>
    (await (await fetch(`${address}/api/v1/status`, { headers: { cookie } })).json()) as Status;
  await until("findings", async () => {
    const { synced, judged, store: written } = await status().catch(() => ({}) as Status);
    return synced && written.sequence > 0 && judged.findings === judged.revision ? true : undefined;
  });
  const first = { wall: (performance.now() - began) / 1_000, ...spent() };
  await until("report", async () => {
    const { judged } = await status();
    return judged.report === judged.revision ? true : undefined;
  });
  const settled = { wall: (performance.now() - began) / 1_000, ...spent() };
  console.log(`${objects} objects, program ${program === bundle ? "bundled" : "from source"}`);
  line("S1 start, first sync, all findings stored", first);
  line("   and paths, priorities, report", settled);
  await queries(address, cookie);
  await again("S5 a policy that fails everywhere", status, [policy("false")]);
  await again("   and is mended", status, [policy("true")]);
  await again("S6 a binding of every account", status, [bindingOf("cluster-admin")]);
  const heard = await listen(address, cookie);
  await change("S3 20 changes a second", heard, 20, seconds);
  await change("S4 burst, 200 changes a second", heard, 200, seconds / 2);
  heard.stop();
  const end = spent();
  console.log(`S2 memory: ${end.rss.toFixed(0)} MB at the end, ${end.peak.toFixed(0)} MB at its peak`);
}

function line(title: string, { wall, cpu, watching, rss }: Spent & { readonly wall: number }): void {
  console.log(
    `${title.padEnd(44)} ${wall.toFixed(1)} s, ${cpu.toFixed(1)} s CPU, ${watching.toFixed(1)} of it watching, RSS ${rss.toFixed(0)} MB`,
  );
}

/** Each query, at rest, as a page of the web interface or a script would ask it. */
const asked = [
  "findings?limit=100",
  "findings?limit=100&severity=critical&sort=severity&descending=true",
  "findings?limit=100&search=api-1",
  "findings?limit=100&namespace=team-7&control=missing-memory-limit",
  "findings/groups?by=control",
  "findings/groups?by=namespace",
  "resources?limit=100&search=web",
  "scores",
  "actions",
  "paths",
];

async function queries(address: string, cookie: string): Promise<void> {
  const times: { readonly query: string; readonly ms: number }[] = [];
  for (let turn = 0; turn < 20; turn += 1)
    for (const query of asked) {
      const at = performance.now();
      const answer = await fetch(`${address}/api/v1/${query}`, { headers: { cookie } });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${query}: ${answer.status}`);
      times.push({ query, ms: performance.now() - at });
    }
  times.sort((a, b) => a.ms - b.ms);
  const at = percentiles(times.map(({ ms }) => ms));
  console.log(
    `S10 ${times.length} queries of ${asked.length} kinds        ms: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, the slowest /${times.at(-1)!.query}`,
  );
}

/** Of milliseconds, by share (0..1); `NaN` where there are none. */
function percentiles(found: readonly number[]): (share: number) => string {
  const sorted = found.toSorted((a, b) => a - b);
  return (share) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(0);
}

/** From a change that touches everything until findings, then paths, are right again. */
async function again(
  title: string,
  status: () => Promise<Status>,
  resources: readonly Resource[],
): Promise<void> {
  const before = await status();
  const [start, cpu] = [performance.now(), spent().cpu];
  for (const resource of resources) server.put(resource);
  const since = (): string => ((performance.now() - start) / 1_000).toFixed(1);
  await until("change", async () =>
    (await status()).judged.revision > before.judged.revision ? true : undefined,
  );
  await until("findings", async () => {
    const { judged } = await status();
    return judged.findings === judged.revision ? true : undefined;
  });
  const findings = since();
  await until("report", async () => {
    const { judged } = await status();
    return judged.report === judged.revision ? true : undefined;
  });
  console.log(
    `${title.padEnd(36)} findings after ${findings} s, paths and report after ${since()} s, ${(spent().cpu - cpu).toFixed(1)} s CPU`,
  );
}

function policy(expression: string): Resource {
  const resources = {
    apiGroups: ["apps"],
    apiVersions: ["v1"],
    operations: ["CREATE"],
    resources: ["deployments"],
  };
  return {
    apiVersion: admission,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "bench" },
    spec: { matchConstraints: { resourceRules: [resources] }, validations: [{ expression }] },
  };
}

function policyBinding(): Resource {
  return {
    apiVersion: admission,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "bench" },
    spec: { policyName: "bench", validationActions: ["Deny"] },
  };
}

/** Gives a role to every account. */
function bindingOf(role: string): Resource {
  return {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "bench" },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: rbac, kind: "Group", name: "system:serviceaccounts" }],
  };
}

interface Heard {
  /** Called once for each event that names this finding. */
  readonly on: Map<string, () => void>;
  readonly stop: () => void;
}

async function listen(address: string, cookie: string): Promise<Heard> {
  const controller = new AbortController();
  const on = new Map<string, () => void>();
  const answer = await fetch(`${address}/api/v1/events`, { headers: { cookie }, signal: controller.signal });
  void (async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      // Too much came at once to be told one by one: what it meant for each finding was not measured.
      if (parts.some((part) => part.includes("event: reset"))) {
        console.log(`   the stream was reset: ${on.size} changes not measured`);
        on.clear();
      }
      for (const id of parts.join("\n").matchAll(/"id":"(privileged-container:[^"]*)"/g)) {
        on.get(id[1]!)?.();
        on.delete(id[1]!);
      }
    }
  })().catch(() => undefined);
  return { on, stop: () => controller.abort() };
}

/** The next deployment to change: none twice in a row, so that no change undoes one that was not told yet. */
let nextOf = 0;

/** Each change makes a container privileged that was not, or the other way round: it opens or mends one finding. */
async function change(title: string, heard: Heard, rate: number, length: number): Promise<void> {
  const deployments = held.flatMap((each, index) => (each.kind === "Deployment" ? [index] : []));
  const latencies: number[] = [];
  const before = spent();
  const start = performance.now();
  const total = Math.round(rate * length);
  for (let turn = 0; turn < total; turn += 1) {
    const wait = start + (turn * 1_000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const index = deployments[(nextOf += 1) % deployments.length]!;
    const next = flipped(held[index]!);
    held[index] = next.resource;
    const at = performance.now();
    heard.on.set(next.finding, () => latencies.push(performance.now() - at));
    server.put(next.resource);
  }
  const sent = performance.now();
  await until("events", () => (heard.on.size === 0 ? true : undefined), 60).catch(() => undefined);
  const lag = performance.now() - sent;
  const after = spent();
  const at = percentiles(latencies);
  const cost = ((after.cpu - before.cpu) * 1_000) / total;
  const watching = ((after.watching - before.watching) * 1_000) / total;
  const missing = heard.on.size === 0 ? "" : `, ${heard.on.size} NOT TOLD`;
  heard.on.clear();
  console.log(
    `${title.padEnd(32)} change → event ms: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}; last ${lag.toFixed(0)} ms after the last change; ${cost.toFixed(0)} ms CPU a change, ${watching.toFixed(0)} of it in the watching thread${missing}`,
  );
  if (missing !== "") process.exitCode = 1;
}

type Fields = { readonly [key: string]: Json };

function flipped(resource: Resource): { readonly resource: Resource; readonly finding: string } {
  const spec = resource["spec"] as Fields;
  const template = spec["template"] as Fields;
  const pod = template["spec"] as Fields;
  const [container, ...others] = pod["containers"] as readonly Fields[];
  const security = (container!["securityContext"] ?? {}) as Fields;
  const changed = {
    ...container,
    securityContext: { ...security, privileged: security["privileged"] !== true },
  };
  const { namespace, name } = resource.metadata;
  const path = `spec.template.spec.containers[${String(container!["name"])}].securityContext.privileged`;
  return {
    resource: {
      ...resource,
      spec: { ...spec, template: { ...template, spec: { ...pod, containers: [changed, ...others] } } },
    },
    finding: `privileged-container:apps/v1/Deployment/${namespace}/${name}:${path}`,
  };
}

try {
  await run();
} finally {
  child.kill("SIGTERM");
  server.stop();
  await new Promise((resolve) =>
    child.exitCode === null ? child.once("exit", resolve) : resolve(undefined),
  );
  rmSync(folder, { recursive: true });
}
