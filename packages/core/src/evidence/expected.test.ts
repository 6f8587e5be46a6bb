import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import { createInventory } from "../inventory/build.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { expectations, type Expected } from "./expected.ts";
import { digest } from "./fixtures/seen.ts";

type Fields = { readonly [key: string]: Json };

function make(apiVersion: string, kind: string, name: string, more: Fields, owner?: string): Resource {
  const [ownerKind = "", ownerName = ""] = owner?.split("/") ?? [];
  const ownerReferences = [
    {
      apiVersion: ownerKind === "Job" ? "batch/v1" : "apps/v1",
      kind: ownerKind,
      name: ownerName,
      uid: "1",
      controller: true,
    },
  ];
  const made = kind === "ReplicaSet" ? { creationTimestamp: `2026-09-0${name.slice(-1)}T00:00:00Z` } : {};
  const metadata = { name, namespace: "shop", ...made, ...(owner === undefined ? {} : { ownerReferences }) };
  return { apiVersion, kind, metadata, ...more } as unknown as Resource;
}

const template = { spec: { containers: [{ name: "app", image: "shop/web:1" }] } };
const pod = (name: string, owner: string, phase = "Running"): Resource =>
  make(
    "v1",
    "Pod",
    name,
    {
      spec: template.spec,
      status: { phase, containerStatuses: [{ name: "app", imageID: `docker.io/shop/web@${digest}` }] },
    },
    owner,
  );

const resources = [
  make("apps/v1", "Deployment", "web", { spec: { replicas: 2, template } }),
  make("apps/v1", "ReplicaSet", "web-2", { spec: { template } }, "Deployment/web"),
  make("apps/v1", "ReplicaSet", "web-1", { spec: { template } }, "Deployment/web"),
  pod("web-2-a", "ReplicaSet/web-2"),
  pod("web-2-b", "ReplicaSet/web-2"),
  pod("web-1-z", "ReplicaSet/web-1", "Failed"),
  make("batch/v1", "CronJob", "bill", {
    spec: { schedule: "0 0 1 * *", jobTemplate: { spec: { template } } },
  }),
  make("batch/v1", "Job", "once", { spec: { template } }),
  make("apps/v1", "DaemonSet", "log", { spec: { template } }),
];

function expectedOf(kind: string, name: string, server: "cluster" | "files" = "cluster"): Expected {
  const snapshot: Snapshot = exampleSnapshot(resources);
  const header = {
    ...snapshot.header,
    takenAt: "2026-09-15T00:00:00.000Z",
    server: { kind: server, name: "c" },
  };
  const inventory = createInventory({ ...snapshot, header, covered: ["*"] });
  return expectations(inventory)({ namespace: "shop", workloadKind: kind, workload: name, container: "app" });
}

test("a deployment's live pods, both names of its image, and its rollouts", () => {
  expect(expectedOf("Deployment", "web")).toEqual({
    now: "2026-09-15T00:00:00.000Z",
    runs: "always",
    pods: ["web-2-a", "web-2-b"],
    replicas: 2,
    images: [digest, "shop/web:1"].sort(),
    rollouts: ["2026-09-01T00:00:00Z", "2026-09-02T00:00:00Z"],
    target: "deployment/web -n shop",
  });
});

test("of files nobody knows which pods there are", () => {
  expect(expectedOf("Deployment", "web", "files").pods).toBeUndefined();
});

test.each([
  ["CronJob", "bill", { runs: "scheduled", schedule: "0 0 1 * *" }],
  ["Job", "once", { runs: "once" }],
  ["DaemonSet", "log", { runs: "always", pods: [] }],
  ["Deployment", "gone", { images: [], rollouts: [] }],
  ["ServiceAccount", "web", { runs: "account" }],
] as const)("%s %s", (kind, name, part) => {
  expect(expectedOf(kind, name)).toMatchObject(part);
});
