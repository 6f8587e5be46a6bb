/** What escapes have in common: containers of the cluster's own workloads, the nodes below them, and who they run as. */
import {
  containerVertex,
  hostsOf,
  type Container,
  type Inventory,
  type JsonObject,
  type Sighting,
  type Vertex,
  type Workload,
} from "@plimsoll/core";

/** What opens an escape from a container: words for each condition; `undefined` where one is missing. */
export type Opening = (given: {
  readonly workload: Workload;
  readonly container: Container;
  readonly spec: JsonObject;
  readonly security: JsonObject;
}) => readonly string[] | undefined;

/** Every container that the opening holds for, as a step from its workload to each node that it runs on. */
export function* escapes(
  inventory: Inventory,
  opening: Opening,
  doubts: readonly string[] = [],
): Generator<Sighting> {
  for (const workload of inventory.workloads) {
    if (workload.derived) continue;
    const { spec } = workload.pod;
    for (const container of workload.containers) {
      const security = objectOf(container.raw["securityContext"]);
      const conditions = opening({ workload, container, spec, security });
      if (conditions === undefined) continue;
      const unsure = [...doubts, ...userDoubt(spec, security)];
      const from = containerVertex(workload, container.name, inventory);
      for (const to of hostsOf(workload, inventory))
        yield sighting(from, to, { workload, container, conditions, unsure });
    }
  }
}

interface Seen {
  readonly workload: Workload;
  readonly container: Container;
  readonly conditions: readonly string[];
  readonly unsure: readonly string[];
}

function sighting(from: Vertex, to: Vertex, { workload, container, conditions, unsure }: Seen): Sighting {
  return { from, to, resource: workload.ref, container: container.name, conditions, unsure };
}

/** Root in the container is root on the node unless the pod has a user namespace of its own. */
export function isHostUser(spec: JsonObject): boolean {
  return spec["hostUsers"] !== false;
}

/** The container has the capability over the node: added, or all of them. A privileged one has every one anyway. */
export function hasCapability(name: string, security: JsonObject, spec: JsonObject): string | undefined {
  const { add } = objectOf(security["capabilities"]);
  if (!Array.isArray(add) || !isHostUser(spec)) return undefined;
  const found = add.find(
    (entry) => typeof entry === "string" && new RegExp(`^(ALL|(CAP_)?${name})$`, "i").test(entry),
  );
  return found === undefined ? undefined : `adds the capability ${String(found)}`;
}

/** Directories of the node that a container mounts: path and whether it may write there. */
function hostMounts(
  spec: JsonObject,
  container: Container,
): readonly { readonly path: string; readonly writable: boolean }[] {
  const paths = new Map(
    listOf(spec["volumes"]).flatMap((volume) => {
      const { path } = objectOf(volume["hostPath"]);
      return typeof path === "string" ? [[volume["name"], path] as const] : [];
    }),
  );
  if (paths.size === 0) return [];
  return listOf(container.raw["volumeMounts"]).flatMap((mount) => {
    const path = paths.get(mount["name"]);
    return path === undefined ? [] : [{ path, writable: mount["readOnly"] !== true }];
  });
}

/** Each container is asked about by many edges. */
const mountsKnown = new WeakMap<Container, ReturnType<typeof hostMounts>>();

/** The first mount whose path matches, in words. */
export function mountAt(
  spec: JsonObject,
  container: Container,
  pattern: string,
  writable: boolean,
): readonly string[] | undefined {
  let mounts = mountsKnown.get(container);
  if (mounts === undefined) mountsKnown.set(container, (mounts = hostMounts(spec, container)));
  if (mounts.length === 0) return undefined;
  const matches = new RegExp(pattern);
  const found = mounts.find((mount) => matches.test(mount.path) && (mount.writable || !writable));
  if (found === undefined) return undefined;
  return [`mounts ${found.path} of the node${writable ? ", writable" : ""}`];
}

function userDoubt(spec: JsonObject, security: JsonObject): readonly string[] {
  const pod = objectOf(spec["securityContext"]);
  const user = security["runAsUser"] ?? pod["runAsUser"];
  if (typeof user === "number" && user !== 0) return [`it runs as user ${user}, and must become root first`];
  return (security["runAsNonRoot"] ?? pod["runAsNonRoot"]) === true
    ? ["it does not run as root, and must become so first"]
    : [];
}

export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
