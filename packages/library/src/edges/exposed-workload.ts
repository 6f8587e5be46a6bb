/** A workload can be reached from outside the cluster. */
import { defineEdge } from "@plimsoll/core";
import { exposedWorkloads } from "./exposed.ts";

export const exposedWorkload = defineEdge({
  id: "exposed-workload",
  title: "A workload can be reached from outside the cluster",
  from: "outside",
  to: "workload",
  technique: "T1190",
  tactic: "initial-access",
  why: "A Service, a route or a port of the node leads there and the network policies let it in: a flaw in what listens is the way in.",
  reads: ["exposure"],
  brokenBy: [],
  equivalents: ["kubehound/ENDPOINT_EXPLOIT"],
  find: exposedWorkloads,
  examples: {
    present: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
            spec: {
              containers: [
                { name: "app", image: "registry.example.com/shop/app:1.0", ports: [{ containerPort: 8080 }] },
              ],
            },
          },
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "web", namespace: "shop" },
            spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
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
            spec: {
              containers: [
                { name: "app", image: "registry.example.com/shop/app:1.0", ports: [{ containerPort: 8080 }] },
              ],
            },
          },
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "web", namespace: "shop" },
            spec: { type: "ClusterIP", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
          },
        ],
      },
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
            spec: {
              containers: [
                { name: "app", image: "registry.example.com/shop/app:1.0", ports: [{ containerPort: 8080 }] },
              ],
            },
          },
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "web", namespace: "shop" },
            spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
          },
          {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "deny", namespace: "shop" },
            spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] },
          },
        ],
      },
    ],
  },
});
