/** CIS section 5: roles, pods, networks, secrets, images and namespaces. */
import type { Requirement } from "@plimsoll/core";
import type { ControlId } from "../../controls/index.ts";
import {
  addedCapabilities,
  adminBindings,
  escalations,
  hostPaths,
  hostProcess,
  podMaking,
  rootUsers,
  seccomp,
  secretsAccess,
  wildcards,
} from "../groups.ts";

export const policies: readonly Requirement<ControlId>[] = [
  { id: "5.1.1", title: "cluster-admin is held by those who need it", controls: adminBindings },
  { id: "5.1.2", title: "Few may read secrets", controls: secretsAccess },
  { id: "5.1.3", title: "Roles name what they allow", controls: wildcards },
  { id: "5.1.4", title: "Few may create pods", controls: podMaking },
  {
    id: "5.1.5",
    title: "Nothing lives on the default service account",
    controls: ["default-account-binding", "default-account-cloud-identity", "default-account-workload"],
  },
  {
    id: "5.1.6",
    title: "Tokens are mounted where they are needed",
    controls: ["account-automount", "token-automount"],
  },
  {
    id: "5.1.7",
    title: "The group that no role limits is not used",
    controls: ["aws-auth-masters", "system-masters-binding"],
  },
  { id: "5.1.8", title: "Few may bind, impersonate or escalate", controls: escalations },
  { id: "5.1.9", title: "Few may create persistent volumes", controls: ["persistent-volumes-create"] },
  { id: "5.1.10", title: "Few may reach kubelets through the API", controls: ["nodes-proxy"] },
  {
    id: "5.1.11",
    title: "Few may approve certificates",
    controls: ["certificates-approve", "certificates-sign"],
  },
  { id: "5.1.12", title: "Few may write admission webhooks", controls: ["webhook-configurations-write"] },
  {
    id: "5.1.13",
    title: "Few may make tokens of accounts",
    controls: ["account-tokens-create", "namespace-account-tokens-create"],
  },
  {
    id: "5.2.1",
    title: "Something decides which pods are admitted",
    controls: ["admission-pod-security", "policy-control"],
  },
  {
    id: "5.2.2",
    title: "Privileged containers are kept out",
    controls: ["pod-security-label", "privileged-container"],
  },
  {
    id: "5.2.3",
    title: "The node's process namespace is kept out of pods",
    controls: ["host-pid", "pod-security-label"],
  },
  {
    id: "5.2.4",
    title: "The node's IPC namespace is kept out of pods",
    controls: ["host-ipc", "pod-security-label"],
  },
  {
    id: "5.2.5",
    title: "The node's network is kept out of pods",
    controls: ["host-network", "pod-security-label"],
  },
  {
    id: "5.2.6",
    title: "Programs may not gain privileges when they start others",
    controls: ["pod-security-baseline", "privilege-escalation"],
  },
  { id: "5.2.7", title: "Containers do not run as root", controls: rootUsers },
  { id: "5.2.8", title: "Containers cannot forge packets", controls: ["capability-net-raw", "net-raw-kept"] },
  {
    id: "5.2.9",
    title: "Containers are given no capabilities",
    controls: ["capabilities-kept", "capability-added", ...addedCapabilities],
  },
  {
    id: "5.2.10",
    title: "Windows containers do not run as the host",
    controls: ["pod-security-label", ...hostProcess],
  },
  {
    id: "5.2.11",
    title: "The node's file system is kept out of pods",
    controls: ["host-path-persistent-volume", "pod-security-label", ...hostPaths],
  },
  {
    id: "5.2.12",
    title: "The node's ports are kept from pods",
    controls: ["host-port", "pod-security-label"],
  },
  { id: "5.3.1", title: "The network plugin enforces policies", controls: ["network-plugin-policies"] },
  {
    id: "5.3.2",
    title: "Each namespace has network policies",
    controls: ["default-deny-egress", "default-deny-ingress", "namespace-network-policy"],
  },
  {
    id: "5.4.1",
    title: "Secrets reach containers as files",
    controls: ["secret-in-env", "secret-in-env-from"],
  },
  {
    id: "5.4.2",
    title: "Secrets come from a store outside the cluster",
    controls: ["external-secret-store"],
  },
  { id: "5.5.1", title: "Images are admitted by their origin", controls: ["image-signature-policy"] },
  {
    id: "5.6.1",
    title: "Namespaces draw borders where administration does",
    controls: [],
    manual:
      "Which teams and programs should be kept apart is known to people only. List the namespaces with what runs in them (the report's table by namespace does) and ask for each whether all of it has one owner.",
  },
  { id: "5.6.2", title: "Pods have a seccomp profile", controls: seccomp },
  {
    id: "5.6.3",
    title: "Pods and containers say how they are confined",
    controls: ["capabilities-kept", "privilege-escalation", "writable-root-filesystem", ...rootUsers],
  },
  { id: "5.6.4", title: "The default namespace is empty", controls: ["default-namespace"] },
];
