import { defineControl } from "@plimsoll/core";

export const defaultNamespace = defineControl({
  id: "default-namespace",
  title: "Workloads do not run in the default namespace",
  severity: "low",
  why: "What lands in `default` is what nobody placed. Roles, quotas, network policies and Pod Security labels are set by namespace, so a workload there shares those of every other stray, and so do its intruders.",
  remediation:
    "Deploy the workload to a namespace of its team or application. Moving means creating anew: claims and load balancer addresses do not come along, and clients that call the Service by its short name need the new one.",
  equivalents: [
    "kubescape:C-0061",
    "kubescape:C-0212",
    "trivy:KSV-0110",
    "kube-linter:use-namespace",
    "checkov:CKV_K8S_21",
  ],
  reference: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
  target: "workload",
  when: "has(object.metadata.namespace)",
  validate: "object.metadata.namespace != 'default'",
  path: "metadata.namespace",
  message: "The workload runs in the default namespace",
  noFix: "A resource cannot move between namespaces; it is made anew in one that its team chooses.",
  examples: {
    pass: [{ metadata: { namespace: "shop" }, container: {} }],
    fail: [{ metadata: { namespace: "default" }, container: {} }],
  },
});
