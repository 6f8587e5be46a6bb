/** A workload connects to another. */
import { defineEdge, connections } from "@plimsoll/core";

export const lateralConnection = defineEdge({
  id: "lateral-connection",
  title: "A workload connects to another",
  from: "workload",
  to: "workload",
  technique: "T1210",
  tactic: "lateral-movement",
  why: "The effective network policies let it connect to a port that the other declares: a flaw in what listens there, or a service without authentication, is the way on.",
  reads: ["connections"],
  brokenBy: ["default-deny-ingress", "namespace-network-policy"],
  equivalents: ["kubehound/ENDPOINT_EXPLOIT"],
  find: connections,
  examples: {
    present: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
            spec: { containers: [{ name: "app", image: "registry.example.com/shop/app:1.0" }] },
          },
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "db", namespace: "shop", labels: { app: "db" } },
            spec: {
              containers: [
                { name: "app", image: "registry.example.com/shop/app:1.0", ports: [{ containerPort: 8080 }] },
              ],
            },
          },
        ],
      },
    ],
    absent: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
            spec: { containers: [{ name: "app", image: "registry.example.com/shop/app:1.0" }] },
          },
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "db", namespace: "shop", labels: { app: "db" } },
            spec: { containers: [{ name: "app", image: "registry.example.com/shop/app:1.0" }] },
          },
        ],
      },
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
            spec: { containers: [{ name: "app", image: "registry.example.com/shop/app:1.0" }] },
          },
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "db", namespace: "shop", labels: { app: "db" } },
            spec: {
              containers: [
                { name: "app", image: "registry.example.com/shop/app:1.0", ports: [{ containerPort: 8080 }] },
              ],
            },
          },
          {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "deny", namespace: "shop" },
            spec: { podSelector: {}, policyTypes: ["Ingress"] },
          },
        ],
      },
    ],
  },
});
