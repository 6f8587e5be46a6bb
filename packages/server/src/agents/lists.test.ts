/** Lists of packages over real HTTP: who may send them, that each image is read once, and what they do to a flaw. */
import { expect, test } from "vitest";
import { openWorld, type Change } from "@plimsoll/cluster";
import { nothingSeen, type Resource } from "@plimsoll/core";
import { quiet } from "../fixtures/quiet.ts";
import { agentAccount, deployment, startHttp, type Started } from "../fixtures/service.ts";
import { createPipeline } from "../pipeline/pipeline.ts";
import type { Pipeline } from "../pipeline/shape.ts";
import { mostImages, type ListAnswer } from "./lists.ts";

const url = "/api/v1/packages";
const id = (digit: string): string => digit.repeat(64);
const agent = { authorization: "Bearer agent" };
const reader = { authorization: "Bearer reader" };

async function start(): Promise<Started> {
  const service = await startHttp("tokens");
  const users: { readonly [token: string]: string } = {
    agent: `${agentAccount}@n1`,
    unbound: agentAccount,
    other: "system:serviceaccount:shop:default@n1",
    reader: "reader",
    stranger: "stranger",
  };
  service.says.owner = (token, audiences) => (audiences.includes("plimsoll") ? users[token] : undefined);
  service.says.may = (user) => user === "reader";
  await service.put(deployment("shop", "web"), ...pods);
  return service;
}

function pod(name: string, container: string, node = "n1", image = "registry.example/app:1"): Resource {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", uid: `uid-${name}` },
    spec: { nodeName: node, containers: [{ name: "app", image }] },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "app",
          containerID: `containerd://${container}`,
          imageID: `registry.example/app@sha256:${id("a")}`,
        },
      ],
    },
  } as unknown as Resource;
}

const pods = [pod("one", id("1")), pod("two", id("2")), pod("far", id("3"), "n2")];
const body = (more: object = {}) => ({ version: 1, node: "n1", agent: "0", running: [], ...more });
const list = (container: string, packages: readonly unknown[], left: object = {}) => ({
  list: { container, packages, left },
});
const zlib = { purl: "pkg:deb/debian/zlib1g@1", files: ["/usr/lib/libz.so.1"] };

test.each([
  ["its own", "agent", {}, 200],
  ["another account", "other", {}, 403],
  ["a token of no node", "unbound", {}, 403],
  ["a person", "reader", {}, 403],
  ["nobody", "nobody", {}, 401],
  ["another node", "agent", { node: "n2" }, 403],
  ["ids that are none", "agent", { running: ["../../etc"] }, 400],
  ["another shape", "agent", { more: 1 }, 400],
])("%s", async (_, token, more, status) => {
  const service = await start();
  const headers = { authorization: `Bearer ${token}` };
  expect((await service.post(url, body(more), headers)).status).toBe(status);
});

test("an image is asked for once, and told of until it is read", async () => {
  const service = await start();
  const ask = async (more: object): Promise<ListAnswer> =>
    (
      await service.post(url, body({ running: [id("1"), id("2"), id("3")], ...more }), agent)
    ).json() as ListAnswer;
  const told = async (): Promise<unknown> => (await service.get(url, reader)).json();
  expect(await told()).toMatchObject({
    items: [],
    unread: [{ image: "registry.example/app:1", why: expect.stringContaining("no agent reads packages") }],
  });
  expect((await ask({})).wanted).toEqual([id("1")]);
  expect((await ask({})).wanted).toEqual([]);
  expect(await told()).toMatchObject({ items: [], unread: [{ why: "not read yet" }] });
  const hostile = [zlib, 1, null, { purl: "x" }, { purl: "pkg:deb/debian/b@1", files: ["../../etc"] }];
  expect(await ask(list(id("1"), hostile, { "package list that cannot be read": 1 }))).toEqual({
    wanted: [],
    taken: 2,
    refused: { "entry that names no package": 3, "package whose files are not well told": 1 },
  });
  expect(await ask({})).toMatchObject({ wanted: [] });
  expect(await told()).toMatchObject({
    items: [
      { packages: 2, left: { "package list that cannot be read": 1, "entry that names no package": 3 } },
    ],
    unread: [],
  });
  expect(await service.store.parts("test", "image")).toHaveLength(1);
  // Who may not see the pods sees nothing of what they run.
  const seen = await service.get(url, { authorization: "Bearer stranger" });
  expect(seen.json()).toEqual({ items: [], unread: [] });
});

test("of a container that does not run there nothing is taken; what failed is told", async () => {
  const service = await start();
  const far = await service.post(url, body(list(id("3"), [zlib])), agent);
  expect(far.json()).toMatchObject({ taken: 0, refused: { "container that does not run there": 1 } });
  expect(
    (await service.post(url, body({ failed: { container: id("1"), why: "too slow" } }), agent)).status,
  ).toBe(200);
  expect((await service.get(url, reader)).json()).toMatchObject({ unread: [{ why: "too slow" }] });
});

test("the same image under another name is not read again", async () => {
  const service = await start();
  await service.post(url, body(list(id("1"), [zlib])), agent);
  await service.put(pod("again", id("4"), "n1", "registry.example/app:stable"));
  const answer = await service.post(url, body({ running: [id("4")] }), agent);
  expect(answer.json()).toMatchObject({ wanted: [] });
  expect((await service.get(url, reader)).json()).toMatchObject({ unread: [] });
});

