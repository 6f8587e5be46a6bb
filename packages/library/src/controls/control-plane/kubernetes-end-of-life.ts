import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { clusterRef } from "./cluster.ts";
import { supportOf } from "./releases.ts";

function* judge({ server, takenAt }: Inventory): Generator<Judgement> {
  const resource = clusterRef;
  if (server.kind === "files") {
    yield { resource, result: "skip", because: "no cluster in this scan" };
    return;
  }
  const support = supportOf(server.version, takenAt);
  if (support === undefined)
    yield {
      resource,
      result: "unknown",
      because: `The end of ${server.version ?? "an unknown version"} is not in the table: see kubernetes.io/releases`,
    };
  else yield { resource, result: support.supported ? "pass" : "fail", because: support.because };
}

export const kubernetesEndOfLife = defineControl({
  id: "kubernetes-end-of-life",
  title: "The cluster runs a maintained Kubernetes",
  severity: "high",
  why: "After its end a version gets no more fixes, also for holes that are published with an exploit. Each later one makes the list of what works against the cluster longer.",
  remediation:
    "Upgrade one minor version at a time, the control plane before the nodes. Read the deprecation guide of each step first: manifests with removed API versions are refused afterwards.",
  equivalents: ["kubescape:C-0273", "popeye:405"],
  reference: "https://kubernetes.io/releases/patch-releases/",
  target: "cluster",
  reads: [],
  judge,
  noFix: "An upgrade is not a change to a resource.",
  examples: {
    pass: [
      { version: "1.35", resources: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }] },
    ],
    fail: [
      { version: "1.31", resources: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }] },
    ],
  },
});
