/**
 * The containers of workloads as vertices. Where a workload has one container, the workload is it. Where it has several,
 * who holds the workload holds each of them, and who holds one of them has what all of a pod's containers have: its
 * token, its place in the network, its volumes; but not what another one has.
 */
import { portsOf } from "../inventory/admitted.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Container, Workload } from "../model/workload.ts";
import type { Vertex } from "./vertex.ts";

/** A workload that has several containers. */
export interface Company {
  readonly ref: ResourceRef;
  /** Of its templates, sorted. */
  readonly names: readonly string[];
  /** Those that have ended once the pod runs: nobody gets into them by what listens in the pod. */
  readonly ended: ReadonlySet<string>;
}

/** What stands for a workload at the top of its owners: the same vertices each time that it is spoken of. */
interface Standing {
  readonly whole: Vertex;
  readonly some: Vertex;
  readonly named: Map<string, Vertex>;
  readonly company: Company | undefined;
}

interface Stands {
  readonly companies: ReadonlyMap<string, Company>;
  readonly at: (root: ResourceRef) => Standing;
}

const known = new WeakMap<Inventory, Stands>();

/** By key of the workload at the top of the owners. */
export function companies(inventory: Inventory): ReadonlyMap<string, Company> {
  return standsIn(inventory).companies;
}

function standsIn(inventory: Inventory): Stands {
  let found = known.get(inventory);
  if (found === undefined) known.set(inventory, (found = standsOf(companiesIn(inventory))));
  return found;
}

function standsOf(several: ReadonlyMap<string, Company>): Stands {
  const byKey = new Map<string, Standing>();
  // Most references come again as the same object, for which no text is to be made.
  const byRef = new Map<ResourceRef, Standing>();
  const at = (root: ResourceRef): Standing => {
    let standing = byRef.get(root);
    if (standing !== undefined) return standing;
    const key = refKey(root);
    standing = byKey.get(key);
    if (standing === undefined) byKey.set(key, (standing = standingOf(root, several.get(key))));
    byRef.set(root, standing);
    return standing;
  };
  return { companies: several, at };
}

function standingOf(root: ResourceRef, company: Company | undefined): Standing {
  const whole: Vertex = { kind: "workload", ref: root };
  const some: Vertex = company === undefined ? whole : { kind: "container", ref: company.ref, name: "" };
  return { whole, some, named: new Map(), company };
}

function companiesIn({ workloads }: Inventory): ReadonlyMap<string, Company> {
  const all = new Map<string, { ref: ResourceRef; containers: Map<string, Container> }>();
  for (const { root, derived, containers } of workloads) {
    if (derived) continue;
    const key = refKey(root);
    const entry = all.get(key);
    if (entry !== undefined)
      for (const container of containers) entry.containers.set(container.name, container);
    else all.set(key, { ref: root, containers: new Map(containers.map((each) => [each.name, each])) });
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
export function containerVertex({ root }: Workload, name: string, inventory: Inventory): Vertex {
  return containerOf(root, name, inventory);
}

export function containerOf(root: ResourceRef, name: string, inventory: Inventory): Vertex {
  const { whole, company, named } = standsIn(inventory).at(root);
  if (company === undefined) return whole;
  let vertex = named.get(name);
  if (vertex === undefined) named.set(name, (vertex = { kind: "container", ref: company.ref, name }));
  return vertex;
}

/** Running code in whichever container one likes. */
export function wholeWorkload(root: ResourceRef, inventory: Inventory): Vertex {
  return standsIn(inventory).at(root).whole;
}

/** Running code in some container of the workload: what all of them have. */
export function someContainer(root: ResourceRef, inventory: Inventory): Vertex {
  return standsIn(inventory).at(root).some;
}

/** What one gets into by its ports: the one container that declares any; where that is not told, the workload. */
export function listeningVertex(workload: Workload, inventory: Inventory): Vertex {
  const listening = workload.containers.filter((container) => portsOf(container).length > 0);
  const [only, ...others] = listening;
  return only === undefined || others.length > 0
    ? wholeWorkload(workload.root, inventory)
    : containerVertex(workload, only.name, inventory);
}
