/**
 * Whether the quotas of a namespace have room for pods that ask for more.
 *
 * Copied rules: Kubernetes v1.35.4, pkg/quota/v1/evaluator/core/pods.go.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import { amountText, unitsOf } from "./amounts.ts";
import type { PodRoom } from "./book.ts";
import { entriesOf, type Asking, type Demand, type Part } from "./demand.ts";
import type { Rollout } from "./rollout.ts";

/** A pod of the workload, before or after the change. */
export interface Grown {
  readonly spec: JsonObject;
  readonly demand: Demand;
}

export interface QuotaCase {
  readonly before: Grown;
  readonly after: Grown;
  readonly rollout: Rollout;
  /** `undefined`: the pods of the namespace were not read. */
  readonly standing: readonly PodRoom[] | undefined;
}

export interface Told {
  /** What is refused. */
  readonly refused: readonly string[];
  readonly missing: readonly Missing[];
  /** What has room. */
  readonly room: readonly string[];
}

/** Which amount of a pod a quota counts under a name; `undefined`: none. */
function counted(name: string): { readonly part: Part; readonly resource: string } | undefined {
  if (name.startsWith("limits.")) return { part: "limits", resource: name.slice("limits.".length) };
  if (name.startsWith("requests.")) return { part: "requests", resource: name.slice("requests.".length) };
  const isBare = ["cpu", "memory", "ephemeral-storage"].includes(name) || name.startsWith("hugepages-");
  return isBare ? { part: "requests", resource: name } : undefined;
}

export function askQuotas(quotas: readonly Resource[], each: QuotaCase): Told {
  const told = quotas.map((quota) => askQuota(quota, each));
  return {
    refused: told.flatMap(({ refused }) => refused),
    missing: told.flatMap(({ missing }) => missing),
    room: told.flatMap(({ room }) => room),
  };
}

function askQuota(quota: Resource, { before, after, rollout, standing }: QuotaCase): Told {
  const { spec, status } = quota as JsonObject;
  const hard = isJsonObject(spec) && isJsonObject(spec["hard"]) ? spec["hard"] : {};
  const used = isJsonObject(status) && isJsonObject(status["used"]) ? status["used"] : {};
  const title = `ResourceQuota ${quota.metadata.name}`;
  const [refused, missing, room]: [string[], Missing[], Set<string>] = [[], [], new Set()];
  if (!isIn(quota, after)) return { refused, missing, room: [] };
  for (const [name, written] of Object.entries(hard)) {
    const kind = counted(name);
    const limit = unitsOf(name, written);
    if (kind === undefined || limit === undefined) continue;
    const { part, resource } = kind;
    const bare = unsaid(after.demand, part, resource);
    if (bare.length > 0)
      refused.push(
        `${title} counts ${name}, and container ${bare[0]!.name} does not say how much it ${part === "limits" ? "may use" : "asks for"}`,
      );
    const own = (standing ?? []).filter((pod) => isIn(quota, pod));
    const amountIn = ({ demand }: Grown): number => demand[part].get(resource) ?? 0;
    const now = amountIn(after);
    const was = own.reduce(
      (most, pod) => Math.max(most, amountIn(pod)),
      isIn(quota, before) ? amountIn(before) : 0,
    );
    if (now <= was || rollout.pods === 0) continue;
    const taken = unitsOf(name, used[name]);
    const released = own.reduce((sum, pod) => sum + amountIn(pod), 0);
    const [low, high] =
      standing === undefined
        ? [0, taken]
        : [
            Math.max(0, (taken ?? 0) - released),
            taken === undefined ? undefined : Math.max(0, taken - released),
          ];
    const all = rollout.pods * now;
    const least = all + (rollout.holds ? was : 0);
    const most = all + rollout.surge * was;
    const text = (amount: number): string => amountText(name, amount);
    const shown = taken === undefined ? "" : `${text(taken)} of `;
    if (low + least > limit)
      refused.push(
        `${title} has given away ${shown}${text(limit)} ${name}, and ${podsText(rollout.pods)} of ${text(now)}${rollout.holds ? " beside an old one" : ""} would make it ${text(low + least)}`,
      );
    else if (high === undefined)
      missing.push({
        text: `how much of ${text(limit)} ${name} ${title} has given away`,
        remedy: `look at kubectl describe quota ${quota.metadata.name} -n ${quota.metadata.namespace ?? ""}`,
      });
    else if (high + most > limit)
      missing.push({
        text: `whether its update gets by without its surge: ${title} has given away ${shown}${text(limit)} ${name}`,
        remedy: "give the quota more room, or update it with maxSurge: 0",
      });
    else room.add(title);
  }
  return { refused, missing, room: [...room] };
}

function podsText(count: number): string {
  return count === 1 ? "a pod" : `${count} pods`;
}

/** A quota of processors or memory wants every container to say how much; a pod that says so itself need not. */
function unsaid({ containers, ofPod }: Demand, part: Part, resource: string): readonly Asking[] {
  if (ofPod || (resource !== "cpu" && resource !== "memory")) return [];
  return containers.filter((container) => !container[part].has(resource));
}

/** Whether a quota counts a pod: all of its scopes must hold. */
function isIn(quota: Resource, pod: Grown): boolean {
  const spec = (quota as JsonObject)["spec"];
  if (!isJsonObject(spec)) return false;
  const { scopes, scopeSelector } = spec;
  const listed = isJsonArray(scopes) ? scopes.map((scope) => ({ scopeName: scope, operator: "Exists" })) : [];
  const selected = isJsonObject(scopeSelector) ? entriesOf(scopeSelector["matchExpressions"]) : [];
  return [...listed, ...selected].every((scope) => holds(scope, pod));
}

function holds(scope: { readonly [key: string]: Json | undefined }, { spec, demand }: Grown): boolean {
  const isTerminating = typeof spec["activeDeadlineSeconds"] === "number";
  const isBestEffort =
    !demand.ofPod && demand.containers.every((each) => nothingOf(each.requests) && nothingOf(each.limits));
  switch (scope["scopeName"]) {
    case "Terminating":
      return isTerminating;
    case "NotTerminating":
      return !isTerminating;
    case "BestEffort":
      return isBestEffort;
    case "NotBestEffort":
      return !isBestEffort;
    case "PriorityClass":
      return isOfPriority(spec["priorityClassName"], scope);
    default:
      return false;
  }
}

function isOfPriority(
  name: Json | undefined,
  { operator, values }: { readonly [key: string]: Json | undefined },
): boolean {
  const has = typeof name === "string" && name !== "";
  const isListed = has && isJsonArray(values) && values.includes(name);
  if (operator === "In") return isListed;
  if (operator === "NotIn") return !isListed;
  return operator === "Exists" ? has : !has;
}

function nothingOf(amounts: ReadonlyMap<string, number>): boolean {
  return (amounts.get("cpu") ?? 0) + (amounts.get("memory") ?? 0) === 0;
}
