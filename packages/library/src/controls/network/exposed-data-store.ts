import { defineControl } from "@plimsoll/core";
import { exposedExample, judgePublished } from "./interfaces.ts";

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
  judge: (inventory) => judgePublished(inventory, "data"),
  noFix: "Who connects from outside, and how they should, has to be decided.",
  examples: {
    pass: [{ resources: exposedExample("docker.io/library/redis:8.2", "ClusterIP") }],
    fail: [{ resources: exposedExample("docker.io/library/redis:8.2", "NodePort") }],
  },
});
