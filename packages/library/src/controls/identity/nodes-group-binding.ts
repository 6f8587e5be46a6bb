import { defineControl } from "@plimsoll/core";
import { clusterRoleBinding } from "./role.ts";

export const nodesGroupBinding = defineControl({
  id: "nodes-group-binding",
  title: "Roles are not bound to all nodes",
  severity: "high",
  why: "Kubelets are held to the pods of their own node by the Node authoriser. A role bound to the group `system:nodes`, such as the old `system:node`, lifts that: whoever takes one node reads the secrets of all.",
  remediation:
    "Remove the group `system:nodes` from the binding, and keep `Node,RBAC` as the API server's authorisation modes. Programs that borrowed the kubelet's credentials need accounts of their own.",
  equivalents: [],
  grants: "secret-access",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/node/",
  target: "binding",
  each: "subjects",
  validate:
    "!(item.kind == 'Group' && item.name == 'system:nodes') || object.roleRef.name in ['kubeadm:get-nodes', 'kubeadm:kubelet-config', 'kubeadm:nodes-kubeadm-config', 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient']",
  path: "",
  message: "Every kubelet holds this role, whichever node it is on",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      {
        resources: [
          clusterRoleBinding("system:certificates.k8s.io:certificatesigningrequests:selfnodeclient", {
            kind: "Group",
            name: "system:nodes",
          }),
        ],
      },
    ],
    fail: [{ resources: [clusterRoleBinding("system:node", { kind: "Group", name: "system:nodes" })] }],
  },
});
