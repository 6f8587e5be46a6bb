/** Tells changes that matter to rights, networks and paths from those that come all the time: replicas, status, versions. */
import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { ResourceRecord } from "../model/resource.ts";
import { workloadKinds } from "../inventory/podspec.ts";

const scaled: ReadonlySet<string> = new Set([
  "apps/v1/Deployment",
  "apps/v1/ReplicaSet",
  "apps/v1/StatefulSet",
  "v1/ReplicationController",
]);
const workloads: ReadonlySet<string> = new Set(workloadKinds);

/** What is read of a pod's status beside its own controls: where it is, and whether it still runs. */
const podStatus = ["phase", "podIP", "podIPs", "hostIP", "hostIPs"];

/** The two say the same to everything that looks at more than the object itself. */
export function isSteady(before: ResourceRecord, after: ResourceRecord): boolean {
  return steadyText(before) === steadyText(after);
}

/** Of something that makes pods or is one: nothing is other than what its controllers, or its node, tell of how it is. */
export function isStatusAlone(before: ResourceRecord, after: ResourceRecord): boolean {
  return workloads.has(kindOf(after)) && intentText(before) === intentText(after);
}

function intentText({ resource, source }: ResourceRecord): string {
  const { status: _s, metadata: all, ...rest } = resource as JsonObject & ResourceRecord["resource"];
  const { resourceVersion: _v, generation: _g, managedFields: _m, ...metadata } = all;
  return JSON.stringify([source.file, source.renderedBy ?? "", { ...rest, metadata }]);
}

function kindOf({ resource }: ResourceRecord): string {
  return `${resource.apiVersion}/${resource.kind}`;
}

function steadyText({ resource, source }: ResourceRecord): string {
  const kind = kindOf({ resource, source });
  const { resourceVersion: _v, generation: _g, managedFields: _m, ...metadata } = resource.metadata;
  const { status, spec, ...rest } = resource as JsonObject;
  const parts = [source.file, source.renderedBy ?? "", { ...rest, metadata }, specPart(kind, spec)];
  return JSON.stringify([...parts, statusPart(kind, status)]);
}

function specPart(kind: string, spec: Json | undefined): Json {
  if (!isJsonObject(spec)) return spec ?? null;
  if (!scaled.has(kind)) return spec;
  const { replicas: _r, ...rest } = spec;
  return rest;
}

function statusPart(kind: string, status: Json | undefined): Json {
  if (!workloads.has(kind)) return status ?? null;
  if (kind !== "v1/Pod" || !isJsonObject(status)) return null;
  return podStatus.map((name) => status[name] ?? null);
}
