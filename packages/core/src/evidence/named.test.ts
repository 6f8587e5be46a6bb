import { expect, test } from "vitest";
import type { ResourceRecord } from "../model/resource.ts";
import { nothingSeen } from "./merge.ts";
import { byContainerId, runningContainers, namedSeen } from "./named.ts";

const id = (digit: string): string => digit.repeat(64);

function pod(
  owner: { readonly kind: string; readonly name: string } | undefined,
  status: object,
): ResourceRecord {
  const resource = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web-1",
      namespace: "shop",
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: "apps/v1", controller: true, uid: "u", ...owner }] }),
    },
    spec: { nodeName: "n1" },
    status,
  };
  return { resource, source: { file: "cluster" } } as unknown as ResourceRecord;
}

const replicaSet = {
  resource: {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: "web-6d",
      namespace: "shop",
      uid: "u",
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d", controller: true },
      ],
    },
  },
  source: { file: "cluster" },
} as unknown as ResourceRecord;
const digest = `sha256:${id("a")}`;
const running = {
  containerStatuses: [
    { name: "app", containerID: `containerd://${id("1")}`, imageID: `r/app@${digest}`, image: "r/app:1" },
  ],
  initContainerStatuses: [{ name: "init", containerID: `cri-o://${id("2")}`, image: "r/init:2" }],
  ephemeralContainerStatuses: [{ name: "later" }],
};

test.each([
  ["its workload, by owners that were read", { kind: "ReplicaSet", name: "web-6d" }, "Deployment", "web"],
  ["its maker alone, where that was not read", { kind: "Job", name: "once" }, "Job", "once"],
  ["itself, where nobody made it", undefined, "Pod", "web-1"],
  ["itself, where its node did", { kind: "Node", name: "n1" }, "Pod", "web-1"],
])("a pod's containers are of %s", (_, owner, workloadKind, workload) => {
  const found = runningContainers(pod(owner, running), ({ kind }) =>
    kind === "ReplicaSet" ? replicaSet : undefined,
  );
  const place = { namespace: "shop", workloadKind, workload };
  expect([...found]).toEqual([
    [id("1"), { key: { ...place, container: "app", image: digest }, pod: "web-1", node: "n1" }],
    [id("2"), { key: { ...place, container: "init", image: "r/init:2" }, pod: "web-1", node: "n1" }],
  ]);
});

test("what has no status that can be read names nothing", () => {
  const odd = [
    { status: "x" },
    { containerStatuses: "x" },
    { containerStatuses: [1, null, { name: 1, containerID: 2 }] },
  ];
  for (const status of odd) expect(runningContainers(pod(undefined, status), () => undefined).size).toBe(0);
});

test("what was seen goes under the names that are known; the rest, and what was named already, is left out", () => {
  const support = [
    {
      pod: "uid",
      provenance: "n1",
      first: "2026-01-01T00:00:00.000Z",
      last: "2026-01-01T00:00:00.000Z",
      count: 1,
    },
  ];
  const of = (workloadKind: string, workload: string) => ({
    container: { namespace: "", workloadKind, workload, container: "" },
    detail: { kind: "library", path: "/lib/x.so" } as const,
    sensor: "s",
    trust: "kernel" as const,
    support,
  });
  const names = runningContainers(pod(undefined, running), () => undefined);
  const seen = {
    ...nothingSeen,
    observations: [of(byContainerId, id("1")), of(byContainerId, id("9")), of("Deployment", id("1"))],
  };
  const { observations } = namedSeen(seen, (each) => names.get(each));
  expect(
    observations.map(({ container, support: [first] }) => [
      container.workload,
      container.container,
      first?.pod,
    ]),
  ).toEqual([["web-1", "app", "web-1"]]);
});
