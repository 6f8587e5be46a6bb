import { expect, test } from "vitest";
import type { FixStep } from "../../controls/control.ts";
import type { Json } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { applyOperations, operationsFor } from "./patch.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "a", labels: { team: "shop", "app.example.com/name": "a" } },
  spec: {
    containers: [{ name: "app", securityContext: { capabilities: { drop: ["NET_RAW"] } } }],
    volumes: [{ name: "v" }, { name: "w" }],
  },
} satisfies Resource;
const container = { name: "app", path: ["spec", "containers", 0] };
const place = { record: { resource: pod as Resource, source: { file: "" } }, pod: [], container };

const cases: readonly (readonly [string, readonly FixStep[], Json])[] = [
  [
    "sets a leaf",
    [{ set: "securityContext.privileged", to: false }],
    [{ op: "add", path: "/spec/containers/0/securityContext/privileged", value: false }],
  ],
  [
    "makes missing parents in one operation",
    [{ set: "resources.limits.memory", to: "1Gi" }],
    [{ op: "add", path: "/spec/containers/0/resources", value: { limits: { memory: "1Gi" } } }],
  ],
  [
    "appends nothing where what says it too is there",
    [
      { append: "securityContext.capabilities.drop", value: "ALL" },
      { append: "securityContext.capabilities.drop", value: "NET_RAW", unless: ["ALL"] },
    ],
    [{ op: "add", path: "/spec/containers/0/securityContext/capabilities/drop/-", value: "ALL" }],
  ],
  [
    "appends once",
    [
      { append: "securityContext.capabilities.drop", value: "ALL" },
      { append: "securityContext.capabilities.drop", value: "ALL" },
    ],
    [{ op: "add", path: "/spec/containers/0/securityContext/capabilities/drop/-", value: "ALL" }],
  ],
  [
    "removes what stands and leaves what does not",
    [{ remove: "securityContext.capabilities" }, { remove: "gone" }],
    [{ op: "remove", path: "/spec/containers/0/securityContext/capabilities" }],
  ],
  [
    "starts at the pod",
    [{ set: "spec.hostPID", to: false, base: "pod" }],
    [{ op: "add", path: "/spec/hostPID", value: false }],
  ],
  [
    "sets what is worked out from the place",
    [
      { set: "resources.limits.memory", to: "1Gi" },
      { set: "resources.requests.memory", from: "container.resources.limits.memory" },
    ],
    [
      { op: "add", path: "/spec/containers/0/resources", value: { limits: { memory: "1Gi" } } },
      { op: "add", path: "/spec/containers/0/resources/requests", value: { memory: "1Gi" } },
    ],
  ],
  [
    "sets maps and lists of an expression as JSON",
    [
      {
        set: "readinessProbe",
        from: "{'tcpSocket': dyn({'port': 8080}), 'names': dyn(pod.spec.volumes.map(v, dyn({'of': v.name})))}",
      },
    ],
    [
      {
        op: "add",
        path: "/spec/containers/0/readinessProbe",
        value: { tcpSocket: { port: 8080 }, names: [{ of: "v" }, { of: "w" }] },
      },
    ],
  ],
  [
    "makes no patch where a step has no value",
    [
      { set: "securityContext.privileged", to: false },
      { set: "readinessProbe.tcpSocket.port", from: "container.?ports[?0].?containerPort" },
    ],
    [],
  ],
  [
    "makes no patch of an expression that fails, or gives what JSON has not",
    [{ set: "readinessProbe", from: "container.ports[0]" }],
    [],
  ],
  ["makes no patch of a time", [{ set: "a", from: "timestamp('2026-01-01T00:00:00Z')" }], []],
  [
    "makes no patch that would copy a credential left out",
    [{ set: "a", from: "'plimsoll-redacted:jwt:9:0123456789abcdef'" }],
    [],
  ],
  [
    "removes the keys that are worked out",
    [
      {
        remove: "metadata.labels",
        keys: "pod.metadata.labels.map(key, key).filter(key, key != 'team')",
        base: "pod",
      },
    ],
    [{ op: "remove", path: "/metadata/labels/app.example.com~1name" }],
  ],
  ["changes nothing that already holds", [{ set: "securityContext.capabilities.drop", to: ["NET_RAW"] }], []],
];

test.each(cases)("%s", (_, steps, expected) =>
  expect(operationsFor(pod as Resource, place, steps)).toEqual(expected),
);

test("the item itself can be removed", () => {
  const operations = operationsFor(pod as Resource, { ...place, item: ["spec", "volumes", 0] }, [
    { remove: "" },
  ]);
  expect(applyOperations(pod as Resource, operations)["spec"]).toMatchObject({ volumes: [{ name: "w" }] });
});

test("applying leaves the original alone and refuses paths that do not exist", () => {
  const before = structuredClone(pod);
  applyOperations(pod as Resource, [{ op: "remove", path: "/spec/containers/0" }]);
  expect(pod).toEqual(before);
  expect(() => applyOperations(pod as Resource, [{ op: "add", path: "/a/b", value: 1 }])).toThrow(
    "does not exist",
  );
});
