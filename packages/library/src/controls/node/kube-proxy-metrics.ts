import {
  defineControl,
  isJsonObject,
  refOf,
  type ExampleResource,
  type Inventory,
  type Judgement,
} from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { readSettings } from "./settings.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const found = inventory
    .ofKind("v1/ConfigMap")
    .find(
      ({ resource }) =>
        resource.metadata.namespace === "kube-system" && resource.metadata.name === "kube-proxy",
    );
  const data = found?.resource["data"];
  const text = isJsonObject(data) ? data["config.conf"] : undefined;
  if (found === undefined || typeof text !== "string") {
    yield inventory.server.kind === "files"
      ? { resource: clusterRef, result: "skip", because: "no cluster in this scan" }
      : {
          resource: clusterRef,
          result: "unknown",
          because:
            "No ConfigMap kube-proxy in kube-system: if kube-proxy runs, its command line or file on the node tells",
        };
    return;
  }
  const address = readSettings(text).get("metricsBindAddress") ?? "";
  const local = address === "" || /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)(:\d+)?$/.test(address);
  yield {
    resource: refOf(found.resource),
    path: 'data["config.conf"]',
    result: local ? "pass" : "fail",
    because: `metricsBindAddress is ${address === "" ? "not set, which is the loopback address" : address}`,
  };
}

function config(address: string): ExampleResource {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-proxy", namespace: "kube-system" },
    data: { "config.conf": `kind: KubeProxyConfiguration\nmetricsBindAddress: "${address}"\nmode: ""\n` },
  };
}

export const kubeProxyMetrics = defineControl({
  id: "kube-proxy-metrics",
  title: "kube-proxy's metrics are for its own node",
  severity: "low",
  why: "On all addresses, everybody on the network reads which services exist and how busy they are, and reaches one more process that runs as root.",
  remediation:
    "Set `metricsBindAddress: 127.0.0.1:10249` in the ConfigMap `kube-proxy` and restart its pods. A Prometheus that scrapes it from another node stops seeing it.",
  equivalents: ["kubescape:C-0291"],
  grants: "information",
  target: "cluster",
  reads: ["v1/ConfigMap"],
  judge,
  noFix: "The setting stands in a text within the ConfigMap.",
  examples: {
    pass: [{ resources: [config("")] }, { resources: [config("127.0.0.1:10249")] }],
    fail: [{ resources: [config("0.0.0.0:10249")] }],
  },
});
