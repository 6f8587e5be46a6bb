import { defineControl, isJsonObject, refOf, type Json, type Judgement } from "@plimsoll/core";
import { webBudget, webDeployment } from "./example-web.ts";
import { autoscalerKind, budgetKind, budgets, replicatedWorkloads } from "./replicas.ts";

export const blockingDisruptionBudget = defineControl({
  id: "blocking-disruption-budget",
  title: "Disruption budgets let nodes be drained",
  severity: "low",
  why: "A budget that never allows an eviction stops every node drain it meets. Upgrades and kernel patches wait, or are forced past it by hand.",
  remediation:
    "Set `maxUnavailable: 1` in place of `minAvailable`, and run at least two replicas so that one can be spared. For a single pod the drain then costs a short outage, at a time of your choosing.",
  equivalents: [
    "kube-linter:pdb-max-unavailable",
    "kube-linter:pdb-min-available",
    "polaris:pdbDisruptionsIsZero",
    "polaris:pdbMinAvailableGreaterThanHPAMinReplicas",
    "gatekeeper:k8spoddisruptionbudget",
  ],
  reference: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  target: "cluster",
  reads: [budgetKind, autoscalerKind, "apps/v1/Deployment", "apps/v1/StatefulSet"],
  *judge(inventory): Iterable<Judgement> {
    const workloads = [...replicatedWorkloads(inventory)];
    for (const record of inventory.ofKind(budgetKind)) {
      const spec = isJsonObject(record.resource["spec"]) ? record.resource["spec"] : {};
      const selected = workloads.filter(({ workload }) => budgets(record, workload));
      const replicas = selected.reduce((sum, entry) => sum + entry.replicas, 0);
      const why = blockedBy(spec["maxUnavailable"], spec["minAvailable"], replicas);
      yield {
        resource: refOf(record.resource),
        result: why === undefined ? "pass" : "fail",
        path: spec["maxUnavailable"] === undefined ? "spec.minAvailable" : "spec.maxUnavailable",
        because: why ?? "It leaves room for an eviction",
      };
    }
  },
  fix: [{ remove: "spec.minAvailable" }, { set: "spec.maxUnavailable", to: 1 }],
  examples: {
    pass: [
      { resources: [webBudget({ maxUnavailable: 1 }), webDeployment({ replicas: 3 })] },
      { resources: [webBudget({ minAvailable: 2 }), webDeployment({ replicas: 3 })] },
    ],
    fail: [
      { resources: [webBudget({ maxUnavailable: 0 }), webDeployment({ replicas: 3 })] },
      { resources: [webBudget({ minAvailable: "100%" }), webDeployment({ replicas: 3 })] },
      { resources: [webBudget({ minAvailable: 1 }), webDeployment({ replicas: 1 })] },
    ],
  },
});

/** Why the budget never allows an eviction; `undefined` where it does, or where its pods are not those of a known workload. */
function blockedBy(
  maxUnavailable: Json | undefined,
  minAvailable: Json | undefined,
  replicas: number,
): string | undefined {
  if (maxUnavailable === 0 || maxUnavailable === "0%") return "It allows no pod to be unavailable";
  if (minAvailable === "100%") return "It wants every pod available";
  if (typeof minAvailable === "number" && replicas > 0 && minAvailable >= replicas)
    return `It wants ${minAvailable} of ${replicas} pods available`;
  return undefined;
}
