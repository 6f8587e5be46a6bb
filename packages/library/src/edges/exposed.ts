/** Workloads that something outside the cluster can reach: what leads there, and what the network policies let in. */
import { connectivityOf, declaredPorts, workloadVertex, type Inventory, type Sighting } from "@plimsoll/core";

/** The platform's own workloads are left out: they are exposed by function. An exposure that was not read is unsure. */
export function* exposedWorkloads(inventory: Inventory): Generator<Sighting> {
  for (const workload of inventory.workloads) {
    if (workload.derived || workload.system !== undefined) continue;
    const { level, because } = inventory.exposureOf(workload);
    if (level !== "internet" && level !== "external" && level !== "unknown") continue;
    const declared = declaredPorts(workload);
    const ports = declared.length === 0 ? [{ port: 8080 }] : declared;
    const verdicts = ports.map((port) => connectivityOf(inventory).admitsFromOutside(workload, port).verdict);
    if (verdicts.every((verdict) => verdict === "denied")) continue;
    const unsure = [
      ...(level === "unknown" ? ["whether it is exposed was not read"] : []),
      ...(verdicts.includes("allowed") ? [] : ["whether the network policies let it in is not known"]),
    ];
    yield {
      from: { kind: "outside", place: level === "internet" ? "internet" : "external" },
      to: workloadVertex(workload),
      resource: workload.ref,
      conditions: because.slice(0, 3),
      unsure,
    };
  }
}
