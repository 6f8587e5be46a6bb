import { defineControl } from "@plimsoll/core";
import { allows, exceptDefault, noFixForRule } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const certificatesSign = defineControl({
  id: "certificates-sign",
  title: "No role signs for every signer",
  severity: "high",
  why: "The verbs `sign` and `approve` on signers decide whose certificates the holder may issue. Without a name, or with the signers of client certificates, that is a certificate for any identity the API server trusts.",
  remediation:
    "Name the signer in `resourceNames`, one of your own such as `example.com/*`. Certificates of the built-in signers can then no longer be issued by the holder.",
  equivalents: ["rbac-police:approve_csrs"],
  grants: "cluster-takeover",
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/",
  target: "role",
  each: "rules",
  when: exceptDefault(
    "system:certificates.k8s.io:kube-apiserver-client-approver",
    "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
    "system:controller:certificate-controller",
  ),
  validate: `!(${allows(["sign", "approve"], ["signers"], ["certificates.k8s.io"])} && (size(item.?resourceNames.orValue([])) == 0 || item.resourceNames.exists(name, name in ['kubernetes.io/*', 'kubernetes.io/kube-apiserver-client', 'kubernetes.io/kube-apiserver-client-kubelet'])))`,
  path: "",
  message: "The rule signs client certificates for any identity",
  noFix: noFixForRule,
  examples: {
    pass: [
      {
        resources: [
          clusterRole({
            ...rule(["sign"], ["signers"], ["certificates.k8s.io"]),
            resourceNames: ["example.com/mesh"],
          }),
        ],
      },
    ],
    fail: [{ resources: [clusterRole(rule(["approve"], ["signers"], ["certificates.k8s.io"]))] }],
  },
});
