/** The identities that clouds give to nodes, as the nodes themselves tell. */
import type { ExampleResource, Inventory, Json, Resource, Vertex } from "@plimsoll/core";
import { objectOf } from "./escape.ts";

const providers = { aws: "aws", gce: "gcp", azure: "azure" } as const;
/** Labels that name the group of nodes that share an identity. */
const groupLabels = [
  "eks.amazonaws.com/nodegroup",
  "cloud.google.com/gke-nodepool",
  "kubernetes.azure.com/agentpool",
];

/** By name of the node, the identity that its cloud gives it; nodes of no cloud are left out. */
export function nodeIdentities(
  inventory: Inventory,
): ReadonlyMap<string, Extract<Vertex, { kind: "cloud" }>> {
  return new Map(
    inventory.ofKind("v1/Node").flatMap(({ resource }) => {
      const identity = identityOf(resource);
      return identity === undefined ? [] : [[resource.metadata.name ?? "", identity] as const];
    }),
  );
}

function identityOf(node: Resource): Extract<Vertex, { kind: "cloud" }> | undefined {
  const id = objectOf(node["spec"])["providerID"];
  const scheme = typeof id === "string" ? (id.split(":")[0] ?? "") : "";
  if (!Object.hasOwn(providers, scheme)) return undefined;
  const { name = "", labels = {} } = node.metadata;
  const group = groupLabels.map((label) => labels[label]).find((value) => value !== undefined);
  const identity = group === undefined ? `of node ${name}` : `of the nodes of ${group}`;
  return { kind: "cloud", provider: providers[scheme as keyof typeof providers], identity };
}

const pod = (): ExampleResource => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
  spec: {
    nodeName: "worker",
    containers: [{ name: "app", image: "registry.example.com/shop/app:1.0" }],
  },
});
const node = (spec: { readonly [key: string]: Json }): ExampleResource => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "worker" },
  spec,
});
const policy = (egress: readonly Json[]): ExampleResource => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "web", namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Egress"], egress },
});
const onAws = node({ providerID: "aws:///eu-west-1a/i-0123456789abcdef0" });
const onNone = node({});

export const identityExamples = {
  open: { resources: [pod(), onAws] },
  allowed: { resources: [pod(), onAws, policy([{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }])] },
  noCloud: { resources: [pod(), onNone] },
  except: {
    resources: [
      pod(),
      onAws,
      policy([{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }] }]),
    ],
  },
} as const;
