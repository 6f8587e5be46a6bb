import { defineControl, isJsonObject, refOf, type Judgement } from "@plimsoll/core";
import { webBudget } from "./example-web.ts";
import { budgetKind } from "./replicas.ts";

export const disruptionBudgetUnhealthy = defineControl({
  id: "disruption-budget-unhealthy",
  title: "Disruption budgets do not hold on to pods that are broken",
  severity: "low",
  why: "By default a budget also keeps pods that never became ready: one broken workload stops the drain of its node, and with it the patch for every other pod there.",
  remediation:
    "Set `unhealthyPodEvictionPolicy: AlwaysAllow`, as Kubernetes recommends. Leave it out where a pod that is not ready may still hold the only copy of data, and note that in an exception.",
  equivalents: ["kube-linter:pdb-unhealthy-pod-eviction-policy"],
  reference: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy",
  target: "cluster",
  reads: [budgetKind],
  *judge(inventory): Iterable<Judgement> {
    for (const { resource } of inventory.ofKind(budgetKind)) {
      const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
      const lets = spec["unhealthyPodEvictionPolicy"] === "AlwaysAllow";
      yield {
        resource: refOf(resource),
        result: lets ? "pass" : "fail",
        path: "spec.unhealthyPodEvictionPolicy",
        because: lets
          ? "Broken pods may be evicted"
          : "Pods that are not ready may not be evicted while too few are",
      };
    }
  },
  fix: [{ set: "spec.unhealthyPodEvictionPolicy", to: "AlwaysAllow" }],
  examples: {
    pass: [{ resources: [webBudget({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" })] }],
    fail: [
      { resources: [webBudget({ maxUnavailable: 1 })] },
      { resources: [webBudget({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "IfHealthyBudget" })] },
    ],
  },
});
