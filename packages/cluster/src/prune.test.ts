/** What is kept of the status of the kinds whose status is judged. */
import { expect, test } from "vitest";
import { pruned } from "./prune.ts";
import type { RawObject } from "./raw.ts";

const cases: readonly (readonly [kind: string, status: RawObject, kept: RawObject])[] = [
  [
    "Pod",
    {
      phase: "Running",
      qosClass: "Burstable",
      podIP: "10.0.0.1",
      podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }],
      containerStatuses: [{ name: "app", image: "a:1", imageID: "sha256:1", restartCount: 7 }],
      conditions: [
        { type: "PodScheduled", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
        { type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z", message: "m" },
      ],
    },
    {
      phase: "Running",
      podIP: "10.0.0.1",
      podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }],
      containerStatuses: [{ name: "app", image: "a:1", imageID: "sha256:1" }],
      conditions: [{ type: "Ready", status: "True" }],
    },
  ],
  [
    "Node",
    {
      addresses: [{ type: "InternalIP", address: "10.0.0.2" }],
      allocatable: { cpu: "2" },
      images: [{ names: ["a:1"] }],
    },
    { addresses: [{ type: "InternalIP", address: "10.0.0.2" }], allocatable: { cpu: "2" } },
  ],
  [
    "Service",
    { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] }, conditions: [] },
    { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } },
  ],
  [
    "ResourceQuota",
    { hard: { "requests.cpu": "4" }, used: { "requests.cpu": "3" } },
    { used: { "requests.cpu": "3" } },
  ],
];

test.each(cases)("%s", (kind, status, kept) => {
  const { object } = pruned({ apiVersion: "v1", kind, metadata: { name: "a" }, status }, undefined);
  expect(object["status"]).toEqual(kept);
});
