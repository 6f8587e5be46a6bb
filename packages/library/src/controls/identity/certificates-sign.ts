import { defineControl } from "@plimsoll/core";
import { allows, exceptDefault, noFixForRule, ofCluster } from "./rule.ts";
import { clusterRole, rule } from "./role.ts";

export const certificatesSign = defineControl({
  id: "certificates-sign",
  title: "No role signs for every signer",
  severity: "high",
  why: "`approve` on a signer lets the holder pass certificate requests that name it. For the signers of client certificates, or without a name, that is a login under any name but `system:masters`. `sign` lets him write the certificate into a request, which helps whoever also holds an authority's key.",
  remediation:
    "Name the signer in `resourceNames`, one of your own such as `example.com/*`. Requests to the built-in signers then wait for somebody else.",
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
  validate: `!(${allows(["sign", "approve"], ["signers"], ["certificates.k8s.io"])} && ${ofCluster} && (size(item.?resourceNames.orValue([])) == 0 || item.resourceNames.exists(name, name in ['kubernetes.io/*', 'kubernetes.io/kube-apiserver-client', 'kubernetes.io/kube-apiserver-client-kubelet'])))`,
  path: "",
  message: "The rule decides about client certificates for any identity",
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
