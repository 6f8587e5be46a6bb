import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { sensorOf } from "./sensors.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const resource = clusterRef;
  if (inventory.server.kind === "files") {
    yield { resource, result: "skip", because: "no cluster in this scan" };
    return;
  }
  for (const workload of inventory.workloads) {
    if (workload.ref.kind !== "DaemonSet") continue;
    const sensor = workload.containers.map(({ image }) => sensorOf(image)).find((name) => name !== undefined);
    if (sensor === undefined) continue;
    yield { resource: workload.ref, result: "pass", because: `${sensor} runs as a DaemonSet` };
    return;
  }
  yield {
    resource,
    result: "fail",
    because:
      "No DaemonSet of a known runtime sensor; one installed on the nodes themselves would not show here",
  };
}

export const runtimeSensor = defineControl({
  id: "runtime-sensor",
  title: "Something watches what containers do",
  severity: "medium",
  why: "What a manifest forbids, an exploit does all the same. Without a sensor on the nodes nobody sees the shell, the miner or the read token until the damage is done.",
  remediation:
    "Run a runtime sensor on every node, and send its alerts where somebody looks. Falco, Tetragon, KubeArmor, Kubescape's node agent and Tracee are such, and commercial ones. It needs privileges on the node: give it a namespace of its own. If the sensor is part of the node's image, accept this finding and say so.",
  equivalents: [],
  target: "cluster",
  reads: ["apps/v1/DaemonSet"],
  judge,
  noFix: "Which sensor it should be is a choice, and it brings more than one resource.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "apps/v1",
            kind: "DaemonSet",
            metadata: { name: "falco", namespace: "falco" },
            spec: {
              selector: { matchLabels: { app: "falco" } },
              template: {
                metadata: { labels: { app: "falco" } },
                spec: { containers: [{ name: "falco", image: "docker.io/falcosecurity/falco:0.42.0" }] },
              },
            },
          },
        ],
      },
    ],
    fail: [{ resources: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }] }],
  },
});
