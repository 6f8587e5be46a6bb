/** Documents of scanners over real HTTP: who may send them, what they tell of flaws at once, and that hostile ones harm nothing. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { openWorld } from "@plimsoll/cluster";
import { nothingSeen } from "@plimsoll/core";
import { deployment, sourceToken, startHttp, type Started } from "../fixtures/service.ts";
import { quiet } from "../fixtures/quiet.ts";
import { createPipeline } from "../pipeline/pipeline.ts";
import { mostImages, mostScannedBytes } from "./scanned.ts";

const url = "/api/v1/sources/scanner";
const scanner = { authorization: `Bearer ${sourceToken}` };
const reader = { authorization: "Bearer reader" };
const image = "registry.example/app:1";
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

async function start(): Promise<Started> {
  const service = await startHttp("tokens");
  service.says.owner = (token) => (token === "reader" ? token : undefined);
  service.says.may = () => true;
  await service.put(deployment("shop", "web"));
  return service;
}

const flawOf = (id: string, name = "zlib1g") => ({
  VulnerabilityID: id,
  PkgName: name,
  InstalledVersion: "1",
  FixedVersion: "2",
});

function trivy(flaws: readonly object[], more: object = {}): object {
  return {
    SchemaVersion: 2,
    ArtifactName: image,
    Results: [
      {
        Type: "debian",
        Packages: [
          { Name: "zlib1g", Version: "1", InstalledFiles: ["usr/lib/libz.so.1"] },
          { Name: "other", Version: "1", InstalledFiles: ["usr/lib/libother.so.1"] },
        ],
        Vulnerabilities: flaws,
      },
    ],
    ...more,
  };
}

const moved = (digit: string) => ({ Metadata: { RepoDigests: [`registry.example/app@${digest(digit)}`] } });

const bill = {
  bomFormat: "CycloneDX",
  metadata: { component: { type: "container", name: image } },
  components: [{ type: "library", purl: "pkg:deb/debian/zlib1g@1" }],
};

interface Flaws {
  readonly items: readonly { readonly id: string }[];
  readonly unlooked: readonly string[];
}

const flawsOf = async (service: Started): Promise<readonly string[]> =>
  ((await service.get("/api/v1/vulnerabilities", reader)).json() as Flaws).items.map(({ id }) => id);

test("what a scanner found counts at once, takes the place of what it found before, and is there after a restart", async () => {
  const service = await start();
  const before = (await service.get("/api/v1/vulnerabilities", reader)).json();
  expect(before).toMatchObject({ items: [], unlooked: [image] });
  const first = await service.post(
    url,
    trivy([flawOf("CVE-2024-0001"), flawOf("CVE-2024-0002"), {}]),
    scanner,
  );
  expect([first.status, first.json()]).toEqual([
    200,
    {
      image,
      flaws: 2,
      flawed: 1,
      packages: 2,
      workloads: 1,
      replaced: false,
      forgotten: 0,
      left: { "flaw without an id or a package": 1, "package without a name": 1 },
    },
  ]);
  expect((await service.get("/api/v1/vulnerabilities", reader)).json()).toMatchObject({
    items: [{ id: "CVE-2024-0001", image, rung: "installed" }, { id: "CVE-2024-0002" }],
    unlooked: [],
  });
  // Of packages without a flaw nothing is carried along.
  const [known] = service.pipeline.snapshot().images;
  expect(known?.packages?.map(({ name, files }) => [name, files])).toEqual([
    ["zlib1g", ["/usr/lib/libz.so.1"]],
  ]);
  const second = await service.post(url, trivy([flawOf("CVE-2024-0003")]), scanner);
  expect(second.json()).toMatchObject({ flaws: 1, replaced: true });
  expect(await flawsOf(service)).toEqual(["CVE-2024-0003"]);
  // A bill that tells of no flaws takes none away.
  const third = await service.post(url, bill, scanner);
  expect(third.json()).toMatchObject({ flawed: 0, packages: 1, replaced: false });
  expect(third.json()).not.toHaveProperty("flaws");
  expect(await flawsOf(service)).toEqual(["CVE-2024-0003"]);
  const parts = await service.store.parts("test", "image");
  expect(parts.map(({ key }) => key)).toEqual([
    "scanner flaws registry.example/app:1",
    "scanner packages registry.example/app:1",
  ]);
  await service.pipeline.stop();
  const { clock } = await openWorld();
  const again = createPipeline({ ...quiet, cluster: "test", clock, store: service.store });
  again.take([{ op: "gaps", gaps: [], covered: ["*"] }]);
  again.begin();
  again.lead(2);
  await expect.poll(() => again.status().committed, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(
    again.snapshot().images.flatMap(({ vulnerabilities = [] }) => vulnerabilities.map(({ id }) => id)),
  ).toEqual(["CVE-2024-0003"]);
  await again.stop();
});

test("however tools spell a name, it is one image; the report is told of it", async () => {
  const service = await start();
  await service.put({
    apiVersion: "aquasecurity.github.io/v1alpha1",
    kind: "VulnerabilityReport",
    metadata: { name: "app", namespace: "shop" },
    report: {
      artifact: { repository: "library/web", tag: "latest" },
      vulnerabilities: [
        { vulnerabilityID: "CVE-2024-0001", resource: "zlib1g", installedVersion: "1", packageType: "deb" },
      ],
    },
  } as never);
  const posted = trivy([flawOf("CVE-2024-0002")], { ArtifactName: "docker.io/library/web" });
  expect((await service.post(url, posted, scanner)).json()).toMatchObject({ workloads: 0 });
  const { images } = service.pipeline.snapshot();
  expect(images.map(({ vulnerabilities = [] }) => vulnerabilities.map(({ id }) => id))).toEqual([
    ["CVE-2024-0001", "CVE-2024-0002"],
  ]);
  await expect
    .poll(() => service.pipeline.standing(), { timeout: 30_000 })
    .toSatisfy(({ revision, report }) => report === revision);
});

test("a document of the image that the tag led to before goes once pods run the new one", async () => {
  const service = await start();
  const pod = (digit: string) =>
    ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web-1", namespace: "shop", uid: `uid-${digit}` },
      spec: { containers: [{ name: "app", image }] },
      status: {
        containerStatuses: [
          {
            name: "app",
            containerID: `containerd://${digit.repeat(64)}`,
            imageID: `registry.example/app@${digest(digit)}`,
          },
        ],
      },
    }) as never;
  await service.put(pod("a"));
  await service.post(url, trivy([flawOf("CVE-2024-0001")], moved("a")), scanner);
  const next = trivy([flawOf("CVE-2024-0002")], moved("b"));
  expect((await service.post(url, next, scanner)).json()).toMatchObject({
    digest: digest("b"),
    replaced: false,
  });
  const keys = async () => (await service.store.parts("test", "image")).map(({ key }) => key.at(-1));
  // It is rolled out after it was looked into; until then the flaws of both count.
  expect(await keys()).toEqual(["a", "b"]);
  expect(await flawsOf(service)).toEqual(["CVE-2024-0001", "CVE-2024-0002"]);
  await service.put(pod("b"));
  service.pipeline.forget(undefined);
  await expect.poll(keys, { timeout: 30_000 }).toEqual(["b"]);
  expect(await flawsOf(service)).toEqual(["CVE-2024-0002"]);
});

test("of more images than are kept those that no workload runs go, the oldest first, and the answer says so", async () => {
  const service = await start();
  const given = (index: number, tag: string) => ({
    key: `scanner flaws registry.example/old-${index}`,
    image: {
      reference: `registry.example/app:${tag}`,
      sources: ["trivy"],
      readAt: new Date(Date.UTC(2026, 0, 1) + index).toISOString(),
    },
  });
  // A workload runs the oldest.
  const held = Array.from({ length: mostImages }, (_, index) => given(index, index === 0 ? "1" : "old"));
  await service.pipeline.observe(nothingSeen, held);
  const send = (digit: string) => service.post(url, trivy([], moved(digit)), scanner);
  expect((await send("a")).json()).toMatchObject({ replaced: false, forgotten: 100 });
  const left = held.flatMap(({ key }, index) => (index === 0 || index > 100 ? [key] : []));
  expect(service.pipeline.given.keys().filter((key) => key.includes("/old-"))).toEqual(left.toSorted());
  expect(await service.store.parts("test", "image", "", mostImages)).toHaveLength(left.length + 1);
  expect((await send("b")).json()).toMatchObject({ forgotten: 0 });
  // Of images that are run none is given up: one more is refused, and what is there is replaced still.
  const run = held.map((_, index) => given(index, "1"));
  await service.pipeline.observe(nothingSeen, run);
  expect(await send("c")).toMatchObject({
    status: 413,
    text: expect.stringMatching(/as many images as are kept .* all are run/),
  });
  expect((await send("a")).json()).toMatchObject({ replaced: true, forgotten: 0 });
}, 60_000);

test.each([
  ["its token", scanner, 200],
  [
    "as the password of a pair",
    { authorization: `Basic ${Buffer.from(`x:${sourceToken}`).toString("base64")}` },
    200,
  ],
  ["another token", { authorization: "Bearer something-else-entirely" }, 401],
  ["a person's", reader, 401],
  ["none", {}, 401],
])("%s", async (_, headers, status) => {
  const service = await start();
  expect((await service.post(url, bill, headers as typeof scanner)).status).toBe(status);
});

const text = (value: unknown): string => JSON.stringify(value);
const json = { "content-type": "application/json" };

const components = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ type: "library", purl: `pkg:deb/debian/lib${index}@1` }));

const hostile: readonly (readonly [
  string,
  string | Uint8Array,
  number,
  RegExp,
  { readonly [name: string]: string }?,
])[] = [
  [
    "a list of exploited flaws",
    text({ catalogVersion: "1", vulnerabilities: [{ cveID: "CVE-1" }] }),
    400,
    /exploited/,
  ],
  ["an empty list of them", text({ catalogVersion: "1", vulnerabilities: [] }), 400, /no known tool/],
  ["a list of documents", text([trivy([]), bill]), 400, /one at a time/],
  ["a list of unknown things", text([1, null, {}]), 400, /one at a time/],
  ["an unknown document", text({ hello: 1 }), 400, /no known tool; known are .*Trivy/],
  ["nothing", "null", 400, /no single document/],
  ["a word", '"trivy"', 400, /no single document/],
  ["no image", text({ bomFormat: "CycloneDX" }), 400, /names no image/],
  ["an image of a folder", text(trivy([], { ArtifactName: "./rootfs" })), 400, /as a pod could/],
  ["an image with a line break", text(trivy([], { ArtifactName: "a\nb" })), 400, /as a pod could/],
  [
    "no UTF-8",
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    400,
    /no UTF-8/,
  ],
  [
    "of too many packages",
    text({ ...bill, components: components(50_001) }),
    413,
    /more than 50000 packages/,
  ],
  [
    "a bomb",
    gzipSync(Buffer.alloc(mostScannedBytes + 1, 32)),
    413,
    /unpacked/,
    { "content-encoding": "gzip" },
  ],
  [
    "another bomb",
    zstdCompressSync(Buffer.alloc(mostScannedBytes + 1, 32)),
    413,
    /unpacked/,
    { "content-encoding": "zstd" },
  ],
  [
    "packed and cut off",
    gzipSync(text(bill)).subarray(0, 60),
    400,
    /no whole gzip/,
    { "content-encoding": "gzip" },
  ],
  ["packed as nothing known", text(bill), 400, /gzip or zstd/, { "content-encoding": "br" }],
];

test("hostile documents are refused in one line, and the service lives on", async () => {
  const service = await start();
  const send = (body: string | Uint8Array, headers: { readonly [name: string]: string } = {}) =>
    fetch(service.address + url, {
      method: "POST",
      body: body as never,
      headers: { ...json, ...scanner, ...headers },
    });
  for (const [name, body, status, why, headers] of hostile) {
    const answer = await send(body, headers);
    const told = (await answer.json()) as { readonly title: string; readonly detail?: string };
    expect([name, answer.status, told.detail ?? told.title]).toEqual([
      name,
      status,
      expect.stringMatching(why),
    ]);
    expect(`${told.title}${told.detail}`).not.toContain("\n");
  }
  expect(await service.store.parts("test", "image")).toEqual([]);
  // Names that every object has are no kinds of packages.
  const odd = text(trivy([])).replace(
    "{",
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
  );
  const results = ["constructor", "__proto__", "toString"].map((Type) => ({
    Type,
    Packages: [{ Name: "a", Version: "1" }],
  }));
  const taken = await send(odd.replace('"Results":[', `"Results":[${results.map(text).join()},`));
  expect([taken.status, await taken.json()]).toEqual([
    200,
    expect.objectContaining({ packages: 2, left: { "package without a name": 3 } }),
  ]);
  expect({}).not.toHaveProperty("polluted");
  for (const [encoding, packed] of [
    ["gzip", gzipSync(text(bill))],
    ["zstd", zstdCompressSync(text(bill))],
  ] as const)
    expect((await send(packed, { "content-encoding": encoding })).status).toBe(200);
  expect((await service.get("/readyz")).status).toBe(200);
});
