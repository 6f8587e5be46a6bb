/**
 * The attack drill: the product is installed, the workloads of a real cluster are learned at their normal work, it tells of
 * nothing while that goes on, and of each deed of an intruder within seconds: at a webhook, one small deed for every detection.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { DetectionReport } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { actions, type Action } from "./drill/actions.ts";
import { openRecorder, type Recorder } from "./drill/record.ts";
import { openReplay } from "./drill/replay.ts";
import { accounts, deployments, learningMinutes, namespace, world } from "./drill/world.ts";
import { post } from "./fixes/run.ts";
import { openHook, type Hook } from "./hook.ts";
import { install, type Installed } from "./installed.ts";
import { sendAuditLog, type AuditLog } from "./monday/audit.ts";

const api = openApi(kubeconfigOf("admin"));
const rules = library.detections ?? [];
const state = process.env["PLIMSOLL_STATE"] ?? "";
/** Five minutes of normal work. */
const quietTime = 300_000;
const auditToken = "drill-audit-token";
let hook: Hook;
let installed: Installed;
let audit: AuditLog;
let recorder: Recorder;
let quietFrom = 0;
/** How many batches there were when the normal work began to be looked at, when it ended, and after the first deed. */
let [atQuiet, atEnd, atDeed] = [0, 0, 0];
let runs = 0;

