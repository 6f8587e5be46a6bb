/** What is said of many workloads by one judge, that shares it among those alike, is what each is told by a judge of its own. */
import { exampleSnapshot } from "../../controls/example.ts";
import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { PatchOperation } from "../../model/finding.ts";
import type { Image } from "../../model/image.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { createJudge } from "./judge.ts";
import { valueAtPointer } from "../patches/patch.ts";

/** Ways in which workloads differ, each in something that some field looks at, or in nothing of that. */
const containers: readonly JsonObject[] = [
  {},
  { env: [{ name: "A", value: "1" }] },
  { securityContext: { runAsUser: 0 } },
  { securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false } },
  { securityContext: { privileged: true } },
  { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } },
  { resources: { limits: { cpu: "1" } } },
  { livenessProbe: { tcpSocket: { port: 80 } } },
  { volumeMounts: [{ name: "v", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }] },
  { image: "rooted:1" },
  { image: "named:1" },
  { image: "plain:1" },
];
const pods: readonly JsonObject[] = [
  {},
  { nodeName: "a" },
  { initContainers: [{ name: "first", resources: { requests: { cpu: "4" } } }] },
  { automountServiceAccountToken: true },
  { securityContext: { runAsUser: 7 } },
  { volumes: [{ name: "v", projected: { sources: [] } }] },
  { overhead: { memory: "2Gi" } },
  { initContainers: [{ name: "first", restartPolicy: "Always", resources: { requests: { cpu: "4" } } }] },
];
const standing = ["none", "ready", "hardened", "other image", "not ready"] as const;

const set = (path: string, value: Json): PatchOperation => ({ op: "add", path, value });
const first = "/spec/template/spec/containers/0";
const patches: readonly (readonly PatchOperation[])[] = [
  [set(`${first}/imagePullPolicy`, "Always")],
  [set(`${first}/image`, "plain:2")],
  [set(`${first}/resources`, { limits: { memory: "1Gi" }, requests: { cpu: "1" } })],
  [set(`${first}/readinessProbe`, { tcpSocket: { port: 80 } })],
  [
    set(`${first}/securityContext`, {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    }),
  ],
  [set("/spec/template/spec/automountServiceAccountToken", false)],
  [set("/spec/template/spec/hostUsers", false)],
  [set("/spec/replicas", 2)],
];

const images: readonly Image[] = [
  { reference: "rooted:1", sources: ["t"], config: { user: "0", setuidFiles: [] } },
  { reference: "named:1", sources: ["t"], config: { user: "app" } },
];

function podOf(
  spec: JsonObject,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  how: (typeof standing)[number],
): Resource {
  const [container, ...rest] = spec["containers"] as readonly JsonObject[];
  const changed =
    how === "other image"
      ? { ...container, image: "else:1" }
      : how === "hardened"
        ? { ...container, securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true } }
        : container!;
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "Deployment", name, uid: name, controller: true }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${name}-a`, namespace, ownerReferences },
    spec: { ...spec, containers: [changed, ...rest] },
    status: { conditions: [{ type: "Ready", status: how === "not ready" ? "False" : "True" }] },
  };
}

const deployments = containers.flatMap((container, a) =>
  pods.flatMap((pod, b) =>
    [[], [{ name: "side", image: "plain:1", ...containers[(a + b) % containers.length] }]].map(
      (others, c) => {
        const name = `web-${a}-${b}-${c}`;
        const namespace = a % 4 === 3 ? "bound" : "n";
        const how = standing[(a + b + c) % standing.length]!;
        const spec: JsonObject = {
          serviceAccountName: a % 2 === 0 ? "quiet" : "default",
          ...pod,
          containers: [{ name: "app", image: "plain:1", ...container }, ...others],
        };
        const metadata = { name, namespace, uid: name };
        const template = {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata,
          spec: { template: { spec } },
        };
        return {
          deployment: template as unknown as Resource,
          pods: how === "none" ? [] : [podOf(spec, metadata, how)],
        };
      },
    ),
  ),
);

const servers: readonly Snapshot["header"]["server"][] = [
  { kind: "cluster", name: "example" },
  { kind: "files", name: "files" },
];

test.each(servers)("one judge says of each what a judge of its own says: $kind", (server) => {
  const quiet = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "quiet", namespace: "n" },
    automountServiceAccountToken: false,
  };
  const bounds = {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "bounds", namespace: "bound" },
    spec: { limits: [{ type: "Container", max: { memory: "512Mi" }, default: { cpu: "1" } }] },
  };
  const resources = [
    quiet as Resource,
    bounds as Resource,
    ...deployments.flatMap((each) => [each.deployment, ...each.pods]),
  ];
  const example = exampleSnapshot(resources);
  const snapshot: Snapshot = { ...example, header: { ...example.header, server }, images };
  const inventory = createInventory(snapshot);
  const nobody = { observations: [], watches: [], detections: [] };
  const together = createJudge(inventory, nobody);
  const said = new Set<string>();
  for (const patch of patches) {
    // One list of operations is for places that hold the same.
    const lists = new Map<string, readonly PatchOperation[]>();
    for (const { deployment } of deployments) {
      const found = JSON.stringify(patch.map(({ path }) => valueAtPointer(deployment, path) ?? null));
      const operations = lists.get(found) ?? structuredClone(patch);
      lists.set(found, operations);
      const verdict = together(deployment, operations, "undo");
      expect(verdict).toEqual(createJudge(inventory, nobody)(deployment, structuredClone(patch), "undo"));
      said.add(verdict.text);
    }
  }
  expect(said.size).toBeGreaterThan(10);
});
