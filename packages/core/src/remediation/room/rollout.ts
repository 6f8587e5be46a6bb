/** How many pods of a workload there are at once, and while it goes over to a new template. */
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";

export interface Rollout {
  readonly pods: number;
  /** So many of the old ones may stand beside all of the new ones. */
  readonly surge: number;
  /** An old one stays until the last new one is ready: without room for both, the update stands still. */
  readonly holds: boolean;
  /** One on each node, and not wherever there is room. */
  readonly everyNode?: true;
}

/** `undefined`: a kind that says so in a way of its own. `standing`: pods that there are now. */
export function rolloutOf(resource: Resource, standing: number): Rollout | undefined {
  const spec = objectAt(resource, "spec");
  switch (resource.kind) {
    case "Deployment":
      return ofDeployment(spec, numberOr(spec["replicas"], 1));
    case "StatefulSet":
    case "ReplicaSet":
    case "ReplicationController":
      return still(numberOr(spec["replicas"], 1));
    case "DaemonSet": {
      const surge = shareOf(
        objectAt(objectAt(spec, "updateStrategy"), "rollingUpdate")["maxSurge"],
        standing,
        0,
        Math.ceil,
      );
      return { pods: standing, surge, holds: surge > 0, everyNode: true };
    }
    case "Job":
      return still(runsOf(spec));
    case "CronJob":
      return still(runsOf(objectAt(objectAt(spec, "jobTemplate"), "spec")));
    case "Pod":
      return still(1);
    default:
      return undefined;
  }
}

function still(pods: number): Rollout {
  return { pods, surge: 0, holds: false };
}

/** A quarter more and a quarter less, unless it says otherwise; at least one of the two. */
function ofDeployment(spec: JsonObject, pods: number): Rollout {
  const strategy = objectAt(spec, "strategy");
  if (strategy["type"] === "Recreate") return still(pods);
  const { maxSurge, maxUnavailable } = objectAt(strategy, "rollingUpdate");
  const surge = shareOf(maxSurge, pods, Math.ceil(pods / 4), Math.ceil);
  const fewer = shareOf(maxUnavailable, pods, Math.floor(pods / 4), Math.floor);
  return { pods, surge, holds: fewer === 0 && surge > 0 };
}

function runsOf(spec: JsonObject): number {
  const parallel = numberOr(spec["parallelism"], 1);
  const { completions } = spec;
  return typeof completions === "number" ? Math.min(parallel, completions) : parallel;
}

function shareOf(
  value: Json | undefined,
  of: number,
  absent: number,
  rounded: (value: number) => number,
): number {
  if (typeof value === "number") return value;
  const percent = typeof value === "string" ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? absent : rounded((Number(percent) * of) / 100);
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isJsonObject(found) ? found : {};
}
