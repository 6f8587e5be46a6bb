/**
 * The attack drill: workloads of a real cluster are learned at their normal work, tell of nothing while it goes on, and of
 * each deed of an intruder within seconds: one small deed for every detection, seen by our own agent or in the audit log.
 */
import { execFile } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import type { Detection } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { actions, type Action } from "./drill/actions.ts";
import { learningTime, openLookout, replayed, toldOf, type Lookout } from "./drill/lookout.ts";
import { deployments, namespace, world } from "./drill/world.ts";
import { post } from "./fixes/run.ts";

const api = openApi(kubeconfigOf("admin"));
const rules = library.detections ?? [];
/** Five minutes of normal work. */
const quietTime = 300_000;
let lookout: Lookout;
let quietFrom = 0;
let runs = 0;

beforeAll(async () => {
  await gone(); // of a run that was broken off
  await post(api, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  lookout = await openLookout(api);
  for (const resource of world) await post(api, resource);
  await ready();
  const started = Date.now();
  await work();
  await work();
  await wait(Math.max(0, learningTime + 5_000 - (Date.now() - started)));
}, 300_000);

afterAll(async () => {
  // What a machine that is too busy loses is told; that none is below the stated rate, the agent's own tests hold.
  const report = await lookout.end();
  console.log(`observed by ${report.tier}, ${report.lost} events lost`);
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
  await lookout.refresh();
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
): Promise<{ readonly ok: boolean; readonly out: string }> {
  return new Promise((resolve) =>
    execFile(program, args, { timeout: 30_000 }, (error, out, errors) =>
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
  for (const account of ["reader", "operator"]) await ask(account, "get --raw /api/v1/namespaces/drill/pods");
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

function lineOf({ container, rule, message }: Detection): string {
  return `${container.workload} ${rule}: ${message}`;
}

test("normal work tells of nothing, rollouts and cron runs included", { timeout: 900_000 }, async () => {
  quietFrom = Date.now();
  while (Date.now() - quietFrom < quietTime) {
    await work();
    await wait(5_000);
  }
  await wait(2_500); // two batches of the agent
  await lookout.refresh();
  const seen = lookout.seen();
  const told = toldOf(seen, rules, quietFrom);
  const events = seen.observations.flatMap(({ support }) => support.map(({ count }) => count));
  console.log(
    `quiet for ${Math.round((Date.now() - quietFrom) / 1_000)} s: ${seen.observations.length} behaviours of ${seen.watches.length} containers from ${events.reduce((sum, count) => sum + count, 0)} records, ${told.length} told`,
  );
  expect(told.map(lineOf)).toEqual([]);
});

test("nor does an hour of it replayed", { timeout: 900_000 }, () => {
  const hour = replayed(lookout.seen(), quietFrom, quietTime, 3_600_000);
  expect(hour.observations.some(({ support }) => support.length > 12)).toBe(true);
  const told = toldOf(hour, rules, quietFrom);
  expect(told.map(lineOf)).toEqual([]);
});

interface Outcome {
  readonly seconds: number | undefined;
  readonly said: string;
  readonly message: string;
}

const patience = 10_000;

test("each deed of an intruder is told within seconds", { timeout: 600_000 }, async () => {
  const table: string[] = [];
  const untold: string[] = [];
  for (const action of actions) {
    const { seconds, said, message } = await drill(action);
    table.push(
      `${action.detection.padEnd(30)} ${action.way.padEnd(8)} ${seconds === undefined ? "NO  " : `${seconds.toFixed(1)} s`} ${action.script.slice(0, 60).padEnd(60)} ${message.slice(0, 90)}`,
    );
    if (seconds === undefined) untold.push(`${action.detection}: ${said}`);
  }
  console.log(table.join("\n"));
  expect(untold).toEqual([]);
});

test("every detection has its deed", () => {
  const drilled = actions.map(({ detection }) => detection);
  expect(drilled.toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
});

/** Whose behaviour it is, where it is not of the server that the way names. */
const aside: { readonly [way: string]: string } = { exec: "web", terminal: "web" };

async function drill(action: Action): Promise<Outcome> {
  const rule = rules.filter(({ id }) => id === action.detection);
  const began = Date.now();
  const said = await act(action);
  for (;;) {
    const [first] = toldOf(lookout.seen(aside[action.way] ?? action.way), rule, began);
    const passed = Date.now() - began;
    if (first !== undefined) return { seconds: passed / 1_000, said, message: first.message };
    if (passed > patience) return { seconds: undefined, said, message: "" };
    await wait(200);
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

async function ask(account: string, args: string): Promise<string> {
  const { ok, out: token } = await kubectl(["create", "token", account, "-n", namespace]);
  if (!ok) throw new Error(token);
  const ca = `--certificate-authority=${process.env["PLIMSOLL_STATE"]}/pki/ca.crt`;
  return (await kubectl([...server, ca, `--token=${token}`, ...args.split(" ")])).out;
}
