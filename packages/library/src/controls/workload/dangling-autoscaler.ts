import { defineControl, isJsonObject, refOf, type Judgement } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";
import { autoscalerKind } from "./replicas.ts";

/** The kinds whose absence tells something: others may be custom resources that nobody lists. */
const targets = new Set(["apps/v1/Deployment", "apps/v1/StatefulSet", "apps/v1/ReplicaSet"]);

export const danglingAutoscaler = defineControl({
  id: "dangling-autoscaler",
  title: "Autoscalers have a workload to scale",
  severity: "low",
  why: "An autoscaler whose target is gone or misspelled scales nothing: the workload it was meant for stays at the size it has when load, or a flood of requests, comes.",
  remediation:
    "Correct `scaleTargetRef` (kind, name and API version, in the autoscaler's own namespace), or delete the autoscaler. `kubectl describe hpa` shows `FailedGetScale` until then.",
  equivalents: [
    "kubescape:C-0300",
    "kube-linter:dangling-horizontalpodautoscaler",
    "kube-score:horizontalpodautoscaler-has-target",
    "popeye:600",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
  target: "cluster",
  reads: [autoscalerKind, ...targets],
  *judge(inventory): Iterable<Judgement> {
    for (const { resource } of inventory.ofKind(autoscalerKind)) {
      const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
      const target = isJsonObject(spec["scaleTargetRef"]) ? spec["scaleTargetRef"] : {};
      const { apiVersion = "apps/v1", kind, name } = target;
      if (!targets.has(`${apiVersion}/${kind}`)) continue;
      const { namespace = "" } = resource.metadata;
      const found = inventory.get({
        apiVersion: String(apiVersion),
        kind: String(kind),
        namespace,
        name: String(name),
      });
      const elsewhere = found === undefined && inventory.server.kind === "files";
      yield {
        resource: refOf(resource),
        result: found !== undefined ? "pass" : elsewhere ? "skip" : "fail",
        path: "spec.scaleTargetRef",
        because: found !== undefined ? "Its target is there" : `There is no ${kind} ${namespace}/${name}`,
      };
    }
  },
  noFix: "Which workload is meant is not in the manifest.",
  examples: {
    pass: [{ resources: [autoscaler("web"), webDeployment({})] }],
    fail: [{ resources: [autoscaler("wbe"), webDeployment({})] }],
  },
});

function autoscaler(name: string) {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: 2,
      maxReplicas: 6,
    },
  } as const;
}
