/** CIS sections 1.2 to 1.4 and 2: the command lines of the control plane and of etcd. */
import type { Requirement } from "@plimsoll/core";
import type { ControlId } from "../../controls/index.ts";

export const controlPlane: readonly Requirement<ControlId>[] = [
  {
    id: "1.2.1",
    title: "The API server refuses callers without a name",
    controls: ["api-server-anonymous-auth"],
  },
  {
    id: "1.2.2",
    title: "The API server reads no file of static tokens",
    controls: ["api-server-token-auth-file"],
  },
  { id: "1.2.3", title: "Services may not claim external addresses", controls: ["admission-external-ips"] },
  {
    id: "1.2.4",
    title: "The API server shows the kubelets a client certificate",
    controls: ["api-server-kubelet-certificate"],
  },
  {
    id: "1.2.5",
    title: "The API server checks the kubelets' certificates",
    controls: ["api-server-kubelet-authority"],
  },
  { id: "1.2.6", title: "No authorisation mode allows every request", controls: ["api-server-always-allow"] },
  {
    id: "1.2.7",
    title: "The authorisation mode Node is in use",
    controls: ["api-server-node-authorization"],
  },
  { id: "1.2.8", title: "The authorisation mode RBAC is in use", controls: ["api-server-rbac"] },
  { id: "1.2.9", title: "Events are limited at admission", controls: ["admission-event-rate-limit"] },
  { id: "1.2.10", title: "The plugin that admits everything is off", controls: ["admission-always-admit"] },
  {
    id: "1.2.11",
    title: "Images are asked for anew at each start",
    controls: ["admission-always-pull-images"],
  },
  {
    id: "1.2.12",
    title: "The plugin that gives pods their accounts is on",
    controls: ["admission-service-account"],
  },
  {
    id: "1.2.13",
    title: "The plugin that guards namespaces going away is on",
    controls: ["admission-namespace-lifecycle"],
  },
  {
    id: "1.2.14",
    title: "The plugin that limits kubelets to their node is on",
    controls: ["admission-node-restriction"],
  },
  { id: "1.2.15", title: "The API server offers no profiles of itself", controls: ["api-server-profiling"] },
  { id: "1.2.16", title: "The API server writes an audit log", controls: ["audit-log"] },
  { id: "1.2.17", title: "Audit logs are kept long enough", controls: ["audit-log", "audit-log-age"] },
  { id: "1.2.18", title: "Enough rotated audit logs are kept", controls: ["audit-log", "audit-log-backups"] },
  {
    id: "1.2.19",
    title: "Audit logs grow large enough before they are rotated",
    controls: ["audit-log", "audit-log-size"],
  },
  { id: "1.2.20", title: "Slow requests are ended in good time", controls: ["api-server-request-timeout"] },
  {
    id: "1.2.21",
    title: "Tokens of accounts that were deleted are refused",
    controls: ["api-server-account-lookup"],
  },
  {
    id: "1.2.22",
    title: "Account tokens are checked with a key of their own",
    controls: ["api-server-account-key"],
  },
  {
    id: "1.2.23",
    title: "The API server shows etcd a client certificate",
    controls: ["api-server-etcd-certificate"],
  },
  {
    id: "1.2.24",
    title: "The API server serves over TLS with a certificate of its own",
    controls: ["api-server-tls-certificate"],
  },
  {
    id: "1.2.25",
    title: "The API server checks client certificates",
    controls: ["api-server-client-authority"],
  },
  {
    id: "1.2.26",
    title: "The API server checks etcd's certificate",
    controls: ["api-server-etcd-authority"],
  },
  {
    id: "1.2.27",
    title: "The API server has a configuration for encryption at rest",
    controls: ["encryption-at-rest"],
  },
  {
    id: "1.2.28",
    title: "The providers that encrypt at rest are strong ones",
    controls: [],
    manual:
      "Which providers are used stands in a file on the control-plane node that the API never shows. Look at the file that `--encryption-provider-config` names: the first provider for secrets should be `kms`, `secretbox` or `aescbc`, never `identity`. Reading a secret straight from etcd (`etcdctl get /registry/secrets/…`) should show `k8s:enc:`.",
  },
  { id: "1.2.29", title: "The API server offers no weak ciphers", controls: ["api-server-ciphers"] },
  {
    id: "1.2.30",
    title: "Account tokens are not extended beyond what was asked for",
    controls: ["api-server-token-extension"],
  },
  { id: "1.3.1", title: "Finished pods are cleared away", controls: ["controller-manager-pod-gc"] },
  {
    id: "1.3.2",
    title: "The controller manager offers no profiles of itself",
    controls: ["controller-manager-profiling"],
  },
  {
    id: "1.3.3",
    title: "Each controller works under an account of its own",
    controls: ["controller-manager-account-credentials"],
  },
  {
    id: "1.3.4",
    title: "Account tokens are signed with a key of their own",
    controls: ["controller-manager-account-key"],
  },
  {
    id: "1.3.5",
    title: "Pods are told the authority of the API server",
    controls: ["controller-manager-root-authority"],
  },
  {
    id: "1.3.6",
    title: "Serving certificates of kubelets are renewed",
    controls: ["controller-manager-kubelet-rotation"],
  },
  {
    id: "1.3.7",
    title: "The controller manager listens on its own host only",
    controls: ["controller-manager-bind-address"],
  },
  { id: "1.4.1", title: "The scheduler offers no profiles of itself", controls: ["scheduler-profiling"] },
  { id: "1.4.2", title: "The scheduler listens on its own host only", controls: ["scheduler-bind-address"] },
  { id: "2.1", title: "etcd serves its clients over TLS", controls: ["etcd-certificate"] },
  { id: "2.2", title: "etcd asks its clients for a certificate", controls: ["etcd-client-authentication"] },
  { id: "2.3", title: "etcd does not sign its own certificate for clients", controls: ["etcd-auto-tls"] },
  { id: "2.4", title: "Members of etcd speak to each other over TLS", controls: ["etcd-peer-certificate"] },
  {
    id: "2.5",
    title: "Members of etcd ask each other for a certificate",
    controls: ["etcd-peer-authentication"],
  },
  {
    id: "2.6",
    title: "etcd does not sign its own certificates for members",
    controls: ["etcd-peer-auto-tls"],
  },
  { id: "2.7", title: "etcd has a certificate authority of its own", controls: ["etcd-own-authority"] },
  {
    id: "3.1.1",
    title: "People do not log in by client certificates",
    controls: [],
    manual:
      "A certificate leaves no object behind: who holds one does not show. In the audit log, look for users that are people and come without `authentication.kubernetes.io/` extras of a token, and ask the owner of the cluster's authority what it signed. Evidence is a login by OIDC that all people use.",
  },
  {
    id: "3.1.2",
    title: "People do not log in by tokens of service accounts",
    controls: [],
    manual:
      "Whether a person or a program holds a token does not show. In the audit log, requests of `system:serviceaccount:…` with the user agent `kubectl` from outside the cluster tell; the control `long-lived-token` lists tokens that never end, which are the ones people keep.",
  },
  {
    id: "3.1.3",
    title: "People do not log in by bootstrap tokens",
    controls: ["api-server-bootstrap-tokens"],
  },
  { id: "3.2.1", title: "There is an audit policy", controls: ["audit-policy"] },
  {
    id: "3.2.2",
    title: "The audit policy records what matters for security",
    controls: [],
    manual:
      "The policy is a file on the control-plane node that the API never shows. Look at the file that `--audit-policy-file` names: it should record at least the metadata of every request for secrets, config maps and token reviews, and the bodies of changes to pods and roles, and of `exec`, `portforward` and `proxy`.",
  },
];
