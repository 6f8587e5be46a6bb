import { defineControl, minorOf, newestVersion, refOf, type Judgement } from "@plimsoll/core";
import { removedIn } from "./removed-apis.ts";

export const removedApi = defineControl({
  id: "removed-api",
  title: "Manifests use API versions that the cluster still serves",
  severity: "medium",
  why: "The API server refuses a kind it no longer serves. What the manifest should bring, a policy, a role, a disruption budget, is then missing after an upgrade or a rebuild, just when it is needed.",
  remediation:
    "Rewrite the manifest to the API version that took its place (`kubectl convert`, or the deprecation guide). Field names and defaults differ: an Ingress path needs a `pathType`, a workload a `selector`, and a PodDisruptionBudget with an empty selector now means every pod.",
  equivalents: [
    "trivy:KSV-0107",
    "kube-linter:no-extensions-v1beta",
    "kube-score:stable-version",
    "popeye:403",
    "gatekeeper:verifydeprecatedapi",
  ],
  reference: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
  target: "cluster",
  reads: [],
  *judge({ records, server }): Iterable<Judgement> {
    const version = server.version ?? newestVersion;
    for (const { resource } of records) {
      const removed = removedIn.get(`${resource.apiVersion}/${resource.kind}`);
      if (removed === undefined) continue;
      const gone = minorOf(removed) <= minorOf(version);
      yield {
        resource: refOf(resource),
        result: gone ? "fail" : "pass",
        path: "apiVersion",
        value: resource.apiVersion,
        because: `Kubernetes ${removed} and newer do not serve ${resource.apiVersion} ${resource.kind}`,
      };
    }
  },
  noFix: "The newer version asks for fields that this manifest does not have.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: { name: "web", namespace: "shop" },
            spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
          },
        ],
      },
      {
        name: "still served there",
        version: "1.24",
        resources: [
          {
            apiVersion: "policy/v1beta1",
            kind: "PodDisruptionBudget",
            metadata: { name: "web", namespace: "shop" },
            spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "policy/v1beta1",
            kind: "PodDisruptionBudget",
            metadata: { name: "web", namespace: "shop" },
            spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
          },
        ],
      },
    ],
  },
});
