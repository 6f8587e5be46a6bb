/** What a person asks of the service, and what the service costs the cluster by the API server's own count. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { startService, type Service } from "./process.ts";

let plane: ControlPlane;
let service: Service;
/** Requests and stored objects before the service began. */
let objectsBefore: ReadonlyMap<string, number>;

beforeAll(async () => {
  plane = await startControlPlane(1);
  await plane.start(0);
  const kubeconfig = writeKubeconfig(plane);
  await plane.send("POST", "/api/v1/namespaces", { metadata: { name: "shop" } });
  await plane.send("POST", "/api/v1/namespaces/shop/serviceaccounts", { metadata: { name: "default" } });
  objectsBefore = await metric("apiserver_storage_objects", "resource");
  service = await startService(["--kubeconfig", kubeconfig, "--store", join(plane.folder, "store.db")]);
  await until("the service to be ready", async () => (await service.get("/readyz")).status === 200, 90);
});

afterAll(async () => {
  await service?.end("SIGKILL");
  await plane?.stop();
});

/** A metric of the API server, summed by one of its labels. */
async function metric(name: string, label: string): Promise<ReadonlyMap<string, number>> {
  const { text } = await plane.send("GET", "/metrics");
  const sums = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (!line.startsWith(`${name}{`)) continue;
    const value = new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? "";
    sums.set(value, (sums.get(value) ?? 0) + Number(line.slice(line.lastIndexOf(" "))));
  }
  return sums;
}

const deployments = "/apis/apps/v1/namespaces/shop/deployments";
const idOf = (name: string): string =>
  `privileged-container:apps/v1/Deployment/shop/${name}:spec.template.spec.containers[app].securityContext.privileged`;

