import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { ownWorkloads } from "../identity/place.ts";
import { exposedExample, interfaceOf } from "./interfaces.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const workload of ownWorkloads(inventory)) {
    const what = workload.containers
      .map(({ image }) => interfaceOf(image, "data"))
      .find((name) => name !== undefined);
    if (what === undefined) continue;
    const { level, because } = inventory.exposureOf(workload);
    const open = level === "internet" || level === "external";
    yield {
      resource: workload.ref,
      result: open ? "fail" : level === "unknown" ? "skip" : "pass",
      because: open
        ? `${what} is reached from outside by ${because[0] ?? "its exposure"}`
        : `${what} is not published`,
    };
  }
}

export const exposedDataStore = defineControl({
  id: "exposed-data-store",
  title: "Databases and queues are not published",
  severity: "high",
  why: "A store that answers outside the cluster is tried with default passwords all day long, and several of them ask for none. What it holds is gone, or encrypted for a ransom.",
  remediation:
    "Make its Service a ClusterIP and let programs outside come through a VPN or the program that owns the data. Those that connect from outside today are cut off.",
  equivalents: ["kubescape:C-0274"],
  grants: "information",
  target: "workload",
  reads: ["v1/Service", "networking.k8s.io/v1/Ingress"],
  judge,
  noFix: "Who connects from outside, and how they should, has to be decided.",
  examples: {
    pass: [{ resources: exposedExample("docker.io/library/redis:8.2", "ClusterIP") }],
    fail: [{ resources: exposedExample("docker.io/library/redis:8.2", "NodePort") }],
  },
});
