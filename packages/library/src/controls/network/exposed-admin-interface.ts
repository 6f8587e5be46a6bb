import { defineControl } from "@plimsoll/core";
import { exposedExample, judgePublished } from "./interfaces.ts";

export const exposedAdminInterface = defineControl({
  id: "exposed-admin-interface",
  title: "Admin consoles are not published",
  severity: "high",
  why: "Dashboards, pipelines and notebooks run what they are told, with strong accounts, and many have no login or a known one. Found from outside, such a console is often the shortest way into the cluster.",
  remediation:
    "Remove the Service or Ingress that publishes the console. Reach it by `kubectl port-forward` or behind a proxy with single sign-on. Links that people saved stop working.",
  equivalents: ["kubescape:C-0021"],
  grants: "lateral-movement",
  target: "workload",
  reads: ["v1/Service", "networking.k8s.io/v1/Ingress"],
  judge: (inventory) => judgePublished(inventory, "admin"),
  noFix: "Who uses the console from outside, and how they should, has to be decided.",
  examples: {
    pass: [{ resources: exposedExample("docker.io/kubernetesui/dashboard-web:1.7.0", "ClusterIP") }],
    fail: [{ resources: exposedExample("docker.io/kubernetesui/dashboard-web:1.7.0", "NodePort") }],
  },
});
