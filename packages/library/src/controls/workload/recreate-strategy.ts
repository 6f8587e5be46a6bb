import { defineControl } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";

export const recreateStrategy = defineControl({
  id: "recreate-strategy",
  title: "Deployments replace their pods one by one",
  severity: "low",
  why: "Under `Recreate` every update is an outage, and what hurts is put off: patches wait for a quiet night that does not come.",
  remediation:
    "Set `strategy.type: RollingUpdate`. Old and new then run side by side for a while; where they may not (one writer, a schema change, a claim only one pod can mount), keep `Recreate` and note why in an exception.",
  equivalents: [
    "kubescape:C-0305",
    "kube-linter:no-rolling-update-strategy",
    "kube-score:deployment-strategy",
  ],
  reference: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",
  target: "workload",
  when: "object.kind == 'Deployment'",
  validate: "object.spec.?strategy.?type.orValue('RollingUpdate') == 'RollingUpdate'",
  path: "spec.strategy.type",
  message: "Every update of the Deployment stops all its pods first",
  fix: [{ set: "spec.strategy.type", to: "RollingUpdate" }],
  examples: {
    pass: [{ resources: [webDeployment({})] }],
    fail: [{ resources: [webDeployment({ strategy: { type: "Recreate" } })] }],
  },
});
