/**
 * Whether narrowed policies really refuse those whom an attacker may hold: the network engine is asked anew, over the
 * policies as they would be. May not take what the engine cannot tell for a refusal.
 */
import { declaredPorts } from "../../inventory/admitted.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { connectivity } from "../../inventory/network/engine.ts";
import type { Json } from "../../model/json.ts";
import type { Edit } from "../../model/report.ts";
import { refKey, refOf, type Resource, type ResourceRecord } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import { applyOperations } from "../patches/patch.ts";

/** Senders that one proof asks about at most: past it, nothing is proven. */
const mostSenders = 2_000;

/** True where each of the senders, pod by pod, is surely refused on every port that the target declares. */
export function areRefused(
  target: Workload,
  senders: readonly Workload[],
  changes: NonNullable<Edit["also"]>,
  inventory: Inventory,
): boolean {
  if (senders.length > mostSenders) return false;
  const targets = standing(target, inventory);
  const after = changed(inventory, changes, [...new Set([...targets, ...senders])]);
  const graph = connectivity(after);
  const ports = declaredPorts(target);
  const asked = ports.length === 0 ? [{ port: 1, protocol: "TCP" as const }] : ports;
  return targets.every((to) =>
    senders.every((from) =>
      asked.every((port) => {
        const ends = [
          { kind: "pod", workload: from },
          { kind: "pod", workload: to },
        ] as const;
        return graph.verdict(...ends, port).verdict === "denied";
      }),
    ),
  );
}

/** Its pods, where some were read: else itself. */
function standing({ root, ...own }: Workload, { workloads }: Inventory): readonly Workload[] {
  const key = refKey(root);
  const pods = workloads.filter((each) => each.ref.kind === "Pod" && refKey(each.root) === key);
  return pods.length > 0 ? pods : workloads.filter((each) => each.record === own.record);
}

/** The same with other policies, and only the workloads that are asked about. */
function changed(
  inventory: Inventory,
  changes: NonNullable<Edit["also"]>,
  workloads: readonly Workload[],
): Inventory {
  const made = new Map(changes.map(({ resource, operations }) => [refKey(resource), operations]));
  const { room: _, ...rest } = { ...inventory, workloads };
  const ofKind = (kind: string): readonly ResourceRecord[] => {
    const own = inventory.ofKind(kind).map((record): ResourceRecord => {
      const operations = made.get(refKey(refOf(record.resource)));
      return operations === undefined
        ? record
        : { ...record, resource: applyOperations(record.resource, operations) };
    });
    const added = changes.flatMap(({ resource, operations }): readonly ResourceRecord[] => {
      const isNew =
        `${resource.apiVersion}/${resource.kind}` === kind && inventory.get(resource) === undefined;
      if (!isNew) return [];
      return [{ resource: applyOperations<Json>(null, operations) as Resource, source: { file: "edit" } }];
    });
    return [...own, ...added];
  };
  return { ...rest, ofKind };
}
