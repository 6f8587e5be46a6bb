/** Which workloads can connect to which others, or be reached from outside, in one inventory and not in another. */
import { declaredPorts, type DeclaredPort } from "../inventory/admitted.ts";
import type { Exposure, Inventory } from "../inventory/inventory.ts";
import type { PodClass, PortVerdict } from "../inventory/network/connectivity.ts";
import { connectivityOf } from "../inventory/network/engine.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";

/** `unknown`: policies that could not be read in full may allow it. */
export type Reachability = "no" | "unknown" | "yes";

export interface ReachChange {
  readonly from: ResourceRef;
  readonly to: ResourceRef;
  readonly before: Reachability;
  readonly after: Reachability;
}

export interface ExposureChange {
  readonly workload: ResourceRef;
  /** `none` too where the workload is only in the other. */
  readonly before: Exposure["level"];
  readonly after: Exposure["level"];
}

/** Sorted by workload. */
export interface ReachChanges {
  /** Pairs that are nearer to connected than before, on some port that the second declares. */
  readonly opened: readonly ReachChange[];
  readonly closed: readonly ReachChange[];
  readonly exposure: readonly ExposureChange[];
  /** What was not compared. */
  readonly missing: readonly string[];
}

/** Pairs that are compared at most. */
const mostPairs = 9_000_000;
const order: readonly Reachability[] = ["no", "unknown", "yes"];

/** Compares workloads by what they are owned by. */
export function reachChanges(before: Inventory, after: Inventory): ReachChanges {
  const exposure = exposureChanges(before, after);
  const refs = new Map([...rootsOf(before), ...rootsOf(after)]);
  if (refs.size ** 2 > mostPairs)
    return {
      opened: [],
      closed: [],
      exposure,
      missing: [`connections among ${refs.size} workloads: too many`],
    };
  const keys = [...refs.keys()].sort();
  const [earlier, later] = [reachIn(before, keys), reachIn(after, keys)];
  const opened: ReachChange[] = [];
  const closed: ReachChange[] = [];
  for (const [from, source] of keys.entries())
    for (const [to, target] of keys.entries()) {
      const [was, is] = [earlier(from, to), later(from, to)];
      if (was === is) continue;
      const change = {
        from: refs.get(source)!,
        to: refs.get(target)!,
        before: order[was]!,
        after: order[is]!,
      };
      (is > was ? opened : closed).push(change);
    }
  return { opened, closed, exposure, missing: [] };
}

function rootsOf({ workloads }: Inventory): readonly (readonly [string, ResourceRef])[] {
  return workloads.map(({ root }) => [refKey(root), root]);
}

/** By numbers of two workloads, the index of how far one reaches the other. */
function reachIn(inventory: Inventory, keys: readonly string[]): (from: number, to: number) => number {
  const graph = connectivityOf(inventory);
  const numbers = new Map(keys.map((key, at) => [key, at]));
  const ports = graph.classes.map(portsOf);
  const own: Set<number>[] = keys.map(() => new Set());
  graph.classes.forEach(({ members }, at) => {
    for (const { root } of members) own[numbers.get(refKey(root))!]!.add(at);
  });
  const count = graph.classes.length;
  const known = new Int8Array(count * count).fill(-1);
  const between = (from: number, to: number): number => {
    const at = from * count + to;
    if (known[at] === -1)
      known[at] = opennessOf(graph.between(graph.classes[from]!, graph.classes[to]!), ports[to]!);
    return known[at]!;
  };
  return (from, to) => {
    let best = 0;
    if (from !== to)
      for (const a of own[from]!) for (const b of own[to]!) best = Math.max(best, between(a, b));
    return best;
  };
}

function portsOf({ members }: PodClass): readonly DeclaredPort[] {
  const found = members.flatMap(declaredPorts);
  return [...new Map(found.map((port) => [`${port.port} ${port.protocol}`, port])).values()];
}

function opennessOf(verdicts: readonly PortVerdict[], ports: readonly DeclaredPort[]): number {
  const found = ports.flatMap(({ port, protocol }) =>
    verdicts.filter((range) => range.protocol === protocol && range.from <= port && port <= range.to),
  );
  if (found.length === 0) return 0;
  return found.some(({ verdict }) => verdict === "allowed") ? 2 : 1;
}

function exposureChanges(before: Inventory, after: Inventory): readonly ExposureChange[] {
  const [earlier, later] = [levelsOf(before), levelsOf(after)];
  const all = new Map([...earlier, ...later]);
  return [...all.keys()].sort().flatMap((key): readonly ExposureChange[] => {
    const [was, is] = [earlier.get(key)?.level ?? "none", later.get(key)?.level ?? "none"];
    return was === is ? [] : [{ workload: all.get(key)!.workload, before: was, after: is }];
  });
}

interface Level {
  readonly workload: ResourceRef;
  readonly level: Exposure["level"];
}

function levelsOf(inventory: Inventory): ReadonlyMap<string, Level> {
  return new Map(
    inventory.workloads
      .filter(({ derived }) => !derived)
      .map((workload) => [
        refKey(workload.root),
        { workload: workload.root, level: inventory.exposureOf(workload).level },
      ]),
  );
}
