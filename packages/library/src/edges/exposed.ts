/** Workloads that something outside the cluster can reach: what leads there, past what the network policies let in. */
import { workloadVertex, type Inventory, type Sighting } from "@plimsoll/core";

/** The platform's own workloads are left out: they are exposed by function. An exposure that was not read is unsure. */
export function* exposedWorkloads(inventory: Inventory): Generator<Sighting> {
  for (const workload of inventory.workloads) {
    if (workload.derived || workload.system !== undefined) continue;
    const { level, because, unsure } = inventory.exposureOf(workload);
    if (level !== "internet" && level !== "external" && level !== "unknown") continue;
    yield {
      from: { kind: "outside", place: level === "internet" ? "internet" : "external" },
      to: workloadVertex(workload),
      resource: workload.ref,
      conditions: because.slice(0, 3),
      unsure,
    };
  }
}
