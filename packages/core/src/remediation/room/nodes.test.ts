/** Pods that grow, and what nodes say to it: as the scheduler counts. */
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { amounts, node, pod, roomOf, said, workload, type RoomCase } from "../fixtures/room-example.ts";

const roomy = node("big", "8", "16Gi");
const zone = (name: string): JsonObject => ({ metadata: { labels: { zone: name } } });
const taint = { key: "gpu", value: "yes", effect: "NoSchedule" };

const nodes: readonly (readonly [string, RoomCase, string | RegExp])[] = [
  [
    "a node has room",
    { around: [roomy] },
    "clear: What it asks for finds room as requests stand now: the nodes, for 1 cpu and 1Gi memory a pod",
  ],
  [
    "no node is as large",
    { around: [node("a", "500m")] },
    "breaks: no node is as large: a has 500m cpu allocatable, and a pod would ask for 1 cpu",
  ],
  [
    "pods of others take it",
    { around: [node("a", "2"), pod("x", "a", amounts("1500m", "1Gi"))] },
    "breaks: node a has 500m of 2 cpu left without its own pods, and a pod would ask for 1 cpu",
  ],
  [
    "pods that ended take nothing",
    {
      around: [node("a", "2"), pod("x", "a", amounts("1500m", "1Gi"), undefined, "Succeeded")],
      of: workload({ strategy: { type: "Recreate" } }),
    },
    /^clear/,
  ],
  [
    "its own pods leave",
    {
      around: [node("a", "2"), pod("x", "a", amounts("900m", "1Gi"), "web")],
      of: workload({ strategy: { type: "Recreate" } }),
      asks: { requests: amounts("2", "1Gi") },
    },
    /^clear/,
  ],
  [
    "an old one stays until the new one is ready",
    { around: [node("a", "1500m"), pod("x", "a", amounts("900m", "1Gi"), "web")] },
    "unknown: whether the last new pod finds room beside an old one",
  ],
  [
    "two nodes hold one each, of three",
    { around: [node("a", "1500m"), node("b", "1500m")], of: workload({ replicas: 3 }) },
    /^breaks: there is room for 2 of 3 pods; node a has 1500m of 1500m cpu/,
  ],
  [
    "a fifth of four may wait",
    { around: [node("a", "2500m"), node("b", "2500m")], of: workload({ replicas: 4 }) },
    /^clear/,
  ],
  [
    "pods are counted too",
    { around: [node("a", "8"), ...Array.from({ length: 10 }, (_, at) => pod(`x${at}`, "a", {}))] },
    /^breaks: node a has 0 of 10 pods left/,
  ],
  [
    "a node by its label",
    {
      around: [roomy, node("a", "500m", "4Gi", zone("x"))],
      of: workload({}, { nodeSelector: { zone: "x" } }),
    },
    /^breaks: no node is as large: a has/,
  ],
  [
    "a node by its affinity",
    {
      around: [roomy, node("a", "500m", "4Gi", zone("x"))],
      of: workload(
        {},
        {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["x"] }] }],
              },
            },
          },
        },
      ),
    },
    /^breaks/,
  ],
  [
    "a tainted node",
    { around: [node("big", "8", "16Gi", { spec: { taints: [taint] } })] },
    "unknown: which node its pods may stand on: none was seen that takes them",
  ],
  [
    "a tainted node that it bears",
    {
      around: [node("big", "8", "16Gi", { spec: { taints: [taint] } })],
      of: workload({}, { tolerations: [{ key: "gpu", operator: "Exists" }] }),
    },
    /^clear/,
  ],
  [
    "a pool may grow",
    { around: [node("a", "500m", "4Gi", { metadata: { labels: { "karpenter.sh/nodepool": "p" } } })] },
    /^unknown: whether its pool of nodes grows: no node is as large/,
  ],
  [
    "a priority makes room",
    {
      around: [node("a", "2"), pod("x", "a", amounts("1500m", "1Gi"))],
      of: workload({}, { priorityClassName: "high" }),
    },
    /^unknown: whether pods of a lower priority make room/,
  ],
  [
    "a priority makes no node larger",
    { around: [node("a", "500m")], of: workload({}, { priorityClassName: "high" }) },
    /^breaks/,
  ],
  [
    "a volume decides, and one node has no room",
    {
      around: [node("a", "500m"), roomy],
      of: workload({}, { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "v" } }] }),
    },
    /^unknown: whether the nodes that it may stand on for where its volumes are/,
  ],
  [
    "a volume decides, and each node has room",
    {
      around: [roomy],
      of: workload({}, { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "v" } }] }),
    },
    /^clear/,
  ],
  [
    "an init container is the most",
    {
      around: [node("a", "2")],
      of: workload(
        {},
        { initContainers: [{ name: "i", image: "i", resources: { requests: amounts("3", "1Gi") } }] },
      ),
    },
    "nothing",
  ],
  [
    "a sidecar is beside it",
    {
      around: [node("a", "1500m")],
      of: workload(
        {},
        {
          initContainers: [
            {
              name: "s",
              image: "s",
              restartPolicy: "Always",
              resources: { requests: amounts("700m", "1Gi") },
            },
          ],
        },
      ),
    },
    /^breaks: .*ask for 1700m cpu/,
  ],
  [
    "overhead",
    { around: [node("a", "1100m")], of: workload({}, { overhead: { cpu: "250m" } }) },
    /^breaks: .*ask for 1250m cpu/,
  ],
  ["a request from a limit", { around: [node("a", "500m")], asks: { limits: { cpu: "1" } } }, /^breaks/],
  ["no pods are wanted", { around: [node("a", "500m")], of: workload({ replicas: 0 }) }, "nothing"],
  [
    "a daemon on each node",
    {
      around: [roomy, node("a", "500m"), pod("x", "big", {}, "web")].map((each) =>
        each.kind === "Pod"
          ? ({
              ...each,
              metadata: {
                ...each.metadata,
                ownerReferences: [
                  { apiVersion: "apps/v1", kind: "DaemonSet", name: "web", uid: "web", controller: true },
                ],
              },
            } as unknown as Resource)
          : each,
      ),
      of: workload({}, {}, "DaemonSet"),
    },
    /^clear/,
  ],
  [
    "a node does not tell what it has",
    { around: [node("a", "8", "16Gi", { status: {} })] },
    "unknown: what node a has to give: its status does not tell",
  ],
  [
    "one tells and has no room, the other does not tell",
    { around: [node("a", "500m"), node("b", "8", "16Gi", { status: { allocatable: { cpu: "8" } } })] },
    "unknown: what node b has to give: its status does not tell",
  ],
  [
    "one tells and has room for all, the other does not tell",
    { around: [roomy, node("b", "8", "16Gi", { status: {} })] },
    /^clear/,
  ],
  [
    "nodes were not read",
    {
      around: [roomy],
      more: { gaps: [{ reason: "forbidden", source: "t", message: "", kinds: ["v1/Node"] }] },
    },
    "unknown: nodes: they were not read",
  ],
  [
    "pods were not read",
    {
      around: [roomy],
      more: { gaps: [{ reason: "forbidden", source: "t", message: "", kinds: ["v1/Pod"] }] },
    },
    "unknown: what the pods on its nodes ask for",
  ],
  [
    "files",
    {
      more: {
        header: {
          format: "plimsoll-snapshot",
          version: 1,
          takenAt: "2026-01-03T00:00:00Z",
          server: { kind: "files", name: "t" },
        },
      },
    },
    "unknown: whether quotas and nodes have room for its request of cpu, memory",
  ],
];

test.each(nodes)("nodes: %s", (_, given, expected) => {
  const text = said(roomOf(given));
  if (typeof expected === "string") expect(text).toBe(expected);
  else expect(text).toMatch(expected);
});
