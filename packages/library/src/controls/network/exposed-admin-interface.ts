import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { ownWorkloads } from "../identity/place.ts";
import { exposedExample, interfaceOf } from "./interfaces.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const workload of ownWorkloads(inventory)) {
    const what = workload.containers
      .map(({ image }) => interfaceOf(image, "admin"))
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
  judge,
  noFix: "Who uses the console from outside, and how they should, has to be decided.",
  examples: {
    pass: [{ resources: exposedExample("docker.io/kubernetesui/dashboard-web:1.7.0", "ClusterIP") }],
    fail: [{ resources: exposedExample("docker.io/kubernetesui/dashboard-web:1.7.0", "NodePort") }],
  },
});
