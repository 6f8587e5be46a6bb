import { expect, test } from "vitest";
import type { ClusterChange } from "../model/change.ts";
import type { Resource } from "../model/resource.ts";
import { isFar, neighbours } from "./around.ts";
import { createStock } from "./stock.ts";

const policy: Resource = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "other", name: "open" },
  spec: { podSelector: {}, ingress: [{}] },
};
const spec = { containers: [{ name: "app", image: "registry.example/app:1" }] };
const pod: Resource = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name: "web", resourceVersion: "1" },
  spec,
  status: { phase: "Pending" },
};
const deployment: Resource = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name: "api", resourceVersion: "1" },
  spec: { replicas: 1, selector: { matchLabels: {} }, template: { metadata: {}, spec } },
  status: { observedGeneration: 1 },
};
const metadataOf = ({ metadata }: Resource, more: object): Resource["metadata"] => ({ ...metadata, ...more });
const put = (resource: Resource): ClusterChange => ({
  op: "put",
  record: { resource, source: { file: "cluster" } },
});

test.each<[string, Resource, Resource, boolean, boolean]>([
  [
    "a Deployment's status",
    deployment,
    {
      ...deployment,
      metadata: metadataOf(deployment, { resourceVersion: "2" }),
      status: { observedGeneration: 2 },
    },
    false,
    false,
  ],
  [
    "a Deployment's number of replicas",
    deployment,
    { ...deployment, spec: { ...(deployment["spec"] as object), replicas: 3 } },
    false,
    true,
  ],
  [
    "a Deployment's labels",
    deployment,
    { ...deployment, metadata: metadataOf(deployment, { labels: { tier: "web" } }) },
    true,
    true,
  ],
  ["a pod's status", pod, { ...pod, status: { phase: "Running", podIP: "10.0.0.7" } }, false, true],
  ["a pod's account", pod, { ...pod, spec: { ...spec, serviceAccountName: "other" } }, true, true],
  ["a pod that comes", policy, pod, true, true],
])(
  "%s is asked of patches that look at the whole cluster only where it may change what they say",
  (_, before, after, unwatched, watched) => {
    const stock = createStock({});
    stock.apply([put(policy), put(before)]);
    const moves = stock.apply([put(after)]);
    expect(moves).toHaveLength(1);
    expect([false, true].map((isWatched) => isFar(moves, isWatched))).toEqual([unwatched, watched]);
  },
);

test("the status and labels of a Deployment say nothing of others, its account does", () => {
  const stock = createStock({});
  stock.apply([put(policy), put(pod), put(deployment)]);
  const status = stock.apply([put({ ...deployment, status: { observedGeneration: 2 } })]);
  expect([...neighbours(status, stock)]).toEqual([]);
  const labels = stock.apply([
    put({ ...deployment, metadata: metadataOf(deployment, { labels: { a: "b" } }) }),
  ]);
  expect([...neighbours(labels, stock)]).not.toContain("v1/Pod/shop/web");
  const template = { metadata: {}, spec: { ...spec, serviceAccountName: "other" } };
  const account = stock.apply([put({ ...deployment, spec: { selector: { matchLabels: {} }, template } })]);
  expect([...neighbours(account, stock)]).toContain("v1/Pod/shop/web");
});
