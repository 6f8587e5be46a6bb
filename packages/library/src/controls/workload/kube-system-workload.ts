import { defineControl, type Judgement } from "@plimsoll/core";

export const kubeSystemWorkload = defineControl({
  id: "kube-system-workload",
  title: "Only components of the platform run in kube-system",
  severity: "low",
  why: "Admission policies, quotas and alerts usually leave kube-system out, and among its pods nobody looks twice: a good place to hide, and its Secrets and service accounts are worth more than most.",
  remediation:
    "Deploy the workload to a namespace of its own, where policies hold. If it is an add-on that belongs to the platform, note that in an exception; if nobody knows it, find out who made it.",
  equivalents: ["trivy:KSV-0037"],
  target: "workload",
  reads: [],
  *judge({ workloads }): Iterable<Judgement> {
    for (const { ref, system, derived } of workloads) {
      if (ref.namespace !== "kube-system" || derived) continue;
      yield {
        resource: ref,
        result: system === undefined ? "fail" : "pass",
        path: "metadata.namespace",
        because: system === undefined ? "It is not known as part of the platform" : `It is ${system}`,
      };
    }
  },
  noFix: "A resource cannot move between namespaces; it is made anew in one that its team chooses.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "kube-proxy-7zt4x", namespace: "kube-system" },
            spec: { containers: [{ name: "kube-proxy", image: "registry.k8s.io/kube-proxy:v1.35.4" }] },
          },
        ],
      },
      { metadata: { namespace: "shop" }, container: {} },
    ],
    fail: [{ metadata: { namespace: "kube-system" }, container: {} }],
  },
});
