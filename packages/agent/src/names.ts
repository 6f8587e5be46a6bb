/** Whose container it is: the workload, pod and image behind a runtime's id. */
import type { ContainerKey } from "@plimsoll/core";
import type { ContainerId } from "./containers.ts";

export interface NamedContainer {
  readonly key: ContainerKey;
  /** The pod's name; the container's own where there are no pods. */
  readonly pod: string;
}

/** Undefined: not known yet, or not ours to tell. */
export type Names = (container: ContainerId) => NamedContainer | undefined;

/** On a machine without a cluster a container is known by its id alone, or by the name that somebody gave it. */
export function namesAlone(given: ReadonlyMap<string, string> = new Map()): Names {
  return ({ id }) => {
    const name = given.get(id) ?? (/^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id);
    return { key: { namespace: "", workloadKind: "Container", workload: name, container: name }, pod: name };
  };
}

/** In a cluster the service knows the pods: the agent, which may ask the API server nothing, passes on the ids alone. */
export const namesById: Names = ({ id, pod }) => ({
  key: { namespace: "", workloadKind: "ContainerID", workload: id, container: "" },
  pod: pod ?? "",
});
