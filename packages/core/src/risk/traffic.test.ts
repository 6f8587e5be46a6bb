import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import { createInventory } from "../inventory/build.ts";
import type { ObservationDetail, Peer } from "../model/observation.ts";
import type { Resource, ResourceRef } from "../model/resource.ts";
import { trafficOf } from "./traffic.ts";

function pod(name: string): Resource {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels: { app: name } },
    spec: { containers: [{ name: "app", image: "a" }] },
  } as unknown as Resource;
}
const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "data", namespace: "shop" },
  spec: { selector: { app: "db" } },
} as unknown as Resource;
const inventory = createInventory(exampleSnapshot([pod("web"), pod("db"), service]));

function ref(name: string): ResourceRef {
  return { apiVersion: "v1", kind: "Pod", namespace: "shop", name };
}

type Connection = Extract<ObservationDetail, { kind: "connection" }>;

function told(workload: string, peer: Peer, more: Partial<Connection> = {}): string | undefined {
  const detail: Connection = {
    kind: "connection",
    operation: "connect",
    direction: "out",
    protocol: "TCP",
    port: 5432,
    peer,
    ...more,
  };
  const container = { namespace: "shop", workloadKind: "Pod", workload, container: "app" };
  const support = [
    { pod: workload, provenance: "n", first: "2026-09-01T00:00:00Z", last: "2026-09-15T00:00:00Z", count: 1 },
  ];
  const traffic = trafficOf([{ container, detail, sensor: "s", trust: "kernel", support }], inventory);
  return traffic(ref("web"), ref("db"));
}

const seen = "seen in use on port 5432, last on 2026-09-15";

test.each([
  ["to the workload", told("web", { namespace: "shop", workload: "Pod/db" }), seen],
  ["to a service before it", told("web", { namespace: "shop", service: "data" }), seen],
  [
    "as it accepted it",
    told("db", { namespace: "shop", workload: "Pod/web" }, { operation: "accept", direction: "in" }),
    seen,
  ],
  ["the other way round", told("db", { namespace: "shop", workload: "Pod/web" }), undefined],
  [
    "refused by a policy",
    told("web", { namespace: "shop", workload: "Pod/db" }, { refused: true }),
    undefined,
  ],
  ["to an address that nobody could name", told("web", { address: "10.0.0.1" }), undefined],
])("a connection %s", (_title, found, expected) => {
  expect(found).toBe(expected);
});