const body = (name: string, privileged: boolean): object => ({
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

interface Entry {
  readonly kind: string;
  readonly id: string;
  readonly at: number;
  readonly by?: { readonly manager?: string };
}

async function history(name: string): Promise<readonly Entry[]> {
  const { status, text } = await service.get(`/api/v1/findings/${encodeURIComponent(idOf(name))}/history`);
  return status === 200 ? (JSON.parse(text) as { readonly items: readonly Entry[] }).items : [];
}

test("why did the score change? the findings, the change and its field manager; and the state at any time", async () => {
  const from = Date.now();
  await plane.send("POST", `${deployments}?fieldManager=argocd`, body("web", true));
  await until("the finding", async () => (await history("web")).length === 1, 30);
  await until("the score", async () => (await why(from)).changes.some(({ id }) => id === idOf("web")), 30);
  const opened = (await history("web"))[0]!;
  // Field managers are told apart by the time of their change, of which the API server keeps whole seconds.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await plane.send("PUT", `${deployments}/web?fieldManager=jane`, body("web", false));
  await until("the fix", async () => (await history("web")).length === 2, 30);
  const told = (await why(from)).changes.filter(({ id }) => id === idOf("web"));
  expect(told.map(({ kind, by }) => [kind, by?.manager])).toEqual([
    ["opened", "argocd"],
    ["fixed", "jane"],
  ]);
  const fixed = (await history("web"))[1]!;
  expect(await privilegedAt(opened.at)).toBe(true);
  expect(await privilegedAt(fixed.at)).toBe(false);
});

async function why(from: number): Promise<{ readonly changes: readonly Entry[] }> {
  return service.json(`/api/v1/scores/why?framework=nsa&from=${from}&to=${Date.now() + 1_000}`);
}

async function privilegedAt(at: number): Promise<unknown> {
  const { snapshot } = await service.json<{
    readonly snapshot: { readonly resources: readonly { readonly resource: never }[] };
  }>(`/api/v1/snapshots?at=${at}`);
  const found = snapshot.resources.find(({ resource }) => {
    const { kind, metadata } = resource as {
      readonly kind: string;
      readonly metadata: { readonly name: string };
    };
    return kind === "Deployment" && metadata.name === "web";
  });
  return JSON.stringify(found).includes('"privileged":true');
}

test("findings are filtered, sorted, searched and paged; each is on one page", async () => {
  const all = new Set<string>();
  let pages = 0;
  for (let cursor = ""; ;) {
    const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, next } = await service.json<{
      readonly items: readonly { readonly finding: { readonly id: string } }[];
      readonly next?: string;
    }>(`/api/v1/findings?sort=name&limit=7${more}`);
    for (const { finding } of items) {
      expect(all.has(finding.id)).toBe(false);
      all.add(finding.id);
    }
    pages += 1;
    if (next === undefined) break;
    cursor = next;
  }
  const counted = await service.json<{ readonly groups: readonly { readonly count: number }[] }>(
    "/api/v1/findings/groups?by=severity",
  );
  expect(counted.groups.reduce((sum, { count }) => sum + count, 0)).toBe(all.size);
  const found = await service.json<{
    readonly items: readonly { readonly finding: { readonly id: string } }[];
  }>("/api/v1/findings?search=web%20shop&limit=500");
  expect(found.items.length).toBeGreaterThan(0);
  expect(found.items.every(({ finding }) => finding.id.includes("/shop/web"))).toBe(true);
  expect((await service.get("/api/v1/findings?limit=1000000000")).status).toBe(400);
  console.log(`${all.size} findings on ${pages} pages`);
});

test("metrics are few whatever is asked for", async () => {
  const series = async (): Promise<number> =>
    (await service.get("/metrics")).text.split("\n").filter((line) => /^[a-z]/.test(line)).length;
  for (let turn = 0; turn < 5; turn += 1) await service.get(`/api/v1/findings/warm-${turn}`);
  const before = await series();
  for (let turn = 0; turn < 60; turn += 1) await service.get(`/api/v1/nothing-${turn}/x?a${turn}=1`);
  const after = await series();
  console.log(`${after} series, ${after - before} more after 60 unknown addresses`);
  expect(after - before).toBeLessThan(12);
  expect(after).toBeLessThan(400);
});

test("W5, S7, S8: what it costs the cluster at rest, as the API server counts", async () => {
  const seconds = 40;
  const verbs = await metric("apiserver_request_total", "verb");
  const { watch } = await service.json<{
    readonly watch: { readonly kinds: number; readonly requests: number };
  }>("/api/v1/status");
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const after = await metric("apiserver_request_total", "verb");
  const { watch: later } = await service.json<{ readonly watch: { readonly requests: number } }>(
    "/api/v1/status",
  );
  const delta = (verb: string): number => (after.get(verb) ?? 0) - (verbs.get(verb) ?? 0);
  const rate = (count: number): string => (count / seconds).toFixed(2);
  const writes = ["POST", "PUT", "PATCH", "DELETE", "APPLY"].reduce((sum, verb) => sum + delta(verb), 0);
  const objects = await metric("apiserver_storage_objects", "resource");
  const grown = [...objects].filter(
    ([resource, count]) => count > (objectsBefore.get(resource) ?? 0) && resource !== "deployments.apps",
  );
  console.log(
    `W5: ${watch.kinds} kinds at rest: ${rate(delta("LIST"))} lists/s (checks of the watch), ${rate(later.requests - watch.requests)} requests/s of ours in all; S8: ${rate(writes)} writes/s by anybody; S7: ${grown.length} kinds have more objects`,
  );
  // A count every hundred seconds, a watch every seven and a half minutes; half as much again, for it is a short look.
  expect((later.requests - watch.requests) / seconds).toBeLessThan(
    1.5 * watch.kinds * (1 / 100 + 1 / 450) + 0.2,
  );
  expect(writes / seconds).toBeLessThanOrEqual(0.2);
  expect(
    grown.map(([resource]) => resource).filter((name) => !/events|leases|controllerrevisions/.test(name)),
  ).toEqual([]);
}, 120_000);
