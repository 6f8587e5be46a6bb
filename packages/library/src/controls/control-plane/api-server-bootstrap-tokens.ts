import { defineControl } from "@plimsoll/core";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerBootstrapTokens = defineControl({
  id: "api-server-bootstrap-tokens",
  title: "Bootstrap tokens are off when no node joins",
  severity: "low",
  why: "A bootstrap token lets its bearer ask for a node's certificate. Left in a wiki or a script, it is a way into the cluster as a node.",
  remediation:
    "Set `--enable-bootstrap-token-auth=false` between joins, or delete the tokens left in kube-system. New ones should live two hours at most (`kubeadm token create --ttl 2h`). With the flag off, `kubeadm join` fails.",
  equivalents: ["kubescape:C-0288"],
  reference: "https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/",
  ...flagCheck({
    component: "kube-apiserver",
    flag: "enable-bootstrap-token-auth",
    holds: (value) => value === undefined || value === "false",
  }),
  noFix: noFixForFlag,
  examples: {
    pass: [{ resources: [staticPod("kube-apiserver")] }],
    fail: [{ resources: [staticPod("kube-apiserver", "--enable-bootstrap-token-auth=true")] }],
  },
});
