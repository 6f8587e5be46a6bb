/** The pods of a workload with their whole status, which is not kept otherwise: asked for only while an edit is followed. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  type Resource,
  type ResourceRef,
} from "@plimsoll/core";
import type { ApiServer } from "../auth/apiserver.ts";

export type ReadPods = (namespace: string) => Promise<readonly Resource[]>;

const mostPages = 20;

/** Every pod of a namespace, a page at a time. Throws where it may not. */
export function podReader(api: Pick<ApiServer, "get">): ReadPods {
  return async (namespace) => {
    const found: Resource[] = [];
    let next = "";
    for (let page = 0; page < mostPages; page += 1) {
      const more = next === "" ? "" : `&continue=${encodeURIComponent(next)}`;
      const list = await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?limit=250${more}`);
      for (const item of arrayOf(list["items"]))
        if (isResource(item)) found.push({ ...item, apiVersion: "v1", kind: "Pod" });
      const metadata = isJsonObject(list["metadata"]) ? list["metadata"] : {};
      next = typeof metadata["continue"] === "string" ? metadata["continue"] : "";
      if (next === "") return found;
    }
    throw new Error("there are more pods than can be followed");
  };
}

function isResource(item: Json): item is Resource {
  return isJsonObject(item) && isJsonObject(item["metadata"]);
}

function arrayOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

/** Those that a workload made, by way of what it makes (replica sets, jobs), by their owners' names. */
export function podsOf(
  { kind, name }: ResourceRef,
  pods: readonly Resource[],
  ownersOf: (kind: string, name: string) => readonly JsonObject[],
): readonly Resource[] {
  const isMade = (owners: readonly JsonObject[], depth: number): boolean =>
    owners.some((owner) => {
      if (owner["kind"] === kind && owner["name"] === name) return true;
      return depth > 0 && isMade(ownersOf(String(owner["kind"]), String(owner["name"])), depth - 1);
    });
  return pods.filter((pod) => (kind === "Pod" ? pod.metadata.name === name : isMade(ownersIn(pod), 2)));
}

/** Those that have an account and were made since: what it gives them is settled when they are made. */
export function podsWith(account: string, since: string, pods: readonly Resource[]): readonly Resource[] {
  return pods.filter(({ metadata, spec }) => {
    const made = metadata.creationTimestamp;
    const { serviceAccountName = "default" } = isJsonObject(spec as Json) ? (spec as JsonObject) : {};
    return (
      serviceAccountName === account && typeof made === "string" && Date.parse(made) >= Date.parse(since)
    );
  });
}

export function ownersIn({ metadata }: Resource): readonly JsonObject[] {
  return arrayOf(metadata["ownerReferences"] as Json | undefined).filter(isJsonObject);
}
