import { defineControl } from "@plimsoll/core";
import { anonymousAccess, orByAsking } from "./anonymous.ts";
import { flagCheck, noFixForFlag, staticPod } from "./flags.ts";

export const apiServerAnonymousAuth = defineControl({
  id: "api-server-anonymous-auth",
  title: "The API server refuses callers without a name",
  severity: "medium",
  why: "Anonymous requests are on by default. One wrong binding, or one hole in a path that answers before authorisation, is then open to everybody who reaches the API server, with nobody's name in the audit log.",
  remediation:
    "Set `--anonymous-auth=false`, or allow anonymous requests to the health paths only. An AuthenticationConfiguration does the second (`anonymous.conditions` for `/livez`, `/readyz` and `/healthz`): load balancers and the kubelet's probes of the API server come without a name. The kubeadm join by token reads `cluster-info` anonymously and stops working.",
  equivalents: [
    "kubescape:C-0113",
    "trivy:KCV-0001",
    "prowler:apiserver_anonymous_requests",
    "checkov:CKV_K8S_68",
  ],
  reference:
    "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration",
  ...orByAsking(
    (status) => status === 401,
    flagCheck({
      component: "kube-apiserver",
      flag: "anonymous-auth",
      holds: (value) => value === "false",
      file: "authentication-config",
    }),
  ),
  noFix: noFixForFlag,
  examples: {
    pass: [
      { resources: [staticPod("kube-apiserver", "--anonymous-auth=false")] },
      { name: "asked without a name, it refuses", resources: [anonymousAccess(401)] },
    ],
    fail: [
      { resources: [staticPod("kube-apiserver")] },
      { name: "asked without a name, it only forbids", resources: [anonymousAccess(403)] },
    ],
  },
});
