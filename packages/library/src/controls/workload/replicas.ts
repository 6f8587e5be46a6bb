/** How many pods a workload keeps, and which disruption budgets speak of them. */
import {
  isJsonArray,
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

export interface Replicated {
  readonly workload: Workload;
  /** The number of pods it keeps at least. */
  readonly replicas: number;
  /** An autoscaler sets the number. */
  readonly scaled: boolean;
}

/** Deployments and StatefulSets, those made from a template that was read left out. */
export function* replicatedWorkloads(inventory: Inventory): Generator<Replicated> {
  const autoscalers = inventory.records.filter(({ resource }) => resource.kind === "HorizontalPodAutoscaler");
  for (const workload of inventory.workloads) {
    const { resource } = workload.record;
    if (!replicated.has(`${resource.apiVersion}/${resource.kind}`) || workload.derived) continue;
    const autoscaler = autoscalers.find((record) => scales(record, workload));
    const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
    const replicas = autoscaler === undefined ? count(spec["replicas"]) : leastOf(autoscaler);
    yield { workload, replicas, scaled: autoscaler !== undefined };
  }
}

/** Every update of the workload runs a second copy beside the first already, and no claim binds it to one. */
export function bearsSecondCopy({ record: { resource }, pod }: Workload): boolean {
  if (resource.kind !== "Deployment") return false;
  const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
  const strategy = isJsonObject(spec["strategy"]) ? spec["strategy"] : {};
  const rolling = isJsonObject(strategy["rollingUpdate"]) ? strategy["rollingUpdate"] : {};
  const surge = rolling["maxSurge"] ?? 1;
  if (strategy["type"] === "Recreate" || surge === 0 || surge === "0%") return false;
  const { volumes } = pod.spec;
  return (
    !isJsonArray(volumes) ||
    !volumes.some((volume) => isJsonObject(volume) && "persistentVolumeClaim" in volume)
  );
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
