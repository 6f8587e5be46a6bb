/**
 * The containers of workloads as vertices. Where a workload has one container, the workload is it. Where it has several,
 * who holds the workload holds each of them, and who holds one of them has what all of a pod's containers have: its
 * token, its place in the network, its volumes; but not what another one has.
 */
import { declaredPorts } from "../inventory/admitted.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Container, Workload } from "../model/workload.ts";
import { workloadVertex } from "./hosts.ts";
import type { Vertex } from "./vertex.ts";

/** A workload that has several containers. */
export interface Company {
  readonly ref: ResourceRef;
  /** Of its templates, sorted. */
  readonly names: readonly string[];
  /** Those that have ended once the pod runs: nobody gets into them by what listens in the pod. */
  readonly ended: ReadonlySet<string>;
}

const known = new WeakMap<Inventory, ReadonlyMap<string, Company>>();

/** By key of the workload at the top of the owners. */
export function companies(inventory: Inventory): ReadonlyMap<string, Company> {
  let found = known.get(inventory);
  if (found === undefined) known.set(inventory, (found = companiesIn(inventory)));
  return found;
}

function companiesIn({ workloads }: Inventory): ReadonlyMap<string, Company> {
  const all = new Map<string, { ref: ResourceRef; containers: Map<string, Container> }>();
  for (const { root, derived, containers } of workloads) {
    if (derived) continue;
    const key = refKey(root);
    const entry = all.get(key) ?? { ref: root, containers: new Map<string, Container>() };
    all.set(key, entry);
    for (const container of containers) entry.containers.set(container.name, container);
  }
  const several = [...all].filter(([, { containers }]) => containers.size > 1);
  return new Map(
    several.map(([key, { ref, containers }]) => {
      const ended = [...containers].filter(([, { role }]) => role === "init").map(([name]) => name);
      return [key, { ref, names: [...containers.keys()].sort(), ended: new Set(ended) }];
    }),
  );
}

/** Running code in this container. */
export function containerVertex(workload: Workload, name: string, inventory: Inventory): Vertex {
  const company = companies(inventory).get(refKey(workload.root));
  return company === undefined ? workloadVertex(workload) : { kind: "container", ref: company.ref, name };
}

/** Running code in some container of the workload: what all of them have. */
export function someContainer(root: ResourceRef, inventory: Inventory): Vertex {
  const company = companies(inventory).get(refKey(root));
  return company === undefined
    ? { kind: "workload", ref: root }
    : { kind: "container", ref: company.ref, name: "" };
}

/** What one gets into by its ports: the one container that declares any; where that is not told, the workload. */
export function listeningVertex(workload: Workload, inventory: Inventory): Vertex {
  const listening = workload.containers.filter(
    (container) => declaredPorts({ ...workload, containers: [container] }).length > 0,
  );
  const [only, ...others] = listening;
  return only === undefined || others.length > 0
    ? workloadVertex(workload)
    : containerVertex(workload, only.name, inventory);
}
