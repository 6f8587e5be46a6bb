/** Workloads by what people write for them. */
import { createInventory, exampleSnapshot, type Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { workloadFrom } from "./asked.ts";

const spec = { containers: [{ name: "app", image: "web:1" }] };
const workload = (apiVersion: string, kind: string, namespace: string, name: string): Resource =>
  ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec: kind === "Pod" ? spec : { template: { spec } },
  }) as unknown as Resource;
const inventory = createInventory(
  exampleSnapshot([
    workload("apps/v1", "Deployment", "shop", "web"),
    workload("apps/v1", "StatefulSet", "shop", "web"),
    workload("apps/v1", "DaemonSet", "shop", "log"),
    workload("batch/v1", "Job", "default", "log"),
    workload("v1", "Pod", "shop", "one"),
  ]),
);

test.each([
  ["shop/log", "DaemonSet/shop"],
  ["log", "Job/default"],
  ["shop/one", "Pod/shop"],
  ["deployment/shop/web", "Deployment/shop"],
  ["Deployments/shop/web", "Deployment/shop"],
  ["sts/shop/web", "StatefulSet/shop"],
  ["stateful/shop/web", "StatefulSet/shop"],
  ["po/shop/one", "Pod/shop"],
])("%s is %s", (text, expected) => {
  const { ref } = workloadFrom(text, inventory);
  expect(`${ref.kind}/${ref.namespace}`).toBe(expected);
});

test.each([
  ["shop/web", "2 workloads are called shop/web", "deployment/shop/web or statefulset/shop/web"],
  ["shop/wbe", "there is no workload shop/wbe here", "did you mean shop/web?"],
  ["cron/shop/web", "there is no workload cron/shop/web here", ""],
  ["x/deployment/shop/web", "there is no workload x/deployment/shop/web here", ""],
])("%s is refused", (text, message, hint) => {
  expect(() => workloadFrom(text, inventory)).toThrow(
    expect.objectContaining({ message, hint: expect.stringContaining(hint) as string }),
  );
});
