/** The Kubernetes Hardening Guide of NSA and CISA, by its chapters. */
import type { Framework } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";
import {
  addedCapabilities,
  adminBindings,
  auditLog,
  credentials,
  escalations,
  etcdLocks,
  everybody,
  hostPaths,
  hostProcess,
  limits,
  maintained,
  networkPolicies,
  rootUsers,
  seccomp,
  transport,
  wildcards,
} from "./groups.ts";

export const nsa: Framework<ControlId> = {
  id: "nsa",
  title: "NSA and CISA Kubernetes Hardening Guide",
  version: "1.2",
  source:
    "National Security Agency and Cybersecurity and Infrastructure Security Agency, https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
  description:
    "The guide numbers nothing: here each of its chapters is a number, and each of its headings one requirement, in its order.",
  requirements: [
    { id: "1.1", title: "Containers run as users other than root", controls: rootUsers },
    {
      id: "1.2",
      title: "File systems of containers cannot be changed",
      controls: ["writable-root-filesystem"],
    },
    {
      id: "1.3",
      title: "Images are built securely and checked before they run",
      controls: [
        "image-registry-frozen",
        "image-signature-policy",
        "image-tag",
        "exploited-vulnerability",
        "loaded-vulnerabilities",
      ],
    },
    {
      id: "1.4",
      title: "Pods are held to a standard at admission",
      controls: ["admission-pod-security", "pod-security-label", "policy-control"],
    },
    {
      id: "1.5",
      title: "Pods are kept from the power over their node",
      controls: [
        "host-ipc",
        "host-network",
        "host-pid",
        "host-port",
        "privilege-escalation",
        "privileged-container",
        ...addedCapabilities,
        ...hostPaths,
        ...hostProcess,
      ],
    },
    {
      id: "1.6",
      title: "Tokens of accounts are kept from pods that need none",
      controls: ["account-automount", "token-automount"],
    },
    {
      id: "1.7",
      title: "The kernel's own guards confine containers",
      controls: [
        "apparmor-unconfined",
        "pod-apparmor-unconfined",
        "proc-mount-unmasked",
        "selinux-type",
        "selinux-user",
        ...seccomp,
      ],
    },
    {
      id: "2.1",
      title: "Namespaces keep apart what does not belong together",
      controls: ["default-namespace", "kube-system-workload"],
    },
    { id: "2.2", title: "Network policies deny what nobody allowed", controls: networkPolicies },
    { id: "2.3", title: "Resources are limited", controls: [...limits, "limit-range"] },
    {
      id: "2.4",
      title: "The control plane is locked",
      controls: [
        "api-server-insecure-port",
        "api-server-secure-port",
        "api-server-tls-certificate",
        "control-plane-open",
      ],
    },
    { id: "2.5", title: "etcd answers to the API server only", controls: etcdLocks },
    {
      id: "2.6",
      title: "Kubeconfig files are guarded",
      controls: [],
      manual:
        "Where such files lie, on laptops, in pipelines and on nodes, does not show in the cluster. On nodes, `find / -name '*.conf' -path '*kubernetes*' ! -perm 600` should find none; for people, a login that ends within hours makes the file worthless.",
    },
    {
      id: "2.7",
      title: "Worker nodes are kept apart from other networks",
      controls: [
        "kubelet-anonymous-auth",
        "kubelet-authorization",
        "kubelet-read-only-port",
        "public-address",
      ],
    },
    {
      id: "2.8",
      title: "What crosses the network is encrypted",
      controls: [
        ...transport,
        "api-server-ciphers",
        "api-server-kubelet-authority",
        "api-server-tls-version",
      ],
    },
    {
      id: "2.9",
      title: "Secrets are encrypted, and kept out of manifests",
      controls: [...credentials, "encryption-at-rest", "secret-in-env", "secret-in-env-from"],
    },
    {
      id: "2.10",
      title: "The cloud's infrastructure is out of the pods' reach",
      controls: ["default-account-cloud-identity", "network-policy-metadata-service"],
    },
    {
      id: "3.1",
      title: "Everybody who asks has a name",
      controls: [
        ...everybody,
        "api-server-anonymous-auth",
        "api-server-bootstrap-tokens",
        "api-server-token-auth-file",
      ],
    },
    {
      id: "3.2",
      title: "Roles give what is needed",
      controls: [
        "api-server-always-allow",
        "api-server-rbac",
        "default-account-binding",
        ...adminBindings,
        ...escalations,
        ...wildcards,
      ],
    },
    { id: "4.1", title: "The API server's requests are logged", controls: auditLog },
    {
      id: "4.2",
      title: "Logs of nodes and containers are kept elsewhere",
      controls: [],
      manual:
        "Where a collector sends what it reads is in its own configuration, which differs by product. Show that a line written in a pod is found in the log store afterwards, and that whoever owns the cluster cannot delete it there.",
    },
    { id: "4.3", title: "System calls are watched", controls: ["kubelet-seccomp-default", ...seccomp] },
    {
      id: "4.4",
      title: "Logs come together where they are searched",
      controls: [],
      manual:
        "A system that gathers and searches logs stands outside the cluster. Evidence is one query there that joins the audit log, the nodes' logs and the pods'.",
    },
    {
      id: "4.5",
      title: "Logging goes on when a part of it fails",
      controls: [],
      manual:
        "What happens when the log store is away, or the disk is full, shows only when it is tried. Evidence is the record of such a trial: which events were kept, and who was told.",
    },
    { id: "4.6", title: "Threats are noticed", controls: ["runtime-sensor"] },
    {
      id: "4.7",
      title: "Somebody is told, and knows what to do",
      controls: [],
      manual:
        "Whom an alarm reaches, and what they then do, is not written in the cluster. Evidence is the path of one alarm from the sensor to a person, and the page they work by.",
    },
    {
      id: "5.1",
      title: "Versions are maintained, and patches applied",
      controls: [...maintained, "helm-tiller", "kubernetes-dashboard", "retired-ingress-nginx"],
    },
    {
      id: "5.2",
      title: "Vulnerabilities are looked for, and what is not needed is removed",
      controls: ["exploited-vulnerability", "loaded-vulnerabilities", "removed-api"],
    },
  ],
};
