/** A workload: a resource that makes pods, with its effective pod spec. */
import type { JsonObject } from "./json.ts";
import type { ObjectMeta, Path, ResourceRecord, ResourceRef } from "./resource.ts";

export type ContainerRole = "container" | "init" | "sidecar" | "ephemeral";

/** One container of a pod spec. `raw` is the container as written; `path` leads to it from the root of the resource. */
export interface Container {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image: string;
  readonly raw: JsonObject;
  readonly path: Path;
}

/** The pod that a workload makes: metadata and spec of its template (or of the Pod itself). */
export interface PodTemplate {
  readonly metadata: ObjectMeta;
  readonly spec: JsonObject;
  /** From the root of the resource to the template: `[]` for a Pod, `["spec","template"]` for a Deployment … */
  readonly path: Path;
  /** From the root of the resource to the pod spec. */
  readonly specPath: Path;
}

export interface Workload {
  readonly ref: ResourceRef;
  readonly record: ResourceRecord;
  readonly pod: PodTemplate;
  readonly containers: readonly Container[];
  /** `namespace/name` of the account its pods run as. */
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
  /** The workload at the top of its owner chain (itself when it has no owner), to which its findings are rolled up. */
  readonly root: ResourceRef;
  /** Nearest first, e.g. ReplicaSet, Deployment. Owners that were not read are included by reference. */
  readonly owners: readonly ResourceRef[];
  /** What deployed it, from labels and annotations: a Helm release, an Argo CD application, a Flux kustomization. */
  readonly deployedBy?: { readonly tool: "helm" | "argocd" | "flux"; readonly name: string };
  readonly team?: string;
  readonly environment?: string;
  /** True where a controller made it from a template that is also in the inventory: its findings belong to that template. */
  readonly derived: boolean;
  /** Its owners lead back to themselves: nobody is above it, and it is judged by itself. */
  readonly circular?: true;
  /** Part of the platform itself (CNI, CSI, kube-proxy, control plane): privileged by function; the reason it is thought so. */
  readonly system?: string;
}
