import { defineControl, type Judgement } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";
import { autoscalerKind, bearsSecondCopy, replicatedWorkloads } from "./replicas.ts";

export const singleReplica = defineControl({
  id: "single-replica",
  title: "Workloads run more than one replica",
  severity: "low",
  why: "With one pod, a drained node or a crash provoked from outside is an outage, and so every patch of the node is one too: patches get put off.",
  remediation:
    "Set `replicas` to two or more, or let an autoscaler keep at least two. A patch is offered where each rolling update runs two copies side by side already; all day long the program must bear it too: no local files that only one holds, no scheduled work that both would do, no volume that only one may mount.",
  equivalents: [
    "kube-linter:minimum-three-replicas",
    "kube-linter:hpa-minimum-three-replicas",
    "polaris:deploymentMissingReplicas",
    "polaris:hpaMinAvailability",
    "kube-score:deployment-replicas",
    "kube-score:horizontalpodautoscaler-replicas",
    "gatekeeper:k8sreplicalimits",
  ],
  grants: "denial-of-service",
  target: "workload",
  reads: [autoscalerKind],
  *judge(inventory): Iterable<Judgement> {
    for (const { workload, replicas, scaled } of replicatedWorkloads(inventory)) {
      yield {
        resource: workload.ref,
        result: replicas === 0 ? "skip" : replicas === 1 ? "fail" : "pass",
        path: "spec.replicas",
        because: replicas === 1 ? "One pod is all there is of the workload" : `${replicas} replicas`,
        ...(scaled || !bearsSecondCopy(workload) ? { withoutFix: true } : {}),
      };
    }
  },
  fix: [{ set: "spec.replicas", to: 2, base: "object" }],
  noFix:
    "Where an autoscaler counts, or the workload never runs two copies today (a StatefulSet, `Recreate`, a claim of its own), whether a second may run is for its owners to say.",
  examples: {
    pass: [
      { resources: [webDeployment({ replicas: 2 })] },
      {
        name: "an autoscaler keeps two",
        resources: [
          webDeployment({}),
          {
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: { name: "web", namespace: "shop" },
            spec: {
              scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
              minReplicas: 2,
              maxReplicas: 6,
            },
          },
        ],
      },
      { name: "switched off", resources: [webDeployment({ replicas: 0 })] },
    ],
    fail: [
      { resources: [webDeployment({})] },
      { resources: [webDeployment({ replicas: 1 })] },
      {
        name: "never two copies at once",
        resources: [webDeployment({ replicas: 1, strategy: { type: "Recreate" } })],
      },
    ],
  },
});
