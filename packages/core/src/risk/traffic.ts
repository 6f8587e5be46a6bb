/** Connections between workloads that were seen, for the steps of attack paths that lead over them. */
import type { Inventory } from "../inventory/inventory.ts";
import { matchesMap } from "../inventory/selector.ts";
import type { ContainerKey, Observation, Peer } from "../model/observation.ts";
import type { ResourceRef } from "../model/resource.ts";

/** Whether one workload was seen connecting to another: `seen in use on port 5432, last on 2026-09-15`. */
export type Traffic = (from: ResourceRef, to: ResourceRef) => string | undefined;

interface Found {
  readonly ports: Set<number>;
  last: string;
}

export function trafficOf(observations: readonly Observation[], inventory: Inventory): Traffic {
  const behind = services(inventory);
  const pairs = new Map<string, Found>();
  for (const { container, detail, support } of observations) {
    if (detail.kind !== "connection" || detail.peer === undefined || detail.refused === true) continue;
    const own = [nameOf(container)];
    const others = ends(detail.peer, behind);
    const [from, to] = detail.direction === "out" ? [own, others] : [others, own];
    const last = support.reduce((latest, each) => (each.last > latest ? each.last : latest), "");
    for (const a of from) for (const b of to) note(pairs, `${a} ${b}`, detail.port, last);
  }
  return (from, to) => {
    const found = pairs.get(`${refName(from)} ${refName(to)}`);
    if (found === undefined) return undefined;
    const ports = [...found.ports].sort((a, b) => a - b);
    const listed = ports.slice(0, 5).join(", ") + (ports.length > 5 ? ` and ${ports.length - 5} more` : "");
    return `seen in use on port ${listed}, last on ${found.last.slice(0, 10)}`;
  };
}

function note(pairs: Map<string, Found>, key: string, port: number, last: string): void {
  const found = pairs.get(key) ?? { ports: new Set(), last };
  found.ports.add(port);
  if (last > found.last) found.last = last;
  pairs.set(key, found);
}

function nameOf({ namespace, workloadKind, workload }: ContainerKey): string {
  return `${namespace}/${workloadKind}/${workload}`;
}

function refName({ namespace, kind, name }: ResourceRef): string {
  return `${namespace}/${kind}/${name}`;
}

/** A service may have handed it to any workload that it selects. */
function ends(peer: Peer, behind: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const { namespace = "", workload, service } = peer;
  if (workload !== undefined) return [`${namespace}/${workload}`];
  return service === undefined ? [] : (behind.get(`${namespace}/${service}`) ?? []);
}

function services(inventory: Inventory): ReadonlyMap<string, readonly string[]> {
  const own = Map.groupBy(
    inventory.workloads.filter(({ derived }) => !derived),
    ({ ref }) => ref.namespace,
  );
  return new Map(
    inventory.ofKind("v1/Service").map(({ resource }) => {
      const { namespace = "", name = "" } = resource.metadata;
      const spec = resource["spec"] as { readonly selector?: never } | undefined;
      const selected = (own.get(namespace) ?? []).filter(({ pod }) =>
        matchesMap(spec?.selector, pod.metadata.labels),
      );
      return [`${namespace}/${name}`, selected.map(({ root }) => refName(root))];
    }),
  );
}
