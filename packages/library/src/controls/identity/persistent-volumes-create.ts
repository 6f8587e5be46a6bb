import { defineControl } from "@plimsoll/core";
import { allows, anyName, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const persistentVolumesCreate = defineControl({
  id: "persistent-volumes-create",
  title: "Few roles create persistent volumes",
  severity: "high",
  why: "A PersistentVolume may be a `hostPath`, and a pod that claims it mounts that part of the node's disk although Pod Security forbids hostPath volumes to the pod itself. The kubelet's credentials lie there.",
  remediation:
    "Remove `create` on persistent volumes: provisioners make them, people create claims. Static volumes are then made by an administrator.",
  equivalents: ["kubescape:C-0278", "prowler:rbac_minimize_pv_creation_access"],
  grants: "node-takeover",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#persistent-volume-creation",
  target: "role",
  each: "rules",
  when: exceptDefault("system:persistent-volume-provisioner", "system:controller:persistent-volume-binder"),
  validate: `!(${allows(["create"], ["persistentvolumes"])} && ${ofCluster} && ${anyName})`,
  path: "",
  message: "The rule creates persistent volumes",
  noFix: noFixForRule,
  examples: {
    pass: [{ resources: [clusterRole(rule(["create"], ["persistentvolumeclaims"]))] }],
    fail: [{ resources: [clusterRole(rule(["create"], ["persistentvolumes"]))] }],
  },
});
