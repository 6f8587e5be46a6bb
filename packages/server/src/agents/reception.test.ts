/** Batches over real HTTP: who may tell what of whom, what is taken once, what waits, and what an abuser gets. */
import { expect, test } from "vitest";
import { agent, batch, exec, id, now, pod, report, start, url } from "../fixtures/agent.ts";
import { sourceToken, type Started } from "../fixtures/service.ts";
import type { AgentAnswer } from "./batch.ts";

async function profile(service: Started): Promise<readonly (readonly [string, string])[]> {
  const { status, json } = await service.get("/api/v1/profiles?namespace=shop", {
    authorization: "Bearer reader",
  });
  expect(status).toBe(200);
  const { items } = json() as {
    readonly items: readonly {
      readonly container: { readonly workload: string };
      readonly behaviours: readonly { readonly text: string; readonly count: number }[];
    }[];
  };
  return items.flatMap(({ container, behaviours }) =>
    behaviours.map(({ text }) => [container.workload, text] as const),
  );
}

test("what an agent saw of its node's containers stands under their workload, once however often it is sent", async () => {
  const service = await start();
  await service.put(...pod("web-1", id("1")));
  const sent = batch(1, [exec(id("1"), "/bin/app")]);
  const first = await service.post(url, sent, agent);
  expect([first.status, first.json()]).toEqual([
    200,
    { service: expect.any(String), sequence: 1, repeated: false, taken: 1, waiting: 0, refused: {} },
  ]);
  expect((await service.post(url, sent, agent)).json()).toMatchObject({ repeated: true, taken: 0 });
  // Another run of the agent tells the same: joined, it is the same.
  const again = await service.post(url, { ...sent, instance: "another" }, agent);
  expect(again.json()).toMatchObject({ repeated: false, taken: 1 });
  const [[workload, text] = []] = await profile(service);
  expect([workload, text]).toEqual(["web", expect.stringContaining("/bin/app")]);
  expect(text).not.toContain("hunter2");
  expect((await profile(service)).length).toBe(1);
  const stored = await service.store.parts("test", "observation");
  expect(JSON.stringify(stored)).not.toContain("hunter2");
  expect(stored.length).toBe(1);
});

test.each<readonly [string, string, object, number]>([
  ["another account", "other", {}, 403],
  ["a token that is bound to no node", "unbound", {}, 403],
  ["a token of another node", "agent", { node: "n2" }, 403],
  ["a token that is not valid", "forged", {}, 401],
  ["a person who may see all", "reader", {}, 403],
])("case 108: %s tells nothing", async (_, token, more, status) => {
  const service = await start();
  await service.put(...pod("web-1", id("1")));
  const authorization = `Bearer ${token}`;
  const sent = batch(1, [exec(id("1"), "/bin/evil")], more);
  expect((await service.post(url, sent, { authorization })).status).toBe(status);
  expect(await service.store.parts("test", "observation")).toEqual([]);
});

