/** The ladder over real HTTP: flaws by what was seen of their code, to those who may see the workloads. */
import { expect, test } from "vitest";
import { type Observation, type Resource, type Watch } from "@plimsoll/core";
import { usualSettings } from "../settings/settings.ts";
import { deployment, startHttp, type Started } from "../fixtures/service.ts";

const url = "/api/v1/vulnerabilities";
const reader = { authorization: "Bearer reader" };
const files = { zlib1g: ["/usr/lib/libz.so.1"], other: ["/usr/lib/libother.so.1"], unlisted: undefined };

async function start(): Promise<Started> {
  const service = await startHttp("tokens");
  service.says.owner = (token) => token;
  service.says.may = (user) => user === "reader";
  await service.put(deployment("shop", "web"), report);
  return service;
}

/** One of the deployment's. */
function podOf(name: string): Resource {
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "web", controller: true };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", uid: name, ownerReferences: [owner] },
    spec: { nodeName: "n1", containers: [{ name: "app", image }] },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "app",
          image,
          containerID: `containerd://${"1".repeat(64)}`,
          imageID: `registry.example/app@sha256:${"a".repeat(64)}`,
        },
      ],
    },
  } as unknown as Resource;
}

/** The image of the fixture's deployments. */
const [image] = imagesOf(deployment("shop", "web"));

function imagesOf(resource: Resource): readonly string[] {
  return [...JSON.stringify(resource).matchAll(/"image":"([^"]+)"/g)].map(([, found]) => found!);
}

const report = {
  apiVersion: "aquasecurity.github.io/v1alpha1",
  kind: "VulnerabilityReport",
  metadata: { name: "app", namespace: "shop" },
  report: {
    artifact: { repository: image!.split(":")[0], tag: image!.split(":")[1] },
    vulnerabilities: Object.entries(files).map(([name, list], index) => ({
      vulnerabilityID: `CVE-2024-000${index}`,
      resource: name,
      installedVersion: "1",
      packageType: "debian",
      ...(list === undefined ? {} : { packagePath: list[0] }),
    })),
  },
} as unknown as Resource;

test("flaws stand by what was seen of their code; what could not be seen is never set aside", async () => {
  const service = await start();
  const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
  const times = { first: "2026-01-01T00:00:00Z", last: "2026-01-01T00:00:00Z" };
  const seen: Observation = {
    container,
    detail: { kind: "library", path: "/usr/lib/libz.so.1" },
    sensor: "test",
    trust: "kernel",
    origin: "entrypoint",
    support: [{ pod: "web-1", provenance: "n1", count: 1, ...times }],
  };
  await service.pipeline.observe({ observations: [seen], watches: [] as readonly Watch[], detections: [] });
  const ask = async (query = "", headers: object = reader): Promise<unknown> =>
    (await service.get(`${url}${query}`, headers as typeof reader)).json();
  const workloads = [{ kind: "Deployment", namespace: "shop", name: "web" }];
  expect(await ask()).toMatchObject({
    total: 3,
    aside: 0,
    unlooked: [],
    items: [
      { id: "CVE-2024-0000", rung: "loaded", loaded: "observed", workloads },
      { id: "CVE-2024-0001", rung: "installed", loaded: "unknown" },
      { id: "CVE-2024-0002", loaded: "unknown", because: expect.stringContaining("no list") },
    ],
  });
  expect(await ask("?loaded=observed")).toMatchObject({ total: 1, items: [{ id: "CVE-2024-0000" }] });
  expect(await ask("?search=OTHER")).toMatchObject({ total: 1, items: [{ id: "CVE-2024-0001" }] });
  expect(await ask("?namespace=elsewhere")).toEqual({
    items: [],
    total: 0,
    aside: 0,
    unlooked: [],
    unread: [],
    blind: [],
  });
  const first = (await ask("?limit=2")) as { readonly items: readonly object[]; readonly next: string };
  expect(first.items).toHaveLength(2);
  const rest = await ask(`?limit=2&cursor=${encodeURIComponent(first.next)}`);
  expect(rest).toMatchObject({ total: 3, items: [{ id: "CVE-2024-0002" }] });
  expect(rest).not.toHaveProperty("next");
  // The flaw that it names is gone: it goes on behind as many as were told, and never begins again.
  const gone = first.next.replace("CVE-2024-0001", "CVE-2024-0009");
  expect(await ask(`?limit=2&cursor=${encodeURIComponent(gone)}`)).toEqual(rest);
  expect(await ask("?cursor=x")).toMatchObject({ status: 400, detail: "the cursor is none of ours" });
  // Who may not see the workload is told of none of its flaws, nor that nobody looked.
  expect(await ask("", { authorization: "Bearer stranger" })).toEqual({
    items: [],
    total: 0,
    aside: 0,
    unlooked: [],
    unread: [],
    blind: [],
  });
});

