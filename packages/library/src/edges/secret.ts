/** The Secrets that pods are given, as files and as environment. */
import { workloadVertex, type Inventory, type Sighting, type Workload } from "@plimsoll/core";
import { listOf, objectOf } from "./escape.ts";

/** Names of the Secrets that a workload's pods are given. */
export const secretsOf = {
  mounts: ({ pod: { spec } }: Workload): readonly unknown[] =>
    listOf(spec["volumes"]).flatMap((volume) => [
      objectOf(volume["secret"])["secretName"],
      ...listOf(objectOf(volume["projected"])["sources"]).map((source) => objectOf(source["secret"])["name"]),
    ]),
  environment: ({ containers }: Workload): readonly unknown[] =>
    containers.flatMap(({ raw }) => [
      ...listOf(raw["env"]).map((entry) => objectOf(objectOf(entry["valueFrom"])["secretKeyRef"])["name"]),
      ...listOf(raw["envFrom"]).map((entry) => objectOf(entry["secretRef"])["name"]),
    ]),
} as const;

/** One step for each Secret of each workload. */
export function* secretSightings(
  { workloads }: Inventory,
  verb: string,
  namesOf: (workload: Workload) => readonly unknown[],
): Generator<Sighting> {
  for (const workload of workloads) {
    if (workload.derived) continue;
    const names = new Set(namesOf(workload).filter((name) => typeof name === "string" && name !== ""));
    for (const name of names)
      yield {
        from: workloadVertex(workload),
        to: { kind: "secret", namespace: workload.ref.namespace || "default", name: String(name) },
        resource: workload.ref,
        conditions: [`it ${verb} the Secret ${String(name)}`],
      };
  }
}
