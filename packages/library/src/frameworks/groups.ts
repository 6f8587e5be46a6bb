/** Controls that several frameworks ask for together. */
import type { ControlId } from "../controls/index.ts";

type Group = readonly ControlId[];

/** Any part of the node's file system in a pod. */
export const hostPaths: Group = [
  "host-path-control-plane",
  "host-path-dev",
  "host-path-etc",
  "host-path-home",
  "host-path-kubelet",
  "host-path-log",
  "host-path-proc",
  "host-path-root",
  "host-path-runtime-socket",
  "host-path-runtime-storage",
  "host-path-sys",
  "host-path-volume",
];

export const hostProcess: Group = ["pod-windows-host-process", "windows-host-process"];

export const rootUsers: Group = ["pod-root-allowed", "pod-root-user", "root-allowed", "root-user"];

export const seccomp: Group = ["pod-seccomp-unconfined", "seccomp-unconfined", "seccomp-unset"];

export const addedCapabilities: Group = [
  "capability-all",
  "capability-beyond-default",
  "capability-bpf",
  "capability-dac-read-search",
  "capability-net-admin",
  "capability-net-raw",
  "capability-sys-admin",
  "capability-sys-boot",
  "capability-sys-module",
  "capability-sys-ptrace",
  "capability-sys-rawio",
  "capability-sys-time",
  "capability-syslog",
];

export const wildcards: Group = [
  "namespace-role-all-permissions",
  "role-all-permissions",
  "role-wildcard-api-groups",
  "role-wildcard-custom-resources",
  "role-wildcard-resources",
  "role-wildcard-urls",
  "role-wildcard-verbs",
];

export const adminBindings: Group = [
  "admin-role-binding",
  "cluster-admin-binding",
  "namespace-cluster-admin-binding",
  "platform-role-binding",
];

export const secretsAccess: Group = [
  "namespace-role-all-permissions",
  "namespace-secrets-read",
  "role-all-permissions",
  "role-wildcard-resources",
  "secrets-read",
  "secrets-write",
];

/** Rules by which their holder takes more than he was given. */
export const escalations: Group = [
  "impersonate",
  "namespace-accounts-impersonate",
  "namespace-roles-escalate",
  "roles-bind",
  "roles-escalate",
];

export const podMaking: Group = [
  "namespace-role-all-permissions",
  "pods-create",
  "role-all-permissions",
  "workloads-write",
];

export const commands: Group = ["pods-attach", "pods-ephemeral-containers", "pods-exec", "nodes-proxy"];

export const everybody: Group = ["anonymous-binding", "authenticated-binding"];

/** What stands between the network and a pod. */
export const networkPolicies: Group = [
  "default-deny-egress",
  "default-deny-ingress",
  "namespace-network-policy",
  "network-plugin-policies",
  "workload-network-policy",
];

export const exposures: Group = [
  "exposed-admin-interface",
  "exposed-data-store",
  "load-balancer-open",
  "node-port-service",
  "service-external-ips",
];

export const transport: Group = ["gateway-listener-tls", "ingress-plain-redirect-off", "ingress-tls"];

export const credentials: Group = [
  "credential-in-annotation",
  "credential-in-args",
  "credential-in-config-map",
  "credential-in-env",
  "secret-in-manifest",
];

export const limits: Group = ["missing-cpu-limit", "missing-memory-limit", "resource-quota"];

export const auditLog: Group = [
  "audit-log",
  "audit-log-age",
  "audit-log-backups",
  "audit-log-size",
  "audit-policy",
];

export const maintained: Group = [
  "container-runtime-end-of-life",
  "kubelet-end-of-life",
  "kubelet-version-skew",
  "kubernetes-end-of-life",
  "operating-system-end-of-life",
];

export const etcdLocks: Group = [
  "api-server-etcd-authority",
  "api-server-etcd-certificate",
  "api-server-etcd-plain",
  "etcd-auto-tls",
  "etcd-certificate",
  "etcd-client-authentication",
  "etcd-listens-widely",
  "etcd-own-authority",
  "etcd-peer-authentication",
  "etcd-peer-auto-tls",
  "etcd-peer-certificate",
];
