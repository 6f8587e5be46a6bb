import { defineControl } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";

export const replicasOnOneNode = defineControl({
  id: "replicas-on-one-node",
  title: "Replicas are spread over nodes",
  severity: "low",
  why: "Left to chance, all replicas may sit on one node. Its failure, or its compromise and shutdown, takes the whole workload with it.",
  remediation:
    "Add `topologySpreadConstraints` over `kubernetes.io/hostname` with the workload's own labels (`whenUnsatisfiable: ScheduleAnyway` where nodes are few), or a podAntiAffinity. With `DoNotSchedule` pods stay pending once the nodes run out.",
  equivalents: [
    "kube-linter:no-anti-affinity",
    "polaris:topologySpreadConstraint",
    "kube-score:deployment-has-host-podantiaffinity",
    "kube-score:statefulset-has-host-podantiaffinity",
    "kube-score:pod-topology-spread-constraints",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
  target: "pod",
  when: "object.kind in ['Deployment', 'StatefulSet'] && object.spec.?replicas.orValue(1) > 1",
  validate:
    "pod.spec.?topologySpreadConstraints.orValue([]).size() > 0 || pod.spec.?affinity.?podAntiAffinity.hasValue()",
  path: "spec.topologySpreadConstraints",
  message: "Nothing keeps the replicas from landing on one node",
  noFix: "The constraint repeats labels that tell this workload from others.",
  examples: {
    pass: [
      {
        resources: [
          webDeployment(
            { replicas: 3 },
            {
              topologySpreadConstraints: [
                {
                  maxSkew: 1,
                  topologyKey: "kubernetes.io/hostname",
                  whenUnsatisfiable: "ScheduleAnyway",
                  labelSelector: { matchLabels: { app: "web" } },
                },
              ],
            },
          ),
        ],
      },
      { resources: [webDeployment({ replicas: 1 })] },
    ],
    fail: [{ resources: [webDeployment({ replicas: 3 })] }],
  },
});