test("settings that ask for more than a week hold for flaws at once", async () => {
  const service = await start();
  const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
  const now = Date.now();
  const whole = { from: new Date(now - 14 * 86_400_000).toISOString(), to: new Date(now).toISOString() };
  const watch: Watch = {
    container: { ...container, image: image! },
    pod: "web-1",
    sensor: "plimsoll-ebpf",
    provenance: "n1",
    watched: [whole],
    heard: [whole],
    fromStart: true,
    sight: { exec: "whole", file: "whole", library: "whole" },
    events: {},
    drops: 0,
  };
  await service.put(podOf("web-1"));
  await service.pipeline.observe({ observations: [], watches: [watch], detections: [] });
  const stateOf = async (): Promise<unknown> => (await service.get(`${url}?id=CVE-2024-0001`, reader)).json();
  expect(await stateOf()).toMatchObject({ aside: 1, items: [{ loaded: "not-observed" }] });
  service.says.settings = { ...usualSettings, evidence: { hours: 720 } };
  expect(await stateOf()).toMatchObject({
    aside: 0,
    items: [{ loaded: "unknown", because: expect.stringContaining("of at least 30 days") }],
  });
});

test("images with flaws whose files no agent has read are named, to whom may see their pods", async () => {
  const service = await start();
  await service.put(podOf("web-1"));
  const told = { image, why: "no agent reads packages on its node: kubectl apply -f deploy/packages.yaml" };
  expect((await service.get(url, reader)).json()).toMatchObject({ unread: [told] });
  expect((await service.get(`${url}?namespace=elsewhere`, reader)).json()).toMatchObject({ unread: [] });
  service.says.may = (_, question) =>
    "resource" in question && question.namespace === "shop" && question.resource !== "pods";
  const other = { authorization: "Bearer another" };
  expect((await service.get(url, other)).json()).toMatchObject({ total: 3, unread: [] });
});

test("what workloads that the asker may not see do with the same image is not told", async () => {
  const service = await start();
  service.says.may = (_, question) => "namespace" in question && question.namespace === "shop";
  const container = { namespace: "other", workloadKind: "Deployment", workload: "web", container: "app" };
  const support = [
    { pod: "web-1", provenance: "n1", count: 1, first: "2026-01-01T00:00:00Z", last: "2026-01-01T00:00:00Z" },
  ];
  const detail = { kind: "library", path: "/usr/lib/libz.so.1" } as const;
  const seen: Observation = {
    container,
    detail,
    sensor: "test",
    trust: "kernel",
    origin: "entrypoint",
    support,
  };
  await service.put(deployment("other", "web"));
  await service.pipeline.observe({ observations: [seen], watches: [], detections: [] });
  expect((await service.get(url, reader)).json()).toMatchObject({
    total: 3,
    items: [{ loaded: "unknown", workloads: [{ namespace: "shop" }] }, {}, {}],
  });
  service.says.may = () => true;
  expect((await service.get(`${url}?loaded=observed`, reader)).json()).toMatchObject({
    total: 1,
    items: [{ id: "CVE-2024-0000", workloads: [{}, {}] }],
  });
});

test("a workload of whose image no scanner told is named: that it has no flaws is not known", async () => {
  const service = await startHttp("tokens");
  service.says.owner = (token) => token;
  service.says.may = () => true;
  await service.put(deployment("shop", "web"));
  expect((await service.get(url, reader)).json()).toEqual({
    items: [],
    total: 0,
    aside: 0,
    unlooked: [image],
    unread: [],
    blind: [],
  });
});

test.each(["?loaded=maybe", "?limit=0", "?rung=moon", "?more=1"])("%s is refused", async (query) => {
  const service = await start();
  expect((await service.get(`${url}${query}`, reader)).status).toBe(400);
});