test("a list lends its files to the flaws that a scanner's report tells of the image", async () => {
  const service = await start();
  await service.post(
    url,
    body(list(id("1"), [zlib, { purl: "pkg:deb/debian/other@1", files: ["/usr/lib/o.so"] }])),
    agent,
  );
  expect(service.pipeline.snapshot().images).toEqual([]);
  await service.put({
    apiVersion: "aquasecurity.github.io/v1alpha1",
    kind: "VulnerabilityReport",
    metadata: { name: "app", namespace: "shop" },
    report: {
      registry: { server: "registry.example" },
      artifact: { repository: "app", tag: "1" },
      vulnerabilities: [
        {
          vulnerabilityID: "CVE-2024-0001",
          resource: "zlib1g",
          installedVersion: "1",
          packageType: "debian",
        },
      ],
    },
  } as unknown as Resource);
  const [image] = service.pipeline.snapshot().images;
  expect(image?.vulnerabilities?.map(({ id: flaw }) => flaw)).toEqual(["CVE-2024-0001"]);
  expect(image?.packages?.flatMap(({ files = [] }) => files)).toEqual(["/usr/lib/libz.so.1"]);
});

test("lists are there again after a restart, and go once nothing has run their image for a month", async () => {
  const service = await start();
  await service.put(pod("old", id("4"), "n1", "registry.example/old:1"));
  await service.post(url, body(list(id("1"), [zlib])), agent);
  await service.post(url, body(list(id("4"), [zlib])), agent);
  const told = (await service.get(url, reader)).json();
  await service.pipeline.stop();
  const { clock } = await openWorld();
  let ahead = 0;
  const restarted = async (term: number): Promise<Pipeline> => {
    const now = (): number => clock.now() + ahead * 86_400_000;
    const again = createPipeline({
      ...quiet,
      cluster: "test",
      clock: { ...clock, now },
      store: service.store,
    });
    const put = (resource: Resource): Change => ({
      op: "put",
      record: { resource, source: { file: "cluster" } },
    });
    again.take([{ op: "gaps", gaps: [], covered: ["*"] }, ...[deployment("shop", "web"), ...pods].map(put)]);
    again.begin();
    again.lead(term);
    await expect.poll(() => again.status().committed, { timeout: 30_000 }).toBeGreaterThan(0);
    return again;
  };
  const look = async (pipeline: Pipeline): Promise<void> => {
    const { judged } = pipeline.status();
    pipeline.forget(undefined);
    await expect.poll(() => pipeline.status().judged, { timeout: 30_000 }).toBeGreaterThan(judged);
  };
  const names = (pipeline: Pipeline) => pipeline.given.heads().map(({ head }) => head.reference);
  const again = await restarted(2);
  const both = ["registry.example/app:1", "registry.example/old:1"];
  expect(told).toMatchObject({ items: both.map((image) => ({ image, packages: 1 })) });
  expect(names(again)).toEqual(both);
  expect(again.given.get(again.given.keys()[0]!)?.packages).toMatchObject([zlib]);
  for (let turn = 0; turn < 3; turn += 1) await look(again);
  expect(names(again)).toEqual(both);
  ahead = 31;
  for (let turn = 0; turn < 2; turn += 1) await look(again);
  const kept = async () =>
    (await service.store.parts("test", "image")).map(({ key }) => key.split(" ").at(-1));
  await expect.poll(kept, { timeout: 30_000 }).toEqual(["registry.example/app:1"]);
  await again.stop();
  const third = await restarted(3);
  expect(names(third)).toEqual(["registry.example/app:1"]);
  await third.stop();
});

test("of more images than are kept no list is asked for, copied or taken, and it is told why; what is there is replaced", async () => {
  const service = await start();
  const given = (index: number) => ({
    key: `list sha256:${index} registry.example/many:${index}`,
    image: { reference: `registry.example/many:${index}`, packages: [], sources: ["plimsoll"] },
  });
  const held = Array.from({ length: mostImages - 1 }, (_, index) => given(index));
  await service.pipeline.observe(nothingSeen, held);
  await service.put(pod("again", id("4"), "n1", "registry.example/app:stable"));
  const ask = async (more: object): Promise<unknown> => (await service.post(url, body(more), agent)).json();
  expect(await ask({ running: [id("1")] })).toMatchObject({ wanted: [id("1")] });
  expect(await ask(list(id("1"), [zlib]))).toMatchObject({ taken: 1, refused: {} });
  expect(await ask({ running: [id("1"), id("4")] })).toMatchObject({ wanted: [] });
  expect(await ask(list(id("4"), [zlib]))).toMatchObject({
    taken: 0,
    refused: { "list of more images than are kept": 1 },
  });
  expect(service.pipeline.given.keys()).toHaveLength(mostImages);
  expect((await service.get(url, reader)).json()).toMatchObject({
    items: [{ image: "registry.example/app:1", packages: 1 }],
    unread: [{ image: "registry.example/app:stable", why: "more images than lists are kept of" }],
  });
  expect(await ask(list(id("1"), [zlib, { purl: "pkg:deb/debian/b@1" }]))).toMatchObject({ taken: 2 });
  expect(service.pipeline.given.keys()).toHaveLength(mostImages);
}, 60_000);

test("a list of more packages than are kept of an image is refused, and so are lists of no end", async () => {
  const service = await start();
  const many = Array.from({ length: 50_001 }, (_, index) => ({ purl: `pkg:deb/debian/l${index}@1` }));
  expect((await service.post(url, body(list(id("1"), many)), agent)).status).toBe(400);
  expect((await service.post(url, body(list(id("1"), many.slice(1))), agent)).json()).toMatchObject({
    taken: 50_000,
  });
  expect(await service.store.parts("test", "image")).toHaveLength(1);
});
