/** A Kubernetes object and how it is named: group-version, kind, namespace, name. */
import type { Json, JsonObject } from "./json.ts";

export interface ObjectMeta extends JsonObject {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** A resource as the API server would hold it. The pillar that read it has checked the types of these fields; `spec` and the rest are raw. */
export interface Resource extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** The name of a resource. `namespace` is `""` for a cluster-scoped resource, as in Kubernetes. */
export interface ResourceRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Where a resource was read from. Line and column are 1-based and point at the start of the document's root. */
export interface Source {
  /** A path relative to where the scan was asked for, `-` for standard input, `cluster` for a live one. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /**
   * Positions of every value of the resource, two numbers each (line, column, 1-based), in pre-order over
   * `Object.keys` and array order of the resource *as it stands in the snapshot*. The value of a mapping entry is
   * given the position of its key. `locate()` in `inventory/spot.ts` reads it.
   */
  readonly positions?: readonly number[] | Uint32Array;
  /** Set when the text was made by a renderer: `helm:NAME` or `kustomize:DIR`; `file` then names the template where known. */
  readonly renderedBy?: string;
}

/** One resource of a snapshot, with where it came from and what was left out of it. */
export interface ResourceRecord {
  readonly resource: Resource;
  readonly source: Source;
  /** The field manager that last changed it and when (RFC 3339), from `managedFields`, which themselves never enter. */
  readonly lastChange?: { readonly manager: string; readonly at: string };
}

export type PathStep = string | number;
export type Path = readonly PathStep[];

export function refOf(resource: Resource): ResourceRef {
  const { name, generateName, namespace } = resource.metadata;
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    namespace: namespace ?? "",
    name: name ?? (generateName === undefined ? "" : `${generateName}*`),
  };
}

/** `apps/v1/Deployment/shop/web`; a cluster-scoped resource has an empty namespace: `v1/Namespace//shop`. */
export function refKey(ref: ResourceRef): string {
  return `${ref.apiVersion}/${ref.kind}/${ref.namespace}/${ref.name}`;
}

export type { Json, JsonObject };
