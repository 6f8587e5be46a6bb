import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import { createInventory } from "../inventory/build.ts";
import type { Observation } from "../model/observation.ts";
import type { Resource } from "../model/resource.ts";
import { flawsIn } from "./vulnerabilities.ts";

const purl = "pkg:deb/debian/zlib@1";
const digest = `sha256:${"a".repeat(64)}`;
const image = {
  reference: "web:1",
  digest,
  packages: [{ purl, name: "zlib", version: "1", ecosystem: "deb", files: ["/usr/lib/libz.so.1"] }],
  vulnerabilities: [{ id: "CVE-2024-0001", package: purl, exploited: false, loaded: "unknown" }],
  sources: ["t"],
} as const;

function loading(told: string): Observation {
  const at = "2026-01-01T00:00:00.000Z";
  return {
    container: { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app", image: told },
    detail: { kind: "library", path: "/usr/lib/libz.so.1" },
    sensor: "plimsoll-ebpf",
    trust: "kernel",
    origin: "entrypoint",
    support: [{ pod: "web", provenance: "n", first: at, last: at, count: 1 }],
  };
}

/** How the pod writes the image that a scanner calls `web:1`, and how a sensor told it. */
test.each([
  ["web:1", "web:1", "observed"],
  ["docker.io/library/web:1", "docker.io/library/web:1", "observed"],
  ["docker.io/library/web:1", `docker.io/library/web@${digest}`, "observed"],
  [`web@${digest}`, digest, "observed"],
  ["web:1", "web:2", "unknown"],
])("pods that run %s, seen as %s: its flaw is %s", (written, told, loaded) => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name: "web" },
    spec: { containers: [{ name: "app", image: written }] },
  } as unknown as Resource;
  const snapshot = { ...exampleSnapshot([pod]), images: [image], observations: [loading(told)] };
  const flaws = flawsIn(snapshot, createInventory(snapshot));
  expect(flaws.map((flaw) => [flaw.loaded, flaw.workloads.map(({ name }) => name)])).toEqual([
    [loaded, ["web"]],
  ]);
});
