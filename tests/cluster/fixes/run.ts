/** Runs pairs of the truth suite on the cluster: the workload as it is, its fix, and the workload after it. */
import type { PatchOperation, Resource } from "@plimsoll/core";
import { collectionOf, until, type Api } from "../api.ts";
import { importServices } from "../oracle/services.ts";
import { unprogram } from "../packets/firewall.ts";
import { enforce } from "./enforce.ts";
import { manifestsOf, namespace, operationsOf } from "./manifest.ts";
import { nameOf, type Pair } from "./shape.ts";
import { podsOf, watch, type Outcome, type Pods } from "./watch.ts";

export interface Run {
  readonly before: Outcome;
  readonly after: Outcome;
}

const atOnce = 45;

/** Every pair, some dozens at a time: a node runs 110 pods. */
export async function runAll(api: Api, pairs: readonly Pair[]): Promise<ReadonlyMap<Pair, Run>> {
  const runs = new Map<Pair, Run>();
  await begin(api);
  for (let at = 0; at < pairs.length; at += atOnce) {
    const some = pairs.slice(at, at + atOnce);
    for (const [pair, run] of await runSome(api, some)) runs.set(pair, run);
  }
  await unprogram();
  return runs;
}

/** Every workload as it is, asked what its users ask, some dozens at a time; `seen` hears of each group while it runs. */
export async function runUnchanged(
  api: Api,
  pairs: readonly Pair[],
  seen: () => Promise<void>,
): Promise<void> {
  await begin(api);
  for (let at = 0; at < pairs.length; at += atOnce) {
    const some = pairs.slice(at, at + atOnce);
    for (const resource of some.flatMap(manifestsOf)) await post(api, resource);
    for (const pair of some) if (pair.program.cron !== undefined) await runCron(api, pair, "before");
    await watchAll(api, podsOf(api), some, () => "before");
    await seen();
    for (const pair of some) await remove(api, pair);
  }
}

/** Every workload with its fix and what makes the fix good, and how it fares. */
export async function runRepaired(
  api: Api,
  pairs: readonly Pair[],
  repairOf: (pair: Pair) => readonly PatchOperation[],
): Promise<ReadonlyMap<Pair, Outcome>> {
  await begin(api);
  for (const resource of pairs.flatMap(manifestsOf)) await post(api, resource);
  const pods = podsOf(api);
  await watchAll(api, pods, pairs, () => "before");
  for (const pair of pairs) await fix(api, pair, repairOf(pair));
  return watchAll(api, pods, pairs, () => "after");
}

/** Takes the namespace away, and waits until nothing of it is left. */
export async function end(api: Api): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  await api.send("DELETE", path);
  await until("the namespace is gone", async () => (await api.send("GET", path)).status === 404, 180);
}

async function begin(api: Api): Promise<void> {
  importServices();
  await end(api); // of a run that was broken off
  const labels = { app: "back" };
  const spec = {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "app",
        image: "plimsoll.test/busybox:1.35",
        imagePullPolicy: "Never",
        command: [
          "sh",
          "-ec",
          "mkdir -p /w/cgi-bin; printf '#!/bin/sh\\necho; echo ok\\n' >/w/cgi-bin/do; chmod 755 /w/cgi-bin/do; exec httpd -f -p 8080 -h /w",
        ],
      },
    ],
  };
  await post(api, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await until("the account of the namespace", async () => {
    const { status } = await api.send("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/default`);
    return status === 200;
  });
  await post(api, { apiVersion: "v1", kind: "Pod", metadata: { name: "back", namespace, labels }, spec });
  const ports = [{ port: 8080 }];
  await post(api, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "back", namespace },
    spec: { selector: labels, ports },
  });
}

async function runSome(api: Api, pairs: readonly Pair[]): Promise<ReadonlyMap<Pair, Run>> {
  for (const resource of pairs.flatMap(manifestsOf)) await post(api, resource);
  for (const pair of pairs) if (pair.program.cron !== undefined) await runCron(api, pair, "before");
  const pods = podsOf(api);
  const before = await watchAll(api, pods, pairs, () => "before");
  for (const pair of pairs) await fix(api, pair);
  const guarded = pairs.filter((pair) => pair.fix.policies !== undefined);
  await enforce(api, guarded.map(nameOf));
  const after = await watchAll(api, pods, pairs, (pair) => (guarded.includes(pair) ? "before" : "after"));
  for (const pair of pairs) await remove(api, pair);
  return new Map(pairs.map((pair) => [pair, { before: before.get(pair)!, after: after.get(pair)! }]));
}

async function watchAll(
  api: Api,
  pods: Pods,
  pairs: readonly Pair[],
  round: (pair: Pair) => string,
): Promise<ReadonlyMap<Pair, Outcome>> {
  const work = { isOver: false };
  const looking = (async (): Promise<void> => {
    while (!work.isOver) {
      await pods.refresh();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  })();
  const outcomes = await Promise.all(
    pairs.map(async (pair) => [pair, await watch(api, pods, pair, round(pair))] as const),
  );
  work.isOver = true;
  await looking;
  return new Map(outcomes);
}

export async function post(api: Api, resource: Resource): Promise<void> {
  const { status, body } = await api.send("POST", collectionOf(resource), resource);
  if (status >= 300) throw new Error(`${resource.kind} ${resource.metadata.name}: ${body.message}`);
}

async function fix(api: Api, pair: Pair, repair: readonly PatchOperation[] = []): Promise<void> {
  const name = nameOf(pair);
  for (const policy of pair.fix.policies?.(name) ?? []) await post(api, policy);
  if (pair.fix.policies !== undefined) return;
  const isCron = pair.program.cron !== undefined;
  const path = `${isCron ? "/apis/batch/v1" : "/apis/apps/v1"}/namespaces/${namespace}/${isCron ? "cronjobs" : "deployments"}/${name}`;
  const template = isCron ? "/spec/jobTemplate/spec/template" : "/spec/template";
  const round = { op: "replace", path: `${template}/metadata/annotations/round`, value: "after" };
  const operations = [...operationsOf(pair), ...repair, round];
  const { status, body } = await api.send("PATCH", path, operations, "application/json-patch+json");
  if (status >= 300) throw new Error(`${name}: the fix is refused: ${body.message}`);
  if (isCron) await runCron(api, pair, "after");
}

/** A run of a cron job now, as a person starts one to see. */
async function runCron(api: Api, pair: Pair, round: string): Promise<void> {
  const name = nameOf(pair);
  const { body } = await api.send("GET", `/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`);
  const cron = body as unknown as {
    metadata: { uid: string };
    spec: { jobTemplate: { spec: Resource["spec"] } };
  };
  const { spec } = cron.spec.jobTemplate;
  const owner = { apiVersion: "batch/v1", kind: "CronJob", name, uid: cron.metadata.uid, controller: true };
  await post(api, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${name}-${round}`, namespace, ownerReferences: [owner] },
    spec,
  } as Resource);
}

async function remove(api: Api, pair: Pair): Promise<void> {
  const name = nameOf(pair);
  const isCron = pair.program.cron !== undefined;
  const own = isCron
    ? [`cronjobs/${name}`, `jobs/${name}-before`, `jobs/${name}-after`]
    : [`deployments/${name}`];
  const root = `/apis/${isCron ? "batch" : "apps"}/v1/namespaces/${namespace}`;
  for (const one of own) await api.send("DELETE", `${root}/${one}?propagationPolicy=Background`);
}
