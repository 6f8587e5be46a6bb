import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding, roleBinding } from "./role.ts";

export const anonymousBinding = defineControl({
  id: "anonymous-binding",
  title: "Nothing is granted to callers without a name",
  severity: "critical",
  why: "`system:anonymous` and `system:unauthenticated` are everybody who reaches the API server, without a password, from wherever it is published. Such bindings have been found by scanners within hours and used to take clusters whole.",
  remediation:
    "Remove the anonymous subject from the binding. Health checks need no binding of their own: Kubernetes grants them by `system:public-info-viewer`. What asked without credentials is refused from then on and must be given an account.",
  equivalents: ["kubescape:C-0262", "trivy:KSV-0122", "gatekeeper:k8sdisallowanonymous"],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
  target: "binding",
  each: "subjects",
  validate:
    "!((item.kind == 'User' && item.name == 'system:anonymous') || (item.kind == 'Group' && item.name == 'system:unauthenticated')) || (object.kind == 'ClusterRoleBinding' && object.roleRef.kind == 'ClusterRole' && object.roleRef.name == 'system:public-info-viewer') || (object.kind == 'RoleBinding' && object.metadata.?namespace.orValue('') == 'kube-public' && object.roleRef.name == 'kubeadm:bootstrap-signer-clusterinfo')",
  path: "",
  message: "Everybody who reaches the API server holds this role",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      {
        resources: [
          clusterRoleBinding("system:public-info-viewer", { kind: "Group", name: "system:unauthenticated" }),
        ],
      },
      { resources: [roleBinding("default", "ClusterRole", "view", { kind: "User", name: "alice" })] },
    ],
    fail: [
      { resources: [clusterRoleBinding("view", { kind: "User", name: "system:anonymous" })] },
      {
        resources: [
          roleBinding("default", "Role", "reader", { kind: "Group", name: "system:unauthenticated" }),
        ],
      },
    ],
  },
});