test("case 108: entries of other nodes' containers, of other sources, of tomorrow, and such as name themselves", async () => {
  const service = await start();
  await service.put(...pod("web-1", id("1")), ...pod("web-2", id("2"), "n2"));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const support = (more: object) => ({
    support: [{ pod: "uid", provenance: "n1", first: now(), last: now(), count: 1, ...more }],
  });
  const named = {
    container: { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" },
  };
  const answer = await service.post(
    url,
    batch(1, [
      exec(id("2"), "/bin/evil"),
      exec(id("1"), "/bin/evil", named),
      exec(id("1"), "/bin/evil", support({ provenance: "n2" })),
      exec(id("1"), "/bin/evil", support({ first: tomorrow, last: tomorrow })),
      exec("../../etc", "/bin/evil"),
      { ...exec(id("1"), "/bin/evil"), detail: { kind: "thought" } },
      "x",
      JSON.parse('{"__proto__":{"container":1}}'),
      exec(id("1"), "/bin/app"),
    ]),
    agent,
  );
  const { taken, refused } = answer.json() as AgentAnswer;
  expect([answer.status, taken, Object.values(refused).reduce((sum, each) => sum + each, 0)]).toEqual([
    200, 1, 8,
  ]);
  expect((await profile(service)).map(([, text]) => text.includes("evil"))).toEqual([false]);
});

test.each<readonly [string, unknown, number]>([
  ["no JSON", "{", 400],
  ["another shape", { version: 1 }, 400],
  ["numbers as text", batch("1" as unknown as number, []), 400],
  ["a sequence beyond what is exact", batch(2 ** 60, []), 400],
  [
    "more entries than may be",
    batch(
      1,
      Array.from({ length: 20_001 }, () => 1),
    ),
    400,
  ],
  ["more bytes than may be", JSON.stringify(batch(1, ["x".repeat(5_000_000)])), 413],
])("case 111: a body of %s is refused", async (_, body, status) => {
  const service = await start();
  expect((await service.post(url, body, agent)).status).toBe(status);
});

test("case 111: a body that is packed is not unpacked", async () => {
  const service = await start();
  const packed = { ...agent, "content-type": "application/gzip" };
  expect((await service.post(url, "x", packed)).status).toBeGreaterThanOrEqual(400);
});

test("a flood of batches is told to wait, and counted", async () => {
  const service = await start();
  const statuses: number[] = [];
  for (let sequence = 1; sequence <= 80; sequence += 1)
    statuses.push((await service.post(url, batch(sequence, []), agent)).status);
  expect(statuses.slice(0, 50).every((status) => status === 200)).toBe(true);
  expect(statuses).toContain(429);
  const metrics = await service.get("/metrics", { authorization: "Bearer reader" });
  expect(metrics.text).toMatch(/plimsoll_observation_batches_total\{outcome="too-many"\} \d+/);
  expect(metrics.text).toContain('plimsoll_agents{tier="ebpf"} 1');
});

test("what is seen before its pod is known waits; a pod that is gone keeps its profile", async () => {
  const service = await start();
  expect((await service.post(url, batch(1, [exec(id("1"), "/bin/early")]), agent)).json()).toMatchObject({
    taken: 0,
    waiting: 1,
  });
  await service.put(...pod("web-1", id("1")));
  await expect
    .poll(() => profile(service), { timeout: 10_000 })
    .toEqual([["web", expect.stringContaining("/bin/early")]]);
  await service.removePod("web-1");
  await service.post(url, batch(2, [exec(id("1"), "/bin/late")]), agent);
  const texts = (await profile(service)).map(([workload, text]) => `${workload} ${text}`);
  expect(texts.some((text) => text.startsWith("web") && text.includes("/bin/late"))).toBe(true);
});

test("profiles are shown to whoever may get the workload, and to nobody else", async () => {
  const service = await start();
  await service.put(...pod("web-1", id("1")));
  await service.post(url, batch(1, [exec(id("1"), "/bin/app")]), agent);
  service.says.owner = () => "stranger";
  const { json } = await service.get("/api/v1/profiles?namespace=shop", { authorization: "Bearer stranger" });
  expect(json()).toEqual({ items: [] });
  expect((await service.get("/api/v1/agents", { authorization: "Bearer stranger" })).status).toBe(403);
});

const alert = {
  uuid: "1",
  output: "x",
  priority: "Warning",
  rule: "Terminal shell in container",
  time: new Date().toISOString(),
  source: "syscall",
  output_fields: {
    "k8s.ns.name": "shop",
    "k8s.pod.name": "web-1",
    "container.name": "app",
    "proc.name": "sh",
  },
};

test.each<readonly [string, string, string | undefined, number]>([
  ["its token", "falco", `Bearer ${sourceToken}`, 200],
  [
    "its token as a password",
    "falco",
    `Basic ${Buffer.from(`falco:${sourceToken}`).toString("base64")}`,
    200,
  ],
  ["another token", "falco", "Bearer something-else-entirely", 401],
  ["the agents' token", "falco", "Bearer agent", 401],
  ["none", "falco", undefined, 401],
  ["a source that the settings do not name", "audit", `Bearer ${sourceToken}`, 403],
  ["a source that there is not", "__proto__", `Bearer ${sourceToken}`, 401],
])("Falco's alerts by %s", async (_, source, authorization, status) => {
  const service = await start();
  await service.put(...pod("web-1", id("1")));
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await service.post(`/api/v1/sources/${source}`, alert, headers);
  expect([answer.status, source]).toEqual([status, source]);
  if (status !== 200) return;
  expect(answer.json()).toEqual({ taken: 1, refused: {} });
  expect(JSON.stringify(await service.store.parts("test", "detection"))).toContain("Terminal shell");
});

test("D5: an agent is silent when it is not heard, whatever the clock was set to meanwhile", async () => {
  let [shift, passed] = [0, 0];
  const service = await start((clock) => ({
    ...clock,
    now: () => clock.now() + shift,
    elapsed: () => clock.elapsed() + passed,
  }));
  const year = 365 * 86_400_000;
  const silent = async (): Promise<unknown> => {
    const { json } = await service.get("/api/v1/status", { authorization: "Bearer reader" });
    return (json() as { readonly observing: { readonly silent: number } }).observing.silent;
  };
  expect((await service.post(url, batch(1, []), agent)).status).toBe(200);
  shift = year;
  expect(await silent()).toBe(0);
  shift = -year;
  expect(await silent()).toBe(0);
  passed = 60_000; // at once: it is the service that did not run
  expect(await silent()).toBe(0);
  await expect.poll(silent, { timeout: 8_000 }).toBe(1);
});

test("case 107: a node that is not heard is told, at the status and at the probe, until it is heard again", async () => {
  const service = await start();
  expect((await service.post(url, batch(1, []), agent)).status).toBe(200);
  await expect
    .poll(() => service.blindnesses, { timeout: 8_000 })
    .toEqual([{ node: "n1", from: expect.any(Number) }]);
  const told = async (): Promise<{ readonly troubles: readonly string[] }> =>
    (await service.get("/api/v1/status", { authorization: "Bearer reader" })).json() as never;
  const since = `${new Date(service.blindnesses[0]!.from).toISOString().slice(0, 19)}Z`;
  expect((await told()).troubles).toEqual([
    `1 agents are not heard any more, and what happens on their nodes is not seen: n1 since ${since}`,
  ]);
  expect((await service.get("/readyz")).text).toContain("blind: 1 nodes, whose agents are not heard");
  const lossy = { ...report, lost: 3 };
  expect((await service.post(url, batch(2, [], { report: lossy }), agent)).status).toBe(200);
  await expect.poll(() => service.blindnesses.length, { timeout: 2_000 }).toBe(3);
  const [{ from } = { from: 0 }, again, lost] = service.blindnesses;
  expect([again, lost]).toEqual([
    { node: "n1", from, to: expect.any(Number) },
    { node: "n1", from, to: expect.any(Number), lost: 3 },
  ]);
  expect((await told()).troubles).toEqual([
    expect.stringMatching(/^1 agents lost events, and .*: n1 \(3 since it began, last at 20.*Z\)$/),
  ]);
  expect((await service.get("/readyz")).text).not.toContain("blind");
}, 20_000);

function asked(second: string): object {
  return {
    kind: "EventList",
    apiVersion: "audit.k8s.io/v1",
    items: [
      {
        kind: "Event",
        apiVersion: "audit.k8s.io/v1",
        stage: "ResponseComplete",
        verb: "list",
        user: { username: "system:serviceaccount:shop:web" },
        objectRef: { resource: "pods", namespace: "shop", apiVersion: "v1" },
        stageTimestamp: `2026-01-05T10:${second}Z`,
        annotations: { "authorization.k8s.io/decision": "allow" },
      },
    ],
  };
}

test.each([
  ["leaves nothing out", "rules: [{ level: Metadata }]", "whole", 0],
  [
    "leaves requests of accounts out",
    "rules: [{ level: None, verbs: [get] }, { level: Metadata }]",
    "partial",
    1,
  ],
  ["is no policy", "rules: [", "partial", 1],
])("the audit log by a policy that %s", async (_, policy, sight, told) => {
  const service = await start();
  service.says.auditPolicy = policy;
  const headers = { authorization: `Bearer ${sourceToken}` };
  for (const second of ["00:00.000", "00:30.000", "40:00.000"])
    // As the API server's own client asks.
    expect((await service.post("/api/v1/sources/audit?timeout=30s", asked(second), headers)).status).toBe(
      200,
    );
  const { watches = [] } = service.pipeline.snapshot();
  expect(watches).toMatchObject([{ sensor: "kubernetes-audit", sight: { "api-request": sight } }]);
  // One tool that goes on sending was there between two parcels.
  expect(watches[0]!.heard).toEqual([{ from: "2026-01-05T10:00:00.000Z", to: "2026-01-05T10:40:00.000Z" }]);
  const status = await service.get("/api/v1/status", { authorization: "Bearer reader" });
  const { troubles } = status.json() as { readonly troubles: readonly string[] };
  expect(troubles.filter((each) => each.includes("audit log"))).toHaveLength(told);
});

test("a source that was silent for hours was not necessarily there", async () => {
  const service = await start();
  service.says.auditPolicy = "rules: [{ level: Metadata }]";
  const headers = { authorization: `Bearer ${sourceToken}` };
  const late = JSON.parse(JSON.stringify(asked("00:00.000")).replace("T10:", "T13:")) as object;
  for (const list of [asked("00:00.000"), late]) await service.post("/api/v1/sources/audit", list, headers);
  expect(service.pipeline.snapshot().watches?.[0]?.heard).toHaveLength(2);
});

test("S13: while memory is short nothing is taken, the status says so, and it is taken when it is sent again", async () => {
  const service = await start();
  await service.put(...pod("web-1", id("1")));
  const sent = batch(1, [exec(id("1"), "/bin/app")]);
  service.says.short = true;
  expect((await service.post(url, sent, agent)).status).toBe(503);
  const headers = { authorization: "Bearer reader" };
  expect((await service.get("/api/v1/status", headers)).json()).toMatchObject({
    memory: { short: true },
    troubles: [expect.stringContaining("memory is short: 90 of 100 MiB are held")],
  });
  expect((await service.get("/metrics", headers)).text).toContain("plimsoll_memory_short 1\n");
  service.says.short = false;
  expect((await service.post(url, sent, agent)).json()).toMatchObject({ taken: 1, repeated: false });
});
