/** Objects as an API server lists them keep, once they are taken in, what verdicts are made of. */
import { expect, test } from "vitest";
import { createInventory, createJudge, type ResourceRecord, type Snapshot } from "@plimsoll/core";
import { takenIn } from "./place.ts";
import type { RawObject } from "./raw.ts";

const image = "registry.example/shop/web:1";
const metadata = (name: string, more: RawObject = {}): RawObject => ({
  name,
  namespace: "shop",
  uid: `uid-${name}`,
  resourceVersion: "7",
  managedFields: [{ manager: "kubectl", operation: "Update", time: "2026-01-01T00:00:00Z" }],
  ...more,
});
const template = (security: RawObject): RawObject => ({
  containers: [
    { name: "app", image, securityContext: security, terminationMessagePath: "/dev/termination-log" },
  ],
});
const owner = (kind: string, name: string): RawObject[] => [
  { apiVersion: "apps/v1", kind, name, uid: `uid-${name}`, controller: true, blockOwnerDeletion: true },
];

/** As a server answers it: an admission policy made the pods read-only, the Deployment does not ask for it. */
function pod(name: string, ready: string, security: RawObject): RawObject {
  const at = "2026-01-02T00:00:00Z";
  return {
    metadata: metadata(name, { ownerReferences: owner("ReplicaSet", "web-1") }),
    spec: { ...template(security), nodeName: "node-1", serviceAccountName: "default" },
    status: {
      phase: "Running",
      podIP: "10.1.0.7",
      startTime: at,
      conditions: ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({
        type,
        status: type.endsWith("Ready") ? ready : "True",
        lastProbeTime: null,
        lastTransitionTime: at,
      })),
      containerStatuses: [
        {
          name: "app",
          image,
          imageID: `registry.example/shop/web@sha256:${"1".repeat(64)}`,
          ready: ready === "True",
          restartCount: 0,
          state: { running: { startedAt: at } },
        },
      ],
    },
  };
}

const kinds = {
  Deployment: { apiVersion: "apps/v1", resource: "deployments" },
  ReplicaSet: { apiVersion: "apps/v1", resource: "replicasets" },
  Pod: { apiVersion: "v1", resource: "pods" },
} as const;

function listed(kind: keyof typeof kinds, item: RawObject): ResourceRecord {
  const taken = takenIn({ ...kinds[kind], kind, namespaced: true, verbs: ["list"] } as never, item);
  if (!("record" in taken)) throw new Error("not taken in");
  return taken.record;
}

const locked = { readOnlyRootFilesystem: true };

test.each([
  {
    title: "every pod complies and serves",
    pods: [pod("web-a", "True", locked), pod("web-b", "True", locked)],
    verdict: "clear",
  },
  {
    title: "one does not serve",
    pods: [pod("web-a", "True", locked), pod("web-b", "False", locked)],
    verdict: "unknown",
  },
  {
    title: "one does not comply",
    pods: [pod("web-a", "True", locked), pod("web-b", "True", {})],
    verdict: "unknown",
  },
])("a fix that the pods of a live cluster bear already: $title", ({ pods, verdict }) => {
  const snapshot: Snapshot = {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: "2026-01-03T00:00:00Z",
      server: { kind: "cluster", name: "test" },
    },
    resources: [
      listed("Deployment", {
        metadata: metadata("web"),
        spec: { replicas: 2, template: { spec: template({}) } },
      }),
      listed("ReplicaSet", {
        metadata: metadata("web-1", { ownerReferences: owner("Deployment", "web") }),
        spec: { replicas: 2, template: { spec: template({}) } },
      }),
      ...pods.map((each) => listed("Pod", each)),
    ],
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: ["*"],
  };
  const judge = createJudge(createInventory(snapshot), { observations: [], watches: [], detections: [] });
  const path = "/spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem";
  const told = judge(snapshot.resources[0]!.resource, [{ op: "add", path, value: true }], "revert it");
  expect([told.verdict, told.basis], told.text).toEqual([
    verdict,
    verdict === "clear" ? "construction" : "observation",
  ]);
});
