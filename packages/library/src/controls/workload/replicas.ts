/** How many pods a workload keeps, and which disruption budgets speak of them. */
import {
  isJsonObject,
  matchesSelector,
  type Inventory,
  type Json,
  type ResourceRecord,
  type Workload,
} from "@plimsoll/core";

const replicated = new Set(["apps/v1/Deployment", "apps/v1/StatefulSet"]);

export const autoscalerKind = "autoscaling/v2/HorizontalPodAutoscaler";
export const budgetKind = "policy/v1/PodDisruptionBudget";

/** Deployments and StatefulSets, those made from a template that was read left out, each with the number of pods it keeps at least. */
export function* replicatedWorkloads(
  inventory: Inventory,
): Generator<{ readonly workload: Workload; readonly replicas: number }> {
  const autoscalers = inventory.records.filter(({ resource }) => resource.kind === "HorizontalPodAutoscaler");
  for (const workload of inventory.workloads) {
    const { resource } = workload.record;
    if (!replicated.has(`${resource.apiVersion}/${resource.kind}`) || workload.derived) continue;
    const autoscaler = autoscalers.find((record) => scales(record, workload));
    const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
    yield { workload, replicas: autoscaler === undefined ? count(spec["replicas"]) : leastOf(autoscaler) };
  }
}

function scales({ resource }: ResourceRecord, { ref }: Workload): boolean {
  const spec = resource["spec"];
  const target = isJsonObject(spec) ? spec["scaleTargetRef"] : undefined;
  return (
    isJsonObject(target) &&
    target["kind"] === ref.kind &&
    target["name"] === ref.name &&
    (resource.metadata.namespace ?? "") === ref.namespace
  );
}

function leastOf({ resource }: ResourceRecord): number {
  return isJsonObject(resource["spec"]) ? count(resource["spec"]["minReplicas"]) : 1;
}

function count(value: Json | undefined): number {
  return typeof value === "number" ? value : 1;
}

/** Whether a disruption budget selects the pods of a workload. */
export function budgets({ resource }: ResourceRecord, { ref, pod }: Workload): boolean {
  const spec = resource["spec"];
  return (
    (resource.metadata.namespace ?? "") === ref.namespace &&
    isJsonObject(spec) &&
    matchesSelector(spec["selector"], pod.metadata.labels)
  );
}
