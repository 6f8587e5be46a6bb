/** What an attacker may hold: the places between which steps lead. */
import { refKey, type ResourceRef } from "../model/resource.ts";
import { subjectKey, type Subject } from "../model/subject.ts";

/**
 * | vertex | held by |
 * |---|---|
 * | `subject` | acting as this user or account, or as a member of this group |
 * | `workload` | running code in any of its containers, as one likes |
 * | `container` | running code in this one of several containers of a workload; `""`: in some one of them |
 * | `node` | root on the node, or its kubelet's credentials |
 * | `secret` | knowing its contents |
 * | `volume` | writing to a persistent volume, by its claim |
 * | `role` | having the rights of a role, in a namespace, in every one (`*`) or in the cluster (`""`) |
 * | `cloud` | acting as this identity of the cloud |
 * | `any` | the choice of any one of these things, in a namespace or (`""`) anywhere |
 * | `cluster` | every right: cluster-admin |
 * | `outside` | sending from the internet, or from outside the cluster |
 * | `network` | sending from the pods that policies treat alike, or connecting to those of a class (`""`: that nothing isolates) |
 */
export type Vertex =
  | { readonly kind: "subject"; readonly subject: Subject }
  | { readonly kind: "workload"; readonly ref: ResourceRef }
  | { readonly kind: "container"; readonly ref: ResourceRef; readonly name: string }
  | { readonly kind: "node"; readonly name: string }
  | { readonly kind: "secret"; readonly namespace: string; readonly name: string }
  | { readonly kind: "volume"; readonly namespace: string; readonly name: string }
  | { readonly kind: "role"; readonly role: ResourceRef; readonly namespace: string }
  | { readonly kind: "cloud"; readonly provider: CloudProvider; readonly identity: string }
  | { readonly kind: "any"; readonly of: Choice; readonly namespace: string }
  | { readonly kind: "cluster" }
  | { readonly kind: "outside"; readonly place: "internet" | "external" }
  | { readonly kind: "network"; readonly side: "from" | "to"; readonly name: string };

/** Whose identities accounts may take. */
export type CloudProvider = "aws" | "gcp" | "azure";
/** Among what one may choose. `group`: any but `system:masters`; `pod-port`: a connection to whatever listens in a pod. */
export type Choice = "account" | "user" | "group" | "workload" | "secret" | "node" | "role" | "pod-port";

/** Every right. */
export const clusterVertex: Vertex = { kind: "cluster" };

/** One text for one vertex. */
export function vertexKey(vertex: Vertex): string {
  switch (vertex.kind) {
    case "subject":
      return subjectKey(vertex.subject);
    case "workload":
      return `workload ${refKey(vertex.ref)}`;
    case "container":
      return `${vertex.name === "" ? "some container" : `container ${vertex.name}`} of ${refKey(vertex.ref)}`;
    case "node":
      return `node ${vertex.name}`;
    case "secret":
      return `secret ${vertex.namespace}/${vertex.name}`;
    case "volume":
      return `volume ${vertex.namespace}/${vertex.name}`;
    case "role":
      return `role ${refKey(vertex.role)} in ${vertex.namespace === "" ? "cluster" : vertex.namespace}`;
    case "cloud":
      return `cloud ${vertex.provider} ${vertex.identity}`;
    case "any":
      return `any ${vertex.of}${vertex.namespace === "" ? "" : ` in ${vertex.namespace}`}`;
    case "cluster":
      return "cluster";
    case "outside":
      return vertex.place === "internet" ? "the internet" : "outside the cluster";
    case "network":
      return `network ${vertex.side} ${vertex.name}`;
  }
}
