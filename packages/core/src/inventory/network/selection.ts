/** Which policies select a pod, looked up by namespace. */
import type { Workload } from "../../model/workload.ts";
import type { PodParty } from "./party.ts";
import type { NetworkRuleset } from "./policy.ts";
import type { Selecting } from "./row.ts";

/** The policies that select a pod, or may, in the order in which they were read. Worked out once for each pod. */
export function selectionOf(all: readonly NetworkRuleset[]): (pod: PodParty) => readonly Selecting[] {
  const byNamespace = Map.groupBy(all.keys(), (index) => all[index]!.subject.within?.namespace);
  const everywhere = byNamespace.get(undefined) ?? [];
  const found = new WeakMap<Workload, readonly Selecting[]>();
  return (pod) => {
    const known = found.get(pod.workload);
    if (known !== undefined) return known;
    const own = byNamespace.get(pod.namespace) ?? [];
    const indexes = everywhere.length === 0 ? own : [...own, ...everywhere].sort((a, b) => a - b);
    const selecting = indexes.flatMap((index): readonly Selecting[] => {
      const ruleset = all[index]!;
      const match = ruleset.subject.matches(pod, pod);
      return match === false ? [] : [{ ruleset, sure: match === true }];
    });
    found.set(pod.workload, selecting);
    return selecting;
  };
}
