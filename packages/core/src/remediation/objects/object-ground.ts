/** What fields of objects judge by: the cluster as it is and as it would be, and what was seen of workloads and accounts. */
import type { Thresholds } from "../../model/evidence.ts";
import { bindingsOf } from "../../inventory/build.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { Seen as SeenBatch } from "../../evidence/merge.ts";
import { refKey, refOf, type Resource, type ResourceRecord } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import type { ContainerEvidence } from "../fields/field.ts";
import { gathered, type Account, type Gathered } from "../verdicts/gathered.ts";
import { podsOfAccount } from "../generators/workload-seen.ts";
import type { PodSecurityStandards } from "./pod-security-standards.ts";

export interface ObjectGround {
  readonly inventory: Inventory;
  readonly seen: SeenBatch;
  readonly evidenceOf: Gathered;
  /** Absent: the library holds none. */
  readonly standards?: PodSecurityStandards | undefined;
}

export function groundOf(
  inventory: Inventory,
  seen: SeenBatch,
  least?: Thresholds,
  standards?: PodSecurityStandards,
): ObjectGround {
  return { inventory, seen, evidenceOf: gathered(inventory, seen, least), standards };
}

/** The inventory with one object of it as it would be. */
export function changedInventory(inventory: Inventory, after: Resource): Inventory {
  const key = refKey(refOf(after));
  const gvk = `${after.apiVersion}/${after.kind}`;
  const changed = (record: ResourceRecord): ResourceRecord =>
    refKey(refOf(record.resource)) === key ? { ...record, resource: after } : record;
  const ofKind: Inventory["ofKind"] = (kind) =>
    kind === gvk ? inventory.ofKind(kind).map(changed) : inventory.ofKind(kind);
  const get: Inventory["get"] = (ref) => {
    const found = inventory.get(ref);
    return found === undefined ? undefined : changed(found);
  };
  let bindings: Inventory["bindings"] | undefined;
  return {
    server: inventory.server,
    takenAt: inventory.takenAt,
    get records() {
      return inventory.records.map(changed);
    },
    kinds: inventory.kinds,
    ofKind,
    get,
    workloads: inventory.workloads,
    get bindings() {
      return (bindings ??= bindingsOf(ofKind, get));
    },
    exposureOf: inventory.exposureOf,
    imageOf: inventory.imageOf,
    namespaceLabels: inventory.namespaceLabels,
    gaps: inventory.gaps,
    covers: inventory.covers,
    placeOf: inventory.placeOf,
  };
}

const byNamespace = new WeakMap<readonly Workload[], ReadonlyMap<string, readonly Workload[]>>();

/** Of one namespace, in their order. All are looked through once: a scan asks of many namespaces. */
export function workloadsIn({ workloads }: Inventory, namespace: string): readonly Workload[] {
  let known = byNamespace.get(workloads);
  if (known === undefined) {
    known = Map.groupBy(workloads, ({ ref }) => ref.namespace);
    byNamespace.set(workloads, known);
  }
  return known.get(namespace) ?? [];
}

export function nameOf({ ref }: Workload): string {
  return `${ref.kind} ${ref.namespace}/${ref.name}`;
}

/** Of all containers of a workload as one. */
export function workloadEvidence(workload: Workload, { evidenceOf }: ObjectGround): ContainerEvidence {
  const own = workload.containers
    .filter(({ role }) => role !== "ephemeral")
    .map((container) => evidenceOf(workload).container(container));
  const [first] = own;
  return first === undefined ? evidenceOf.requests({ namespace: "", name: "" }) : joined(first, own);
}

/** What an account asked the API for: told of it, or of the pods that have it. */
export function requestsOf(account: Account, { inventory, evidenceOf }: ObjectGround): ContainerEvidence {
  const own = evidenceOf.requests(account);
  const all = [own, ...podsOfAccount(account, inventory, evidenceOf)];
  // One log is that of all: where it was read whole, nothing is missing of any pod.
  return { ...joined(own, all), lacks: own.lacks };
}

/** The same behaviour told of several once; what any of them lacks. */
function joined(first: ContainerEvidence, all: readonly ContainerEvidence[]): ContainerEvidence {
  return {
    seen: (kind) => [
      ...new Map(
        all.flatMap((each) => each.seen(kind)).map((entry) => [JSON.stringify(entry.detail), entry]),
      ).values(),
    ],
    coverage: first.coverage,
    measured: (kind) => all.flatMap((each) => each.measured(kind)),
    lacks: (kind) => [
      ...new Map(all.flatMap((each) => each.lacks(kind)).map((lack) => [lack.text, lack])).values(),
    ],
  };
}
