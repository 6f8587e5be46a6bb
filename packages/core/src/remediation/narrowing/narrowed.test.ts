import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { Observation, ObservationDetail, Watch } from "../../model/observation.ts";
import type { Edit } from "../../model/report.ts";
import type { ResourceRef } from "../../model/resource.ts";
import { trafficOf } from "../../risk/traffic.ts";
import { keyOf, of, seen, snapshotOf, watch } from "../fixtures/shop.ts";
import { thresholds } from "../verdicts/gathered.ts";
import { withPatches } from "./narrowed.ts";

const db: ResourceRef = { apiVersion: "apps/v1", kind: "Deployment", namespace: "data", name: "db" };
const edit: Edit = {
  id: "e",
  title: "t",
  resource: db,
  path: "",
  resolves: [],
  severity: "medium",
  operations: [],
  byHand: true,
  breakRisk: "unknown",
  source: { file: "test" },
};
const accepted: ObservationDetail = {
  kind: "connection",
  operation: "accept",
  direction: "in",
  protocol: "TCP",
  port: 5432,
  peer: { namespace: "shop", workload: "Deployment/web" },
};

/** The edit as it is told where an attacker may hold one workload. */
function toldOf(held: string, observations: readonly Observation[], watches: readonly Watch[]): Edit {
  const snapshot = snapshotOf(observations);
  const inventory = createInventory(snapshot);
  const attack = {
    edits: [edit],
    changes: new Map([["e", { resource: db, kind: "narrow-ingress", what: "" } as const]]),
    isReached: ({ name }: ResourceRef) => name === held,
  };
  const traffic = observations.length + watches.length === 0 ? undefined : trafficOf(observations, inventory);
  const [told] = withPatches(attack, {
    inventory,
    seen: { observations, watches, detections: [] },
    traffic,
    thresholds,
  });
  return told!;
}

const connected = seen(keyOf("db"), [accepted]);
const whole = [watch(keyOf("db"))];

test.each([
  ["nobody watched: it is not known", "front", [], [], "unknown", true],
  ["all was watched, and who connects stays admitted: clear", "front", connected, whole, "clear", true],
  ["all was watched, and nobody connected: clear", "front", [], whole, "clear", true],
  ["seen by somebody who did not see all: not known", "front", connected, [], "unknown", true],
  ["whom an attacker may hold was seen connecting: withheld", "web", connected, whole, "breaks", false],
] as const)("%s", (_, held, observations, watches, verdict, hasPatch) => {
  const told = toldOf(held, observations, watches);
  expect([told.verdict?.verdict, !told.byHand, told.also !== undefined]).toEqual([
    verdict,
    hasPatch,
    hasPatch,
  ]);
  const text = JSON.stringify(told.also ?? "");
  expect(text.includes('"app":"web"')).toBe(hasPatch && observations.length > 0);
  expect(text).not.toContain('"app":"front"');
});

const way: ResourceRef = { apiVersion: "v1", kind: "Service", namespace: "data", name: "db" };
const balanced = of("v1", "Service", "db", "data", {
  spec: {
    type: "LoadBalancer",
    clusterIP: "10.0.0.9",
    selector: { app: "db" },
    ports: [{ port: 5000, targetPort: "http" }],
  },
});
const outside: ObservationDetail = { ...accepted, peer: { address: "198.51.100.7" } };

test.each([
  ["nobody watched: it is not known", [], [], "unknown", true],
  ["all was watched, and only pods came", connected, whole, "clear", true],
  ["somebody outside came that way: withheld", seen(keyOf("db"), [outside]), whole, "breaks", false],
] as const)(
  "a Service that leads in from outside is closed: %s",
  (_, observations, watches, verdict, hasPatch) => {
    const inventory = createInventory({
      ...snapshotOf(observations),
      resources: snapshotOf([], [balanced]).resources.filter(
        ({ resource }) => resource.kind !== "Service" || resource === balanced,
      ),
    });
    const attack = {
      edits: [edit],
      changes: new Map([["e", { resource: way, kind: "remove-exposure", what: "load-balancer" } as const]]),
      isReached: () => false,
    };
    const seenThere = { observations, watches, detections: [] };
    const [told] = withPatches(attack, { inventory, seen: seenThere, traffic: undefined, thresholds });
    expect([told!.verdict?.verdict, told!.operations.length > 0], told!.verdict?.text).toEqual([
      verdict,
      hasPatch,
    ]);
  },
);
