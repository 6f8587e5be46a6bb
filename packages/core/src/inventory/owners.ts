/** Who made a resource: the chain of owners up to the workload a person wrote, and the tool that deployed it. */
import { refOf, refKey, type Resource, type ResourceRecord, type ResourceRef } from "../model/resource.ts";

export interface OwnerChain {
  /** Nearest first. An owner that was not read ends the chain. */
  readonly owners: readonly ResourceRef[];
  /** The nearest owner was read and makes pods itself, so that findings belong to its template. */
  readonly derived: boolean;
  /** The owner references lead back to a resource already in the chain. */
  readonly circular: boolean;
}

/** One object for equal references: pods of one owner say the same of it by the thousand. */
export type Same = (ref: ResourceRef, key: string) => ResourceRef;

export function sameRefs(): Same {
  const known = new Map<string, ResourceRef>();
  return (ref, key) => {
    const found = known.get(key);
    if (found === undefined) known.set(key, ref);
    return found ?? ref;
  };
}

type Lookup = (ref: ResourceRef) => ResourceRecord | undefined;

/** Follows controller references within the namespace (or to a cluster-scoped owner, as Kubernetes allows). */
export function ownersOf(
  resource: Resource,
  lookup: Lookup,
  makesPods: (record: ResourceRecord) => boolean,
  same: Same = (ref) => ref,
): OwnerChain {
  const owners: ResourceRef[] = [];
  const seen = new Set([refKey(refOf(resource))]);
  let current: Resource | undefined = resource;
  let derived = false;
  while (current !== undefined) {
    const found: { ref: ResourceRef; record?: ResourceRecord } | undefined = controllerOf(current, lookup);
    if (found === undefined) return { owners, derived, circular: false };
    const key = refKey(found.ref);
    if (seen.has(key)) return { owners, derived: false, circular: true };
    seen.add(key);
    owners.push(same(found.ref, key));
    if (owners.length === 1) derived = found.record !== undefined && makesPods(found.record);
    current = found.record?.resource;
  }
  return { owners, derived, circular: false };
}

function controllerOf(
  resource: Resource,
  lookup: Lookup,
): { ref: ResourceRef; record?: ResourceRecord } | undefined {
  const references = resource.metadata.ownerReferences;
  const owner = references?.find((entry) => entry.controller === true) ?? references?.[0];
  if (owner === undefined) return undefined;
  const namespaced: ResourceRef = {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    namespace: resource.metadata.namespace ?? "",
    name: owner.name,
  };
  const clusterScoped = { ...namespaced, namespace: "" };
  for (const ref of [namespaced, clusterScoped]) {
    const record = lookup(ref);
    // A reference by uid that names another object of the same name is stale: the owner is gone.
    if (
      record !== undefined &&
      (record.resource.metadata.uid === undefined || record.resource.metadata.uid === owner.uid)
    ) {
      return { ref, record };
    }
  }
  return { ref: owner.kind === "Node" ? clusterScoped : namespaced };
}

/** The tool that deployed a resource, from the labels and annotations that Helm, Argo CD and Flux leave on it. */
export function deployerOf(
  resource: Resource,
): { tool: "helm" | "argocd" | "flux"; name: string } | undefined {
  const { labels = {}, annotations = {} } = resource.metadata;
  const argocd =
    annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0] ?? labels["argocd.argoproj.io/instance"];
  if (argocd) return { tool: "argocd", name: argocd };
  const flux = labels["kustomize.toolkit.fluxcd.io/name"] ?? labels["helm.toolkit.fluxcd.io/name"];
  if (flux) return { tool: "flux", name: flux };
  const helm = annotations["meta.helm.sh/release-name"];
  if (helm) return { tool: "helm", name: helm };
  if (labels["app.kubernetes.io/managed-by"] === "Helm" && labels["app.kubernetes.io/instance"]) {
    return { tool: "helm", name: labels["app.kubernetes.io/instance"] };
  }
  return undefined;
}
