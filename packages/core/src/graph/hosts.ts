/** Where workloads run: the nodes of their pods, as vertices. */
import type { Inventory } from "../inventory/inventory.ts";
import { refKey } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import type { Vertex } from "./vertex.ts";

const known = new WeakMap<Inventory, ReadonlyMap<string, readonly Vertex[]>>();

/** The workload at the top of the owners: the vertex that stands for all its containers. */
export function workloadVertex({ root }: Workload): Vertex {
  return { kind: "workload", ref: root };
}

/** The nodes that a workload's pods run on; where no pod was read, one that stands for wherever it runs. */
export function hostsOf(workload: Workload, inventory: Inventory): readonly Vertex[] {
  const hosts = hostsIn(inventory);
  const { root } = workload;
  const name = `that ${root.kind} ${root.namespace === "" ? "" : `${root.namespace}/`}${root.name} runs on`;
  return hosts.get(refKey(root)) ?? [{ kind: "node", name }];
}

function hostsIn(inventory: Inventory): ReadonlyMap<string, readonly Vertex[]> {
  if (inventory.room !== undefined) return inventory.room("hosts", hostsByRoot);
  let hosts = known.get(inventory);
  if (hosts === undefined) known.set(inventory, (hosts = hostsByRoot(inventory)));
  return hosts;
}

function hostsByRoot({ workloads }: Inventory): ReadonlyMap<string, readonly Vertex[]> {
  const found = new Map<string, Set<string>>();
  for (const { ref, root, pod } of workloads) {
    const node = pod.spec["nodeName"];
    if (ref.kind !== "Pod" || typeof node !== "string" || node === "") continue;
    const key = refKey(root);
    const nodes = found.get(key) ?? new Set();
    found.set(key, nodes.add(node));
  }
  const vertices = new Map<string, Vertex>();
  const vertexAt = (name: string): Vertex => {
    let vertex = vertices.get(name);
    if (vertex === undefined) vertices.set(name, (vertex = { kind: "node", name }));
    return vertex;
  };
  return new Map([...found].map(([key, nodes]) => [key, [...nodes].sort().map(vertexAt)]));
}
