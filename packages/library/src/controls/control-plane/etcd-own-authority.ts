import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { componentsOf, judgeComponent, noFixForFlag, staticPod } from "./flags.ts";

function judge(inventory: Inventory): Iterable<Judgement> {
  const shared = new Set(
    componentsOf(inventory, "kube-apiserver").map(({ flags }) => flags.get("client-ca-file")),
  );
  return judgeComponent(inventory, "etcd", "trusted-ca-file", (flags) => {
    const authority = flags.get("trusted-ca-file");
    if (authority === undefined)
      return {
        result: "unknown",
        because: "etcd names no authority on its command line: look at its configuration file",
      };
    if (shared.size === 0)
      return {
        result: "unknown",
        because: "No pod of kube-apiserver is visible to compare its client authority with",
      };
    return shared.has(authority)
      ? { result: "fail", because: `etcd trusts ${authority}, as the API server does for all its clients` }
      : { result: "pass", because: `etcd trusts ${authority}, which the API server does not` };
  });
}

export const etcdOwnAuthority = defineControl({
  id: "etcd-own-authority",
  title: "etcd has a certificate authority of its own",
  severity: "medium",
  why: "Where etcd trusts the cluster's general authority, each certificate that it ever signed, every kubelet's for instance, opens etcd and with it all secrets.",
  remediation:
    "Make an authority for etcd alone, give its members and the API servers certificates of it, and name it in `--trusted-ca-file`. Change members one by one; a client with an old certificate is shut out.",
  equivalents: ["kubescape:C-0159", "prowler:etcd_unique_ca"],
  grants: "secret-access",
  target: "cluster",
  reads: ["v1/Pod"],
  judge,
  noFix: noFixForFlag,
  examples: {
    pass: [
      {
        resources: [
          staticPod("etcd", "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt"),
          staticPod("kube-apiserver", "--client-ca-file=/etc/kubernetes/pki/ca.crt"),
        ],
      },
    ],
    fail: [
      {
        resources: [
          staticPod("etcd", "--trusted-ca-file=/etc/kubernetes/pki/ca.crt"),
          staticPod("kube-apiserver", "--client-ca-file=/etc/kubernetes/pki/ca.crt"),
        ],
      },
    ],
  },
});
