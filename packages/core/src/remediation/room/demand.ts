/**
 * What a pod asks for, as Kubernetes counts it: its containers together, or the most that an init container needs beside the
 * sidecars before it, whichever is more; what stands at the pod goes before; and its overhead.
 *
 * Copied rules: k8s.io/component-helpers v0.35.4, resource/helpers.go (PodRequests, PodLimits).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { addTo, amountsOf, noAmounts, type Amounts } from "./amounts.ts";

/** Of a container that says nothing of its own. */
export interface Defaults {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export const noDefaults: Defaults = { requests: noAmounts, limits: noAmounts };

export interface Asking {
  readonly name: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export interface Demand {
  /** Init containers too, ephemeral ones not. */
  readonly containers: readonly Asking[];
  /** Of the pod as a whole, as nodes and quotas count. */
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** The pod itself says what its containers share. */
  readonly ofPod: boolean;
}

/** What is read of a container's `resources`. */
export type Part = "requests" | "limits";

export function demandOf(spec: JsonObject, defaults: Defaults = noDefaults): Demand {
  const [init, own] = ["initContainers", "containers"].map((list) =>
    entriesOf(spec[list]).map((raw) => ({ asking: askingOf(raw, defaults), stays: isSidecar(raw) })),
  );
  const pod = isJsonObject(spec["resources"]) ? spec["resources"] : undefined;
  const overhead = amountsOf(spec["overhead"]);
  const summed = (part: Part): Amounts => {
    const together = new Map<string, number>();
    for (const { asking } of own!) addTo(together, asking[part]);
    const sidecars = new Map<string, number>();
    const starting = new Map<string, number>();
    for (const { asking, stays } of init!) {
      if (stays) addTo(together, asking[part]);
      if (stays) addTo(sidecars, asking[part]);
      const now = new Map(sidecars);
      if (!stays) addTo(now, asking[part]);
      for (const [name, amount] of now) starting.set(name, Math.max(amount, starting.get(name) ?? 0));
    }
    for (const [name, amount] of starting) together.set(name, Math.max(amount, together.get(name) ?? 0));
    for (const [name, amount] of podLevel(pod, part)) together.set(name, amount);
    for (const [name, amount] of overhead)
      if (part === "requests" || together.has(name)) together.set(name, (together.get(name) ?? 0) + amount);
    return together;
  };
  return {
    containers: [...init!, ...own!].map(({ asking }) => asking),
    requests: summed("requests"),
    limits: summed("limits"),
    ofPod: pod !== undefined,
  };
}

/** What it limits and does not ask for, it asks for as well; only then come the defaults of its namespace. */
function askingOf(raw: JsonObject, defaults: Defaults): Asking {
  const resources = isJsonObject(raw["resources"]) ? raw["resources"] : {};
  const limits = amountsOf(resources["limits"]);
  const requests = new Map([...limits, ...amountsOf(resources["requests"])]);
  return {
    name: String(raw["name"]),
    requests: new Map([...defaults.requests, ...requests]),
    limits: new Map([...defaults.limits, ...limits]),
  };
}

function podLevel(pod: JsonObject | undefined, part: Part): Amounts {
  if (pod === undefined) return noAmounts;
  const own = amountsOf(pod[part]);
  const all = part === "limits" ? own : new Map([...amountsOf(pod["limits"]), ...own]);
  return new Map(
    [...all].filter(([name]) => name === "cpu" || name === "memory" || name.startsWith("hugepages-")),
  );
}

function isSidecar(raw: JsonObject): boolean {
  return raw["restartPolicy"] === "Always";
}

export function entriesOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}
