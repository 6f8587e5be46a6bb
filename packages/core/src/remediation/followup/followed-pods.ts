/** Which pods run with a change, and how they fare by their own status. */
import { containersOf, podTemplatesOf } from "../../inventory/podspec.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { listAt, objectAt } from "../fields/site.ts";
import type { ChangedValue } from "./followed.ts";
import type { Touched } from "../verdicts/touched.ts";

/** What stands now at each changed place of a template; what is not of the template is left out. */
export function valuesAt(after: Resource, touched: readonly Touched[]): readonly ChangedValue[] {
  return touched
    .filter(({ path }) => !path.startsWith("object.") && path !== "pod" && path !== "pod.containers")
    .map((each) => ({ ...each, value: valueOf(after, each) ?? null }));
}

/** Whether a pod, or a workload's template, has every one of the values. */
export function runsWith(resource: Resource, changed: readonly ChangedValue[]): boolean {
  return changed.every(
    (each) => JSON.stringify(valueOf(resource, each) ?? null) === JSON.stringify(each.value),
  );
}

function valueOf(resource: Resource, { path, container }: Touched): Json | undefined {
  const [template] = podTemplatesOf(resource);
  if (template === undefined) return undefined;
  const [root = "", ...steps] = path.split(".");
  if (root === "labels" || root === "annotations")
    return template.metadata[root]?.[path.slice(root.length + 1)];
  const from =
    root === "container" ? containersOf(template).find(({ name }) => name === container)?.raw : template.spec;
  return steps.reduce<Json | undefined>(
    (value, step) => (isJsonObject(value) ? value[step] : undefined),
    from,
  );
}

/** How one container of a pod stands. */
export interface ContainerStanding {
  readonly name: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** Its last end, now or before its last start. */
  readonly ended?: { readonly reason: string; readonly code: number; readonly at?: string };
}

export interface PodStanding {
  readonly name: string;
  readonly made: string;
  readonly ready: boolean;
  readonly containers: readonly ContainerStanding[];
}

export function standingOf(pod: Resource): PodStanding {
  const status = objectAt(pod, "status");
  const { name = "", creationTimestamp } = pod.metadata;
  const ready = listAt(status, "conditions").find(({ type }) => type === "Ready")?.["status"];
  return {
    name,
    made: typeof creationTimestamp === "string" ? creationTimestamp : "",
    ready: ready === "True" || status["phase"] === "Succeeded",
    containers: ["initContainerStatuses", "containerStatuses"].flatMap((list) =>
      listAt(status, list).map(containerOf),
    ),
  };
}

function containerOf(entry: JsonObject): ContainerStanding {
  const { name, ready, restartCount } = entry;
  const state = objectAt(entry, "state");
  const waiting = state["waiting"];
  const ended = state["terminated"] ?? objectAt(entry, "lastState")["terminated"];
  return {
    name: String(name),
    ready: ready === true,
    restarts: typeof restartCount === "number" ? restartCount : 0,
    ...(isJsonObject(waiting)
      ? { waiting: { reason: textOf(waiting["reason"]), message: textOf(waiting["message"]) } }
      : {}),
    ...(isJsonObject(ended) ? { ended: endOf(ended) } : {}),
  };
}

function endOf({ reason, exitCode, finishedAt }: JsonObject): NonNullable<ContainerStanding["ended"]> {
  return {
    reason: textOf(reason),
    code: typeof exitCode === "number" ? exitCode : 0,
    ...(typeof finishedAt === "string" ? { at: finishedAt } : {}),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" && !isJsonArray(value) ? value : "";
}
