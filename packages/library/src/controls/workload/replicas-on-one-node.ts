import { defineControl } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";

export const replicasOnOneNode = defineControl({
  id: "replicas-on-one-node",
  title: "Replicas are spread over nodes",
  severity: "low",
  why: "Without a word from the workload, the scheduler spreads replicas only as one wish among others, and a drain or an upgrade leaves them together. The failure of that node, or its shutdown after a break-in, then takes the whole workload with it.",
  remediation:
    "Add `topologySpreadConstraints` over `kubernetes.io/hostname` with the workload's own selector, or a podAntiAffinity. The patch asks with `whenUnsatisfiable: ScheduleAnyway`, which never keeps a pod from starting. With `DoNotSchedule` pods stay pending once the nodes run out.",
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
  fix: [
    {
      set: "spec.topologySpreadConstraints",
      from: "[{'maxSkew': dyn(1), 'topologyKey': dyn('kubernetes.io/hostname'), 'whenUnsatisfiable': dyn('ScheduleAnyway'), 'labelSelector': dyn(object.spec.selector)}]",
    },
  ],
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
