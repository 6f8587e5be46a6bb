/** Flaws that scanners in the cluster report open and close ways in, as reports, settings and pods change. */
import { expect, test } from "vitest";
import { openWorld, type Change } from "@plimsoll/cluster";
import { scan, type Resource } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { usualSettings, type Settings } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import { createPipeline } from "./pipeline.ts";
import type { Pipeline } from "./shape.ts";
import { quiet } from "../fixtures/quiet.ts";

const put = (resource: object): Change => ({
  op: "put",
  record: { resource: resource as Resource, source: { file: "cluster" } },
});
const pod = put({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
  spec: {
    containers: [
      {
        name: "app",
        image: "registry.example/web:1",
        ports: [{ containerPort: 80 }],
        securityContext: { privileged: true },
      },
    ],
  },
});
const service = put({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
});
const kind = "aquasecurity.github.io/v1alpha1/VulnerabilityReport";
const report = (
  vulnerabilities: readonly object[],
  artifact: object = { repository: "web", tag: "1" },
): Change =>
  put({
    apiVersion: "aquasecurity.github.io/v1alpha1",
    kind: "VulnerabilityReport",
    metadata: { name: "pod-web-app", namespace: "shop" },
    report: { registry: { server: "registry.example" }, artifact, vulnerabilities },
  });
const flaw = {
  vulnerabilityID: "CVE-2024-0001",
  resource: "zlib",
  installedVersion: "1",
  packageType: "deb",
};

const wayIn = ({ pipeline }: { readonly pipeline: Pipeline }): boolean =>
  JSON.stringify(pipeline.outline()?.paths ?? {}).includes("CVE-2024-0001");

test("a way in opens with the report and the list of what attackers use, and closes with either", async () => {
  const { clock } = await openWorld();
  const store = await openMemoryStore(clock);
  const logged: string[] = [];
  let settings: Settings = usualSettings;
  const pipeline = createPipeline({
    ...quiet,
    clock,
    store,
    settings: () => settings,
    log: (_level, event, fields) => logged.push(`${event} ${String(fields?.["because"])}`),
  });
  const settled = () =>
    expect
      .poll(() => pipeline.standing(), { timeout: 30_000 })
      .toSatisfy(({ revision, findings, report: stands }) => findings === revision && stands === revision);
  const turn = async (change: () => void): Promise<boolean> => {
    const before = pipeline.standing().revision;
    change();
    await expect.poll(() => pipeline.standing().revision, { timeout: 30_000 }).toBeGreaterThan(before);
    await settled();
    // As a scan of the same snapshot has it.
    const { paths } = scan(pipeline.snapshot(), library, { toolVersion: "0" });
    expect(JSON.parse(JSON.stringify(pipeline.outline()!.paths))).toEqual(JSON.parse(JSON.stringify(paths)));
    return wayIn({ pipeline });
  };
  const take = (change: Change) => (): void => pipeline.take([change]);
  const use = (exploited: readonly string[]) => (): void => {
    settings = { ...usualSettings, exploited };
    pipeline.again();
  };
  pipeline.take([{ op: "gaps", gaps: [], covered: ["*"] }, pod, service]);
  pipeline.begin();
  pipeline.lead(1);
  await settled();
  expect(wayIn({ pipeline })).toBe(false);
  expect(await turn(take(report([flaw])))).toBe(false);
  expect(await turn(use(["CVE-2024-0001"]))).toBe(true);
  expect(await turn(take(report([])))).toBe(false);
  expect(await turn(take(report([flaw, { resource: "zlib" }])))).toBe(true);
  const gone: Change = { op: "remove", kind, namespace: "shop", name: "pod-web-app", uid: "" };
  expect(await turn(take(gone))).toBe(false);
  expect(await turn(take(report([flaw])))).toBe(true);
  expect(await turn(use([]))).toBe(false);
  expect(await turn(take(report([flaw], {})))).toBe(false);
  expect(pipeline.snapshot().images).toEqual([]);
  expect(logged).toEqual([
    `vulnerability-report-left ${kind}/shop/pod-web-app: flaw without an id or a package (1)`,
    `vulnerability-report-left ${kind}/shop/pod-web-app names no image`,
  ]);
  await pipeline.stop();
  await store.close();
});
