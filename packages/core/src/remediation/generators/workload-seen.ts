/** What generators learn from: a workload's ordinary behaviour, what of it is doubtful left out and told. */
import type { Thresholds } from "../../model/evidence.ts";
import type { Seen as SeenBatch } from "../../evidence/merge.ts";
import { detailText } from "../../evidence/tell.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { ObservationKind } from "../../model/observation.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Workload } from "../../model/workload.ts";
import { lacksOf } from "../fields/judgement.ts";
import type { ContainerEvidence, DetailOf, Seen } from "../fields/field.ts";
import { gathered, type Account, type Gathered } from "../verdicts/gathered.ts";

export interface Learned<K extends ObservationKind> {
  readonly details: readonly DetailOf<K>[];
  /** What was seen and not learned, in words. */
  readonly doubtful: readonly string[];
  readonly missing: readonly Missing[];
}

/** Of all its containers. */
export function learnedOf<K extends ObservationKind>(
  kind: K,
  workload: Workload,
  inventory: Inventory,
  seen: SeenBatch,
  least?: Thresholds,
): Learned<K> {
  const evidence = gathered(inventory, seen, least)(workload);
  const containers = workload.containers.filter(({ role }) => role !== "ephemeral");
  return learnedFrom(
    kind,
    containers.map((container) => evidence.container(container)),
  );
}

/** Of the workloads that have it, what is told of their pods as a whole. */
export function podsOfAccount(
  account: Account,
  inventory: Inventory,
  evidenceOf: Gathered,
): readonly ContainerEvidence[] {
  return usersOf(account, inventory).flatMap((workload) =>
    workload.containers.slice(0, 1).map((container) => evidenceOf(workload).container(container)),
  );
}

const users = new WeakMap<readonly Workload[], ReadonlyMap<string, readonly Workload[]>>();

/** Workloads whose pods have the account; not those that are told by their owner. */
export function usersOf({ namespace, name }: Account, { workloads }: Inventory): readonly Workload[] {
  let known = users.get(workloads);
  if (known === undefined) {
    const own = workloads.filter(({ derived }) => !derived);
    known = Map.groupBy(own, ({ serviceAccount }) => accountText(serviceAccount));
    users.set(workloads, known);
  }
  return known.get(accountText({ namespace, name })) ?? [];
}

function accountText({ namespace, name }: Account): string {
  return `${namespace}/${name}`;
}

/** The same behaviour of several sources once. */
export function learnedFrom<K extends ObservationKind>(
  kind: K,
  sources: readonly ContainerEvidence[],
): Learned<K> {
  const entries: readonly Seen<K>[] = sources.flatMap((source) => source.seen(kind));
  const byText = new Map(entries.map((entry) => [JSON.stringify(entry.detail), entry]));
  const list = [...byText.values()];
  return {
    details: list.filter(({ flags }) => flags.length === 0).map(({ detail }) => detail),
    doubtful: list
      .filter(({ flags }) => flags.length > 0)
      .map(({ detail, flags }) => `${detailText(detail)}: ${flags.join("; ")}`),
    missing: [
      ...new Map(
        sources.flatMap((source) => lacksOf(source, [kind])).map((each) => [each.text, each]),
      ).values(),
    ],
  };
}