beforeAll(async () => {
  await gone(); // of a run that was broken off
  await post(api, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  hook = await openHook();
  installed = await install(api, {
    settings: [
      `learning: { minutes: ${learningMinutes} }`,
      "sources: { audit: { tokenFile: /etc/plimsoll/audit-token, policyFile: /etc/plimsoll/audit-policy.yaml } }",
      ...hook.settings("tell: [detected], severity: low"),
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
  recorder = await openRecorder(api);
  for (const resource of world) await post(api, resource);
  await ready();
  const started = Date.now();
  await work();
  await work();
  await wait(Math.max(0, learningMinutes * 60_000 + 5_000 - (Date.now() - started)));
}, 420_000);

afterAll(async () => {
  // What a machine that is too busy loses is told; that none is below the stated rate, the agent's own tests hold.
  const report = await recorder?.end();
  console.log(`observed by ${report?.tier}, ${report?.lost} events lost`);
  await audit?.stop();
  installed?.remove();
  hook?.close();
  await gone();
  await api.close();
}, 240_000);

const isReady = (one: object): boolean => {
  const { status, spec } = one as {
    spec: { replicas: number };
    status: { readyReplicas?: number; updatedReplicas?: number; replicas?: number };
  };
  return [status.readyReplicas, status.updatedReplicas, status.replicas].every(
    (count) => count === spec.replicas,
  );
};

async function ready(): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const all = async (): Promise<boolean> => {
    const { body } = await api.send("GET", path);
    return body.items?.length === deployments.length && body.items.every(isReady);
  };
  try {
    await until("the drill's workloads are ready", all, 90);
  } catch (error) {
    console.log((await kubectl(["describe", "pods", "-n", namespace])).out);
    throw error;
  }
  await recorder.refresh();
}

async function gone(): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  await api.send("DELETE", path);
  await until("the namespace is gone", async () => (await api.send("GET", path)).status === 404, 120);
}

/** One command of kubectl; its output is ours to see, its failure is the caller's. */
function kubectl(
  args: readonly string[],
  program = "kubectl",
  timeout = 30_000,
): Promise<{ readonly ok: boolean; readonly out: string }> {
  return new Promise((resolve) =>
    execFile(program, args, { timeout }, (error, out, errors) =>
      resolve({ ok: error === null, out: `${out}${errors}`.trim() }),
    ),
  );
}

/** What people and controllers do every day: a rollout, more replicas and fewer, a run of the cron job, logs. */
async function work(): Promise<void> {
  const own = ["-n", namespace];
  for (const args of [
    ["rollout", "restart", "deployment/web"],
    ["scale", "deployment/back", "deployment/nginx", "deployment/python", "--replicas=2"],
    ["create", "job", `nightly-${(runs += 1)}`, "--from=cronjob/nightly"],
    ["logs", "deployment/client", "--tail=5"],
  ])
    expect(await kubectl([...args, ...own])).toMatchObject({ ok: true });
  for (const account of accounts) await ask(account, "get --raw /api/v1/namespaces/drill/pods");
  await ready();
  await wait(3_000);
  expect(
    await kubectl([
      "scale",
      "deployment/back",
      "deployment/nginx",
      "deployment/python",
      "--replicas=1",
      ...own,
    ]),
  ).toMatchObject({ ok: true });
  await ready();
}

interface Notice {
  readonly what: string;
  readonly id: string;
  /** Which detection. */
  readonly control: string;
  readonly resource: { readonly namespace: string; readonly name: string };
  readonly because: string;
}

/** What the webhook was told of the drill's workloads since then, milliseconds since 1970. */
function told(since: number): readonly (Notice & { readonly arrived: number })[] {
  return hook.arrivals
    .filter(({ at }) => at >= since)
    .flatMap(({ at, text }) =>
      (JSON.parse(text) as { readonly notices: readonly Notice[] }).notices
        .filter(({ what, resource }) => what === "detected" && resource.namespace === namespace)
        .map((notice) => ({ ...notice, arrived: at })),
    );
}

/** What stands at the API of them. */
async function standing(): Promise<readonly DetectionReport[]> {
  const { body } = await installed.askAgain(`/api/v1/detections?namespace=${namespace}`);
  return (body as { readonly items: readonly DetectionReport[] }).items;
}

function lineOf({ container, rule, message }: DetectionReport): string {
  return `${container.workload} ${rule}: ${message}`;
}

test("normal work tells of nothing, rollouts and cron runs included", { timeout: 900_000 }, async () => {
  quietFrom = Date.now();
  atQuiet = recorder.batches.length;
  while (Date.now() - quietFrom < quietTime) {
    await work();
    await wait(5_000);
  }
  await wait(2_500); // two batches of the agent
  await recorder.refresh();
  atEnd = recorder.batches.length;
  const since = new Date(quietFrom).toISOString();
  const items = await standing();
  console.log(`quiet for ${Math.round((Date.now() - quietFrom) / 1_000)} s, ${items.length} told before it`);
  expect(items.filter(({ last }) => last >= since).map(lineOf)).toEqual([]);
  expect(told(quietFrom)).toEqual([]);
});

/** The name of the workload whose behaviour a deed is, where it is not the server or the account that the way names. */
const aside: { readonly [way: string]: string } = { exec: "web", terminal: "web" };
/** A busy machine is slow; how long it took is told, not judged. */
const patience = 60_000;

test(
  "each deed of an intruder arrives at a webhook, named with its detection, workload and process",
  { timeout: 900_000 },
  async () => {
    const untold: string[] = [];
    const delivered: (Notice & { readonly [at in "began" | "arrived"]: number } & {
      readonly action: Action;
    })[] = [];
    for (const action of actions) {
      const began = Date.now();
      const { said, notice } = await drill(action, began);
      if (notice === undefined)
        untold.push(`${action.detection} by ${action.way}: ${said}; told: ${heard()}`);
      else delivered.push({ ...notice, began, action });
      if (atDeed === 0) atDeed = recorder.batches.length;
    }
    const firsts = new Map((await standing()).map(({ key, first }) => [key, Date.parse(first)]));
    // What an earlier deed did may be part of it.
    const delays = delivered.map(({ id, began, arrived }) => arrived - Math.max(began, firsts.get(id)!));
    console.log(
      delivered
        .map(
          ({ action: { way, script }, control, because }, at) =>
            `${control.padEnd(30)} ${way.padEnd(9)} ${String(delays[at]).padStart(5)} ms ${script.slice(0, 60).padEnd(60)} ${because.slice(0, 160)}`,
        )
        .join("\n"),
    );
    console.log(`deed to delivered: ${distribution(delays)}`);
    expect(untold).toEqual([]);
    expect(delays.every(Number.isFinite)).toBe(true);
  },
);

/** The last that was told, for whoever looks for what was not. */
function heard(): string {
  return told(0)
    .slice(-5)
    .map(({ control, resource, because }) => `${control} ${resource.name} ${because}`)
    .join(" | ");
}

function distribution(delays: readonly number[]): string {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => sorted[Math.ceil(sorted.length * share) - 1];
  return `${sorted.length} of ${actions.length}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${sorted.at(-1)} ms`;
}

test(
  "an hour of normal work replayed tells of nothing, and the same door tells of the first deed",
  { timeout: 900_000 },
  async () => {
    const began = performance.now();
    const replay = await openReplay([...recorder.objects.values()]);
    await replay.send(recorder.batches.slice(0, atEnd), 0);
    const work = recorder.batches.slice(atQuiet, atEnd);
    const taken: number[] = [];
    const rounds = 3_600_000 / quietTime;
    for (let round = 1; round <= rounds; round += 1) taken.push(await replay.send(work, round * quietTime));
    console.log(`an hour: ${taken.join(", ")} entries in ${Math.round(performance.now() - began)} ms`);
    expect(taken.filter((count) => count > 0)).toHaveLength(rounds);
    expect(replay.told(quietFrom).map(lineOf)).toEqual([]);
    await replay.send(recorder.batches.slice(atEnd, atDeed), rounds * quietTime);
    expect(replay.told(quietFrom).map(({ rule }) => rule)).toContain(actions[0]!.detection);
  },
);

test("every detection has its deed", () => {
  const drilled = new Set(actions.map(({ detection }) => detection));
  expect([...drilled].toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
});

async function drill(
  action: Action,
  began: number,
): Promise<{ readonly said: string; readonly notice?: ReturnType<typeof told>[number] }> {
  const { detection, way, process = "" } = action;
  const said = await act(action);
  for (;;) {
    const notice = told(began).find(
      ({ control, resource, because }) =>
        control === detection && resource.name === (aside[way] ?? way) && because.includes(process),
    );
    if (notice !== undefined) return { said, notice };
    if (Date.now() - began > patience) return { said };
    await wait(100);
  }
}

async function act({ way, script }: Action): Promise<string> {
  const target = ["exec", "-n", namespace, "deploy/web"];
  switch (way) {
    case "exec":
      return (await kubectl([...target, "--", "sh", "-c", script])).out;
    case "terminal":
      return (
        await kubectl(["-qec", `kubectl ${target.join(" ")} -it -- sh -c '${script}'`, "/dev/null"], "script")
      ).out;
    case "reader":
    case "operator":
      return ask(way, script);
    case "forwarder":
      return ask(way, script, 2_000);
    default:
      return intrude(way, script);
  }
}

/** The script in the body of a request, run by the server's shell. */
async function intrude(server: string, script: string): Promise<string> {
  const { body } = await api.send(
    "GET",
    `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${server}&fieldSelector=status.phase%3DRunning`,
  );
  const pods = (body.items ?? []) as unknown as { status: { podIP: string } }[];
  const { body: answer } = await request(`http://${pods[0]!.status.podIP}:8080/cgi-bin/run`, {
    method: "POST",
    body: `${script}\n`,
    headersTimeout: 20_000,
    bodyTimeout: 20_000,
  });
  return (await answer.text()).trim();
}

const server = ["--kubeconfig=/dev/null", "--server=https://127.0.0.1:6443"];

async function ask(account: string, args: string, timeout?: number): Promise<string> {
  const { ok, out: token } = await kubectl(["create", "token", account, "-n", namespace]);
  if (!ok) throw new Error(token);
  const ca = `--certificate-authority=${process.env["PLIMSOLL_STATE"]}/pki/ca.crt`;
  return (await kubectl([...server, ca, `--token=${token}`, ...args.split(" ")], "kubectl", timeout)).out;
}
