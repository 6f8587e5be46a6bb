import { defineControl, type Judgement } from "@plimsoll/core";
import { webBudget, webDeployment } from "./example-web.ts";
import { autoscalerKind, budgetKind, budgets, replicatedWorkloads } from "./replicas.ts";

export const missingDisruptionBudget = defineControl({
  id: "missing-disruption-budget",
  title: "Replicated workloads have a disruption budget",
  severity: "low",
  why: "Without one, draining nodes to patch them may evict all replicas at the same moment. Who fears that drains seldom, and runs old kernels.",
  remediation:
    "Add a PodDisruptionBudget that selects the workload's pods, with `maxUnavailable: 1`. A budget that leaves no room (`maxUnavailable: 0`) stops every drain instead; pods that are never ready count against it, so set `unhealthyPodEvictionPolicy: AlwaysAllow`.",
  equivalents: [
    "polaris:missingPodDisruptionBudget",
    "kube-score:deployment-has-poddisruptionbudget",
    "kube-score:statefulset-has-poddisruptionbudget",
    "popeye:206",
  ],
  grants: "denial-of-service",
  reference: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  target: "workload",
  reads: [budgetKind, autoscalerKind],
  *judge(inventory): Iterable<Judgement> {
    for (const { workload, replicas } of replicatedWorkloads(inventory)) {
      const budget = inventory.ofKind(budgetKind).find((record) => budgets(record, workload));
      yield {
        resource: workload.ref,
        result: budget !== undefined ? "pass" : replicas < 2 ? "skip" : "fail",
        because:
          budget !== undefined
            ? `PodDisruptionBudget ${budget.resource.metadata.name} selects its pods`
            : "No PodDisruptionBudget selects its pods",
      };
    }
  },
  noFix: "The budget is a resource of its own.",
  examples: {
    pass: [
      { resources: [webDeployment({ replicas: 3 }), webBudget({ maxUnavailable: 1 })] },
      { name: "one pod cannot be spared", resources: [webDeployment({ replicas: 1 })] },
    ],
    fail: [
      { resources: [webDeployment({ replicas: 3 })] },
      {
        name: "a budget of another workload",
        resources: [
          webDeployment({ replicas: 3 }),
          {
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: { name: "api", namespace: "shop" },
            spec: { maxUnavailable: 1, selector: { matchLabels: { app: "api" } } },
          },
        ],
      },
    ],
  },
});
