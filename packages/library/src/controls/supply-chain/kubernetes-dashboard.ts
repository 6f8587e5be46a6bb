import { defineControl } from "@plimsoll/core";

export const kubernetesDashboard = defineControl({
  id: "kubernetes-dashboard",
  title: "The Kubernetes dashboard is gone, or guarded",
  severity: "medium",
  why: "The dashboard acts with the token of whoever logs in, or with a strong one of its own where somebody made login easy. The project was archived in January 2026, so its next hole stays open.",
  remediation:
    "Delete the dashboard with its account and bindings, and use Headlamp or another maintained console. Put single sign-on in front of that; links to it stop working.",
  equivalents: ["kubescape:C-0014", "checkov:CKV_K8S_33"],
  grants: "lateral-movement",
  target: "container",
  validate:
    "!container.?image.orValue('').matches('(^|/)(kubernetesui/dashboard[a-z-]*|kubernetes-dashboard[a-z0-9-]*)([:@]|$)')",
  path: "image",
  message: "The container is the Kubernetes dashboard",
  noFix: "Who uses the dashboard, and what takes its place, has to be decided.",
  examples: {
    pass: [{ container: {} }],
    fail: [{ container: { image: "docker.io/kubernetesui/dashboard:v2.7.0" } }],
  },
});
