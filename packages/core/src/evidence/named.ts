/** Whose a container is, that an agent knows by the runtime's id alone: its pod's workload, by the pod's own status. */
import { ownersOf } from "../inventory/owners.ts";
import { isJsonArray, isJsonObject } from "../model/json.ts";
import type { ContainerKey } from "../model/observation.ts";
import type { ResourceRecord, ResourceRef } from "../model/resource.ts";
import { imageOf, statusLists } from "./correlate.ts";
import type { Seen } from "./merge.ts";

/** `ContainerKey.workloadKind` of what is known by a runtime's id alone; the id stands in `workload`. */
export const byContainerId = "ContainerID";

export interface NamedContainer {
  readonly key: ContainerKey;
  /** The pod's name. */
  readonly pod: string;
  /** Where it runs; `""` where the pod does not say. */
  readonly node: string;
}

/** The containers of a pod that its status names, by the runtime's ids. `lookup` finds the pod's owners. */
export function runningContainers(
  pod: ResourceRecord,
  lookup: (ref: ResourceRef) => ResourceRecord | undefined,
): ReadonlyMap<string, NamedContainer> {
  const { resource } = pod;
  const { namespace = "", name = "" } = resource.metadata;
  const [spec, status] = [resource["spec"], resource["status"]];
  const found = new Map<string, NamedContainer>();
  if (!isJsonObject(status)) return found;
  const { owners } = ownersOf(resource, lookup, () => false);
  // A static pod's owner is its node, which makes no workload of it.
  const root = owners.filter(({ kind }) => kind !== "Node").at(-1) ?? { kind: "Pod", name };
  const node = isJsonObject(spec) && typeof spec["nodeName"] === "string" ? spec["nodeName"] : "";
  const entries = statusLists.flatMap((list) => {
    const entry = status[list];
    return isJsonArray(entry) ? entry.filter(isJsonObject) : [];
  });
  for (const { name: container, containerID, image, imageID } of entries) {
    const id = typeof containerID === "string" ? containerID.split("://")[1] : undefined;
    if (id === undefined || typeof container !== "string") continue;
    const told = [imageID, image].find((text) => typeof text === "string" && text !== "");
    const key = { namespace, workloadKind: root.kind, workload: root.name, container };
    found.set(id, { key: { ...key, ...imageOf(told as string | undefined) }, pod: name, node });
  }
  return found;
}

/**
 * What was seen, under the names of those whose containers are known. `names` answers for a runtime's id; what it does
 * not know is left out.
 */
export function namedSeen(seen: Seen, names: (id: string) => NamedContainer | undefined): Seen {
  const nameOf = ({ workloadKind, workload }: ContainerKey): NamedContainer | undefined =>
    workloadKind === byContainerId ? names(workload) : undefined;
  const supported = <T extends Seen["observations"][number] | Seen["detections"][number]>(
    entry: T,
  ): readonly T[] => {
    const named = nameOf(entry.container);
    if (named === undefined) return [];
    const support = entry.support.map((each) => ({ ...each, pod: named.pod }));
    return [{ ...entry, container: named.key, support }];
  };
  return {
    observations: seen.observations.flatMap((entry) => supported(entry)),
    watches: seen.watches.flatMap((entry) => {
      const named = nameOf(entry.container);
      return named === undefined ? [] : [{ ...entry, container: named.key, pod: named.pod }];
    }),
    detections: seen.detections.flatMap((entry) => supported(entry)),
  };
}
