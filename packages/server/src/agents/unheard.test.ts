/** What a service that begins knows of agents that it has not heard, over a store that outlives it. */
import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Clock } from "@plimsoll/cluster";
import type { Resource, Watch } from "@plimsoll/core";
import { agent, batch, id, pod, start, url } from "../fixtures/agent.ts";
import { agentAccount, type Started } from "../fixtures/service.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import { createGiven } from "../pipeline/given.ts";
import { createPresent } from "../pipeline/present.ts";
import type { Store } from "../store/store.ts";
import { createUnheard, lastSigns } from "./unheard.ts";

/** Ten times as fast, so that what takes half a minute takes seconds. */
const hastened = (clock: Clock): Clock => ({
  ...clock,
  elapsed: () => clock.elapsed() * 10,
  after: (milliseconds, call) => clock.after(milliseconds / 10, call),
});

const anHourAgo = (): string => new Date(Date.now() - 3_600_000).toISOString();

async function outliving(): Promise<Store> {
  const store = await openMemoryStore((await openWorld()).clock);
  onTestFinished(() => store.close());
  return store;
}

function watch(containerId: string, at: string): object {
  return {
    container: { namespace: "", workloadKind: "ContainerID", workload: containerId, container: "" },
    pod: "",
    sensor: "plimsoll-ebpf",
    provenance: "n1",
    watched: [{ from: at, to: at }],
    heard: [{ from: at, to: at }],
    fromStart: true,
    sight: { exec: "whole" },
    events: {},
    drops: 0,
  };
}

test("the last sign of each agent is what it sent itself, of whatever it saw", () => {
  const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
  const heard = (provenance: string, sensor: string, ...ends: readonly string[]): Watch =>
    ({
      container,
      pod: "",
      provenance,
      sensor,
      heard: ends.map((to) => ({ from: to, to })),
    }) as unknown as Watch;
  const watches = [
    heard("n1", "plimsoll-proc", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
    heard("n1", "plimsoll-ebpf", "2026-01-03T00:00:00Z"),
    heard("n2", "plimsoll-ebpf", "2026-01-01T00:00:00Z"),
    heard("n1", "falco", "2026-01-09T00:00:00Z"),
    heard("n3", "plimsoll-ebpf"),
  ];
  const support = [{ pod: "", provenance: "n2", first: "", last: "2026-01-05T00:00:00Z", count: 2 }];
  const observations = [
    {
      container,
      sensor: "plimsoll-ebpf",
      trust: "kernel",
      detail: { kind: "library", path: "/lib" },
      support,
    },
  ] as const;
  const signs = [...lastSigns({ observations, watches }).values()];
  expect(signs.map(({ node, at, tier }) => [node, new Date(at).toISOString().slice(0, 10), tier])).toEqual([
    ["n1", "2026-01-03", "ebpf"],
    ["n2", "2026-01-05", "ebpf"],
  ]);
});

test("case 107: a service that begins tells of a node whose agent died before, once however often it begins, until it is heard", async () => {
  const store = await outliving();
  const heardAt = anHourAgo();
  const before = await start(undefined, store);
  await before.put(...pod("web-1", id("1")), ...nodes("n1"));
  const sent = batch(1, [], { watches: [watch(id("1"), heardAt)] });
  expect((await before.post(url, sent, agent)).json()).toMatchObject({ taken: 1 });
  await before.end();
  expect(before.blindnesses).toEqual([]);
  const from = Date.parse(heardAt);
  const reader = { authorization: "Bearer reader" };
  const since = `n1 since ${heardAt.slice(0, 19)}Z`;
  const isTold = async (service: Started): Promise<void> => {
    const status = (await service.get("/api/v1/status", reader)).json() as {
      readonly troubles: readonly string[];
    };
    expect(status.troubles.join()).toContain(since);
    expect((await service.get("/readyz")).text).toContain("blind: 1 nodes, whose agents are not heard");
    expect((await service.get("/api/v1/agents", reader)).json()).toMatchObject({
      items: [{ node: "n1", tier: "ebpf", heardAt: from, silent: true, unheard: [{ from }] }],
    });
  };
  for (const told of [[{ node: "n1", from }], []]) {
    const service = await start(hastened, store);
    await service.put(...nodes("n1"));
    const silent = async (): Promise<string> => (await service.get("/api/v1/agents", reader)).text;
    await expect.poll(silent, { timeout: 10_000 }).toContain('"silent":true');
    await expect.poll(() => service.blindnesses).toEqual(told);
    await isTold(service);
    await service.end();
  }
  const last = await start(hastened, store);
  await last.put(...pod("web-1", id("1")), ...nodes("n1"));
  await expect.poll(async () => (await last.get("/readyz")).text).toContain("blind");
  expect((await last.post(url, batch(1, []), agent)).status).toBe(200);
  await expect.poll(() => last.blindnesses).toEqual([{ node: "n1", from, to: expect.any(Number) }]);
  await expect.poll(() => store.documents("silence")).toEqual([]);
}, 40_000);

const nodes = (...names: readonly string[]): readonly Resource[] => names.map((name) => nodeOf(name));

const account = (): string | undefined => agentAccount;
const nodeOf = (name: string, creationTimestamp?: string): Resource => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
});

test.each<readonly [string, Resource, typeof account, number]>([
  ["is there", nodeOf("n1", "2020-01-01T00:00:00Z"), account, 1],
  ["went", nodeOf("n2"), account, 0],
  ["was made anew under its name", nodeOf("n1", new Date().toISOString()), account, 0],
  ["has no agent any more, by the settings", nodeOf("n1"), () => undefined, 0],
])("case 107: the agent of a node that %s", async (_, resource, accountOf, recalled) => {
  const store = await outliving();
  const before = await start(undefined, store);
  await before.put(...pod("web-1", id("1")), ...nodes("n1"));
  const sent = batch(1, [], { watches: [watch(id("1"), anHourAgo())] });
  expect((await before.post(url, sent, agent)).json()).toMatchObject({ taken: 1 });
  await before.end();
  const present = createPresent(() => undefined, createGiven());
  present.apply({ op: "put", record: { resource, source: { file: "cluster" } } }, 0);
  const unheard = createUnheard({
    cluster: "test",
    clock: (await openWorld()).clock,
    store,
    pipeline: { present, snapshot: before.pipeline.snapshot },
    account: accountOf,
    stateOf: (node) => (node === resource.metadata.name ? "there" : "gone"),
    most: 10,
  });
  expect(await unheard.recall()).toHaveLength(recalled);
});
