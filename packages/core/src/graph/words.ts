/** Vertices in words for people. */
import { subjectKey } from "../model/subject.ts";
import type { Vertex } from "./vertex.ts";

/** `Deployment shop/web`, `node worker-1`, `any secret in shop`, `the cluster (every right)`. */
export function wordsOf(vertex: Vertex): string {
  switch (vertex.kind) {
    case "subject":
      return subjectKey(vertex.subject);
    case "workload":
      return `${vertex.ref.kind} ${placed(vertex.ref.namespace, vertex.ref.name)}`;
    case "container":
      return `${vertex.name === "" ? "a container" : `container ${vertex.name}`} of ${vertex.ref.kind} ${placed(vertex.ref.namespace, vertex.ref.name)}`;
    case "node":
      return vertex.name.startsWith("that ") ? `the node ${vertex.name}` : `node ${vertex.name}`;
    case "secret":
      return `Secret ${vertex.namespace}/${vertex.name}`;
    case "volume":
      return `the volume of claim ${vertex.namespace}/${vertex.name}`;
    case "role":
      return `the rights of ${vertex.role.kind} ${vertex.role.name}${where(vertex.namespace)}`;
    case "cloud":
      return `${vertex.provider} identity ${vertex.identity}`;
    case "any":
      return `any ${vertex.of}${vertex.namespace === "" ? "" : ` in ${vertex.namespace}`}`;
    case "cluster":
      return "the cluster (every right)";
    case "outside":
      return vertex.place === "internet" ? "the internet" : "outside the cluster";
    case "network":
      return vertex.side === "from" ? "the pod network" : "a port that listens";
  }
}

function placed(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

function where(namespace: string): string {
  if (namespace === "") return "";
  return namespace === "*" ? " in every namespace" : ` in ${namespace}`;
}
