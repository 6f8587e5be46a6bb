import { defineControl, isJsonArray, isJsonObject, type Json, type Judgement } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";

const configMapKind = "v1/ConfigMap";

export const missingConfigMap = defineControl({
  id: "missing-config-map",
  title: "Workloads refer to ConfigMaps that exist",
  severity: "low",
  why: "The pod waits for a ConfigMap that is not there. Whoever may create ConfigMaps in the namespace decides, by making one of that name, what the workload reads: its flags, addresses, scripts.",
  remediation:
    "Create the ConfigMap together with the workload, correct the name, or mark the reference `optional: true`. Pods that run already keep what they read; new ones stop at `CreateContainerConfigError` until then.",
  equivalents: ["kube-linter:env-value-from", "popeye:407"],
  reference: "https://kubernetes.io/docs/concepts/configuration/configmap/",
  target: "workload",
  reads: [configMapKind],
  *judge(inventory): Iterable<Judgement> {
    for (const { ref, pod, derived } of inventory.workloads) {
      if (derived) continue;
      const names = [...new Set(configMapsIn(pod.spec))].sort();
      const missing = names.filter((name) => inventory.get({ ...mapRef(ref.namespace), name }) === undefined);
      if (missing.length === 0) yield { resource: ref, result: "pass", because: "Each is there" };
      else if (inventory.server.kind === "files") {
        yield { resource: ref, result: "skip", because: `Not in these files: ${missing.join(", ")}` };
      } else yield { resource: ref, result: "fail", because: `There is no ConfigMap ${missing.join(", ")}` };
    }
  },
  noFix: "What the ConfigMap should hold is not in the manifest.",
  examples: {
    pass: [
      { pod: { volumes: [{ name: "config", configMap: { name: "app", optional: true } }] } },
      {
        resources: [
          webDeployment({}, { volumes: [{ name: "config", configMap: { name: "web" } }] }),
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "web", namespace: "shop" },
            data: { mode: "strict" },
          },
        ],
      },
      { container: { env: [{ name: "MODE", value: "strict" }] } },
    ],
    fail: [
      { pod: { volumes: [{ name: "config", configMap: { name: "app" } }] } },
      { container: { envFrom: [{ configMapRef: { name: "app" } }] } },
    ],
  },
});

function mapRef(namespace: string): { apiVersion: string; kind: string; namespace: string } {
  return { apiVersion: "v1", kind: "ConfigMap", namespace };
}

/** The fields that hold a reference to a ConfigMap, wherever in a pod spec they stand. */
const referenceKeys = new Set(["configMap", "configMapRef", "configMapKeyRef"]);

function configMapsIn(value: Json | undefined, into: string[] = []): readonly string[] {
  if (isJsonArray(value)) for (const entry of value) configMapsIn(entry, into);
  if (!isJsonObject(value)) return into;
  for (const key of Object.keys(value)) {
    const child = value[key];
    if (typeof child !== "object" || child === null) continue;
    if (referenceKeys.has(key) && isJsonObject(child)) {
      const { name, optional } = child;
      if (typeof name === "string" && optional !== true) into.push(name);
    } else configMapsIn(child, into);
  }
  return into;
}
