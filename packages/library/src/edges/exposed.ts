/** Workloads that something outside the cluster can reach: what leads there, past what the network policies let in. */
import { listeningVertex, type Break, type Exposure, type Inventory, type Sighting } from "@plimsoll/core";

/** Nothing leads in any more once every way is gone. What was not read cannot be closed. */
export function withoutWays(ways: Exposure["ways"]): readonly Break[] {
  if (ways.length === 0) return [];
  const changes = ways.map(({ resource, by, container, service }) => ({
    resource,
    kind: "remove-exposure" as const,
    what: service === undefined ? by : `${by} ${service}`,
    ...(container === undefined ? {} : { container }),
  }));
  return [{ changes }];
}

/** The platform's own workloads are left out: they are exposed by function. An exposure that was not read is unsure. */
export function* exposedWorkloads(inventory: Inventory): Generator<Sighting> {
  for (const workload of inventory.workloads) {
    if (workload.derived || workload.system !== undefined) continue;
    const { level, because, unsure, ways } = inventory.exposureOf(workload);
    if (level !== "internet" && level !== "external" && level !== "unknown") continue;
    yield {
      from: { kind: "outside", place: level === "internet" ? "internet" : "external" },
      to: listeningVertex(workload, inventory),
      resource: workload.ref,
      conditions: because.slice(0, 3),
      unsure,
      breaks: withoutWays(ways),
    };
  }
}
