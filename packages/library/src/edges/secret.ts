/** The Secrets that pods are given, as files and as environment. */
import {
  containerVertex,
  someContainer,
  type Container,
  type Inventory,
  type JsonObject,
  type Sighting,
  type Workload,
} from "@plimsoll/core";
import { listOf, objectOf } from "./escape.ts";

/** Names of Secrets by the container that is given them; without one, none of the containers mounts them. */
type Given = readonly { readonly name: unknown; readonly container?: string }[];

export const secretsOf = {
  mounts: ({ pod: { spec }, containers }: Workload): Given =>
    listOf(spec["volumes"]).flatMap((volume) => {
      const names = namesIn(volume);
      const mounting = names.length === 0 ? [] : containers.filter((container) => mounts(container, volume));
      return names.flatMap((name): Given =>
        mounting.length === 0
          ? [{ name }]
          : mounting.map((container) => ({ name, container: container.name })),
      );
    }),
  environment: ({ containers }: Workload): Given =>
    containers.flatMap(({ raw, name: container }) =>
      [
        ...listOf(raw["env"]).map((entry) => objectOf(objectOf(entry["valueFrom"])["secretKeyRef"])["name"]),
        ...listOf(raw["envFrom"]).map((entry) => objectOf(entry["secretRef"])["name"]),
      ].map((name) => ({ name, container })),
    ),
} as const;

function namesIn(volume: JsonObject): readonly unknown[] {
  const found = [
    objectOf(volume["secret"])["secretName"],
    ...listOf(objectOf(volume["projected"])["sources"]).map((source) => objectOf(source["secret"])["name"]),
  ];
  return found.filter((name) => name !== undefined);
}

function mounts({ raw }: Container, { name }: JsonObject): boolean {
  return listOf(raw["volumeMounts"]).some((mount) => mount["name"] === name);
}

/** One step for each Secret of each container. */
export function* secretSightings(
  inventory: Inventory,
  verb: string,
  givenTo: (workload: Workload) => Given,
): Generator<Sighting> {
  for (const workload of inventory.workloads) {
    if (workload.derived) continue;
    const seen = new Set<string>();
    for (const { name, container } of givenTo(workload)) {
      if (typeof name !== "string" || name === "") continue;
      const from =
        container === undefined
          ? someContainer(workload.root, inventory)
          : containerVertex(workload, container, inventory);
      const key = `${from.kind === "container" ? from.name : ""} ${name}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield {
        from,
        to: { kind: "secret", namespace: workload.ref.namespace || "default", name },
        resource: workload.ref,
        conditions: [`it ${verb} the Secret ${name}`],
      };
    }
  }
}
