/** Runs the real command over what scanners wrote. */
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const manifests = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - { name: app, image: "example.com/web:1" }
`;
const trivy = {
  SchemaVersion: 2,
  ArtifactName: "example.com/web:1",
  Results: [
    {
      Type: "debian",
      Vulnerabilities: [
        {
          VulnerabilityID: "CVE-2026-0001",
          PkgName: "zlib\u001b[31m",
          InstalledVersion: "1",
          FixedVersion: "2",
          InstalledFiles: ["usr/lib/libz.so.1"],
        },
        { VulnerabilityID: "CVE-2026-0002", PkgName: "curl", InstalledVersion: "8" },
        { VulnerabilityID: "CVE-2026-0003" },
      ],
    },
  ],
};
const kev = { catalogVersion: "1", vulnerabilities: [{ cveID: "CVE-2026-0002" }] };
const exposed = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  containers:
    - { name: app, image: "example.com/web:1", ports: [{ containerPort: 80 }], securityContext: { privileged: true } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
`;
const support = [
  {
    pod: "web",
    provenance: "n",
    first: "2026-01-01T00:00:00.000Z",
    last: "2026-01-01T00:00:00.000Z",
    count: 1,
  },
];
const loading = {
  observation: {
    container: { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app" },
    detail: { kind: "library", path: "/usr/lib/libz.so.1" },
    sensor: "plimsoll-ebpf",
    trust: "kernel",
    origin: "entrypoint",
    support,
  },
};

beforeAll(() => {
  writeFileSync(join(folder.path, "web.yaml"), manifests);
  writeFileSync(join(folder.path, "trivy.json.gz"), gzipSync(JSON.stringify(trivy)));
  writeFileSync(join(folder.path, "kev.json"), JSON.stringify(kev));
  writeFileSync(join(folder.path, "seen.jsonl"), `${JSON.stringify(loading)}\n`);
  writeFileSync(join(folder.path, "broken.json"), "{");
  writeFileSync(join(folder.path, "short.gz"), gzipSync(JSON.stringify(trivy)).subarray(0, -9));
  writeFileSync(join(folder.path, "exposed.yaml"), exposed);
  writeFileSync(
    join(folder.path, "kev-loaded.json"),
    JSON.stringify({ catalogVersion: "1", vulnerabilities: [{ cveID: "CVE-2026-0001" }] }),
  );
});

test("flaws by what was seen loaded and what attackers use, and what was left out", async () => {
  const args = "vulns web.yaml --images trivy.json.gz --images kev.json --observations seen.jsonl".split(" ");
  const { out, err, code } = await folder.run(...args);
  expect(out).toContain("2 flaws in 1 image: 0 (0 %) set aside");
  expect(out).toContain("installed 1 → touched 0 → loaded 1 → executed 0");
  expect(out).toMatch(/CVE-2026-0001 .*loaded.*fixed in 2/);
  expect(out).toContain("loaded: /usr/lib/libz.so.1");
  expect(out).toMatch(/CVE-2026-0002 .*used by attackers .*not known whether loaded/);
  expect(out.indexOf("CVE-2026-0001")).toBeLessThan(out.indexOf("CVE-2026-0002"));
  expect(err).toContain("not read: trivy.json.gz: left out: flaw without an id or a package (1)");
  expect(err).not.toContain("not known");
  expect(out + err).not.toContain("\u001b");
  expect(code).toBe(0);
});

test("images that workloads run and no scanner told of are named; a document of no known tool is told, too", async () => {
  writeFileSync(join(folder.path, "two.yaml"), `${manifests}    - { name: two, image: "other:2" }\n`);
  writeFileSync(join(folder.path, "packed"), gzipSync(JSON.stringify(trivy)));
  writeFileSync(join(folder.path, "unknown.json"), '{"hello":"world"}');
  const { err, code } = await folder.run(
    ..."vulns two.yaml --images packed --images unknown.json".split(" "),
  );
  expect(err).toContain(
    "not known: no scanner told of 1 image that workloads run: other:2; bring what one finds",
  );
  expect(err).toContain("not read: unknown.json: left out: document of no known tool (1)");
  expect(code).toBe(0);
  const nothing = await folder.run(..."vulns two.yaml --images unknown.json".split(" "));
  expect(nothing.err).toMatch(/document of no known tool[^]*nobody looked for flaws/);
  expect(nothing.code).toBe(2);
});

test("reports that a scanner left in the cluster are read with it, and told where nothing can be made of them", async () => {
  const report = (name: string, artifact: object): object => ({
    resource: {
      apiVersion: "aquasecurity.github.io/v1alpha1",
      kind: "VulnerabilityReport",
      metadata: { name, namespace: "shop" },
      report: {
        registry: { server: "example.com" },
        artifact,
        vulnerabilities: [
          { vulnerabilityID: "CVE-2026-0002", resource: "curl", installedVersion: "8", packageType: "deb" },
        ],
      },
    },
    source: { file: "cluster" },
  });
  const resource = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: { containers: [{ name: "app", image: "example.com/web:1" }] },
  };
  const server = { kind: "cluster", name: "c" };
  const lines = [
    { format: "plimsoll-snapshot", version: 1, takenAt: "2026-01-01T00:00:00.000Z", server },
    { object: { resource, source: { file: "cluster" } } },
    { object: report("told", { repository: "web", tag: "1" }) },
    { object: report("nameless", {}) },
  ];
  writeFileSync(
    join(folder.path, "cluster.zst"),
    zstdCompressSync(lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
  );
  const { out, err, code } = await folder.run(..."vulns cluster.zst --images kev.json".split(" "));
  expect(out).toContain("1 flaw in 1 image");
  expect(out).toMatch(/CVE-2026-0002 .*used by attackers/);
  expect(err).toMatch(/VulnerabilityReport\/shop\/nameless: left out: it names no image/);
  expect(code).toBe(0);
});

test("a scan takes them too, and says what it left out", async () => {
  const { out } = await folder.run(..."scan web.yaml --images trivy.json.gz --format json".split(" "));
  const report = JSON.parse(out) as { readonly gaps: readonly { readonly message: string }[] };
  expect(report.gaps.map(({ message }) => message).join()).toMatch(
    /left out: .*flaw without an id or a package/,
  );
});

test("an exploited package is a way in: certain where it was seen loaded, and not known where nobody looked", async () => {
  const paths = (more: string): ReturnType<typeof folder.run> =>
    folder.run(..."paths exposed.yaml --from exploited".split(" "), ...more.split(" ").filter(Boolean));
  const unsure = await paths("--images trivy.json.gz --images kev.json");
  expect(unsure.out).toMatch(/1\. Pod shop\/web, from the internet by CVE-2026-0002 .*may not lead there/);
  expect(unsure.out).toContain("not known: whether the package is loaded is not seen");
  const loaded = await paths("--images trivy.json.gz --images kev-loaded.json --observations seen.jsonl");
  expect(loaded.out).toMatch(/1\. Pod shop\/web, from the internet by CVE-2026-0001 .* → a node\n/);
  const blind = await paths("");
  expect(blind.out).toContain("not known: no image was looked into");
  expect(blind.code).toBe(3);
  expect(JSON.parse((await paths("--format json")).out)).toMatchObject({ pairs: 0, top: [] });
});

test.each([
  ["vulns web.yaml", /nobody looked for flaws/],
  ["vulns web.yaml --images nothing.json", /there is no nothing\.json/],
  ["vulns web.yaml --images broken.json", /broken\.json is no JSON/],
  ["vulns web.yaml --images short.gz", /cannot read short\.gz: it is damaged/],
])("refused in one line: %s", async (line, message) => {
  const { err, code } = await folder.run(...line.split(" "));
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

test("a running service tells its flaws itself: the same ladder, and what could not be seen", async () => {
  const flaw = (id: string, more: object): object => ({
    id,
    image: "example.com/web:1",
    package: "pkg:deb/zlib1g@1",
    exploited: false,
    rung: "installed",
    loaded: "unknown",
    because: "no list of its files",
    exposed: "no",
    workloads: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" }],
    ...more,
  });
  const first = flaw("CVE-2026-0001", { rung: "loaded", loaded: "observed", fixedIn: "2" });
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push(headers.authorization);
    const isFirst = !url!.includes("cursor");
    const items = [isFirst ? first : flaw("CVE-2026-0002\u001b[31m", {})];
    const unread = [{ image: "example.com/web:1", why: "not read yet" }];
    const rest = { total: 2, aside: 0, unlooked: ["other:1"], unread, blind: ["batch/v1/Job"] };
    response.end(JSON.stringify({ items, ...rest, ...(isFirst ? { next: "1 x" } : {}) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  writeFileSync(join(folder.path, "token"), "secret-of-mine\n");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const line = ["vulns", "--from-service", url, "--service-token", "token"];
  const { out, err, code } = await folder.run(...line);
  expect(out).toContain("2 flaws in 1 image: 0 (0 %) set aside");
  expect(out).toContain("installed 1 → touched 0 → loaded 1 → executed 0");
  expect(out).toMatch(/CVE-2026-0001 .*loaded.*fixed in 2\n.*run by deployment shop\/web/);
  expect(err).toContain("no scanner told of 1 image that workloads run: other:1");
  expect(err).toContain("not read: which files packages have, in example.com/web:1: not read yet");
  expect(err).toContain("the service cannot see batch/v1/Job");
  expect(out + err).not.toContain("\u001b");
  expect([code, asked]).toEqual([0, ["Bearer secret-of-mine", "Bearer secret-of-mine"]]);
  expect(JSON.parse((await folder.run(...line, "--format", "json")).out)).toHaveLength(2);
  const nobody = await folder.run("vulns", "--from-service", "http://127.0.0.1:1");
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringMatching(/the service at 127\.0\.0\.1:1/)]);
});

test("a scanner's report is read in UTF-16 and from a pipe, and a device is none", async () => {
  const report = JSON.stringify(trivy);
  folder.write({ "pod.yaml": manifests });
  const scanned = (file: string): Promise<{ readonly code: number | null; readonly err: string }> =>
    folder.run("scan", "pod.yaml", "--images", file, "--format", "json");
  writeFileSync(join(folder.path, "wide.json"), Buffer.from(`\ufeff${report}`, "utf16le"));
  expect(await scanned("wide.json")).toMatchObject({ code: 0 });
  execFileSync("mkfifo", [join(folder.path, "pipe.json")]);
  const reader = scanned("pipe.json");
  writeFileSync(join(folder.path, "pipe.json"), report);
  expect(await reader).toMatchObject({ code: 0 });
  expect(await scanned("/dev/zero")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^plimsoll: cannot read \/dev\/zero: it is no file\n/),
  });
});
