/** Whether a pod is isolated in a direction: some policy lets through only what policies name. */
import type { Isolation, Reason } from "./connectivity.ts";
import { label } from "./explain.ts";
import type { PodParty } from "./party.ts";
import type { Direction } from "./policy.ts";
import type { Selecting } from "./row.ts";

/** `pods` stand for a workload: where they differ it is unknown. */
export function isolationOf(
  pods: readonly PodParty[],
  selecting: (pod: PodParty) => readonly Selecting[],
  direction: Direction,
): Isolation {
  const found = pods.map((pod) => isolationOfPod(selecting(pod), direction));
  const [first = { isolated: "unknown", because: [] }, ...others] = found;
  if (others.every(({ isolated }) => isolated === first.isolated)) return first;
  return { isolated: "unknown", because: found.flatMap(({ because }) => because) };
}

function isolationOfPod(selecting: readonly Selecting[], direction: Direction): Isolation {
  const isolating = selecting.filter(({ ruleset }) => ruleset[direction]?.isolates === true);
  const sure = isolating.filter((one) => one.sure && one.ruleset.layer === "namespace");
  const kept = sure.length > 0 ? sure : isolating;
  const because = kept.map(({ ruleset: { ref } }): Reason => {
    const effect = sure.length > 0 ? "isolates" : "may decide";
    return {
      effect,
      policy: ref,
      text: `${label(ref)} ${sure.length > 0 ? "isolates" : "may isolate"} ${direction}`,
    };
  });
  return { isolated: sure.length > 0 ? "yes" : isolating.length > 0 ? "unknown" : "no", because };
}
