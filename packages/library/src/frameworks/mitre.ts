/** Microsoft's threat matrix for Kubernetes: each technique, and the controls that take it away or show it. */
import type { Framework } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";
import {
  addedCapabilities,
  adminBindings,
  auditLog,
  commands,
  credentials,
  escalations,
  everybody,
  exposures,
  hostPaths,
  limits,
  networkPolicies,
  podMaking,
  secretsAccess,
} from "./groups.ts";

export const mitre: Framework<ControlId> = {
  id: "mitre",
  title: "Threat matrix for Kubernetes",
  version: "2025",
  source: "Microsoft, https://microsoft.github.io/Threat-Matrix-for-Kubernetes/ (after MITRE ATT&CK)",
  description:
    "What intruders do in clusters, from the first foothold to the damage. A technique counts as met where nothing was found that opens the way to it; some happen outside of what a cluster shows.",
  requirements: [
    {
      id: "MS-TA9001",
      title: "Stolen logins of the cloud open the cluster",
      controls: [],
      manual:
        "Who may reach the cluster through the cloud's own roles is written in the cloud, not in the cluster. List the identities that may fetch its credentials (`eks:DescribeCluster`, `container.clusters.get`, `listClusterAdminCredential`) and see that each needs a second factor.",
    },
    {
      id: "MS-TA9002",
      title: "An image in the registry was tampered with",
      controls: [
        "image-digest",
        "image-registry-frozen",
        "image-registry-implied",
        "image-signature-policy",
        "image-tag",
      ],
    },
    {
      id: "MS-TA9003",
      title: "A kubeconfig file is stolen",
      controls: ["account-token-secret", "api-server-token-auth-file", "system-masters-binding"],
    },
    {
      id: "MS-TA9004",
      title: "A hole in an application lets somebody in",
      controls: [
        "ingress-nginx-snippets-allowed",
        "ingress-snippet",
        "exploited-vulnerability",
        "loaded-vulnerabilities",
        "retired-ingress-nginx",
      ],
    },
    {
      id: "MS-TA9005",
      title: "A console or an interface stands open",
      controls: [...exposures, "anonymous-binding"],
    },
    { id: "MS-TA9006", title: "Commands are run in containers", controls: commands },
    {
      id: "MS-TA9007",
      title: "A shell runs in a container",
      controls: ["enters-node", "reverse-shell", "runs-downloaded-script", "runtime-sensor"],
    },
    {
      id: "MS-TA9008",
      title: "A container of the attacker's is started",
      controls: [...podMaking, "pod-security-label"],
    },
    {
      id: "MS-TA9009",
      title: "An exploit runs code in an application",
      controls: [
        "exploited-vulnerability",
        "loaded-vulnerabilities",
        "privilege-escalation",
        "runtime-sensor",
        "writable-root-filesystem",
      ],
    },
    { id: "MS-TA9010", title: "A container runs an SSH server", controls: ["ssh-port"] },
    {
      id: "MS-TA9011",
      title: "A container is added to a pod that runs, or to those to come",
      controls: [
        "pods-ephemeral-containers",
        "pods-modify",
        "webhook-configurations-write",
        "workloads-write",
      ],
    },
    {
      id: "MS-TA9012",
      title: "A workload is left behind to come back by",
      controls: ["bare-pod", "workloads-write"],
    },
    {
      id: "MS-TA9013",
      title: "A writable part of the node's disk is mounted",
      controls: [...hostPaths, "host-path-persistent-volume", "writable-host-path", "writable-system-path"],
    },
    { id: "MS-TA9014", title: "A scheduled job brings the attacker back", controls: ["workloads-write"] },
    {
      id: "MS-TA9015",
      title: "An admission webhook of the attacker's reads or changes what is written",
      controls: [
        "admission-policies-write",
        "webhook-configurations-write",
        "webhook-outside",
        "webhook-sees-secrets",
      ],
    },
    {
      id: "MS-TA9016",
      title: "The token of a pod's account is used",
      controls: [
        "account-automount",
        "account-tokens-create",
        "default-account-binding",
        "namespace-account-tokens-create",
        "token-automount",
      ],
    },
    {
      id: "MS-TA9017",
      title: "The kubelet starts a pod from a file on its node",
      controls: ["host-path-control-plane", "host-path-etc", "host-path-kubelet", "host-path-root"],
    },
    {
      id: "MS-TA9018",
      title: "A privileged container takes its node",
      controls: ["privileged-container", ...addedCapabilities],
    },
    {
      id: "MS-TA9019",
      title: "Somebody is made cluster-admin",
      controls: [...adminBindings, ...escalations, "role-bindings-write"],
    },
    {
      id: "MS-TA9020",
      title: "A pod's way into the cloud is used",
      controls: ["default-account-cloud-identity", "network-policy-metadata-service"],
    },
    {
      id: "MS-TA9021",
      title: "Logs of containers are deleted",
      controls: ["host-path-log"],
    },
    { id: "MS-TA9022", title: "Events are deleted", controls: ["events-delete"] },
    {
      id: "MS-TA9023",
      title: "A pod goes by a name that looks like another's",
      controls: ["kube-system-workload"],
    },
    {
      id: "MS-TA9024",
      title: "The attacker comes from an address that hides his own",
      controls: auditLog,
    },
    {
      id: "MS-TA9025",
      title: "Secrets are read through the API",
      controls: [...secretsAccess, "encryption-at-rest"],
    },
    {
      id: "MS-TA9026",
      title: "A file with the node's cloud login is mounted",
      controls: ["host-path-etc", "host-path-root"],
    },
    { id: "MS-TA9027", title: "Logins stand in configuration files", controls: credentials },
    {
      id: "MS-TA9028",
      title: "The identity that the cloud gives a pod is used",
      controls: ["default-account-cloud-identity", "network-policy-metadata-service"],
    },
    {
      id: "MS-TA9029",
      title: "The API server is asked what there is",
      controls: [...everybody, "api-server-anonymous-auth", "token-automount"],
    },
    {
      id: "MS-TA9030",
      title: "The kubelet is asked what there is",
      controls: ["kubelet-anonymous-auth", "kubelet-authorization", "kubelet-read-only-port", "nodes-proxy"],
    },
    { id: "MS-TA9031", title: "The network is mapped from a pod", controls: networkPolicies },
    {
      id: "MS-TA9032",
      title: "The dashboard is used",
      controls: ["exposed-admin-interface", "kubernetes-dashboard"],
    },
    {
      id: "MS-TA9033",
      title: "The cloud's metadata service is asked",
      controls: ["default-deny-egress", "network-policy-metadata-service"],
    },
    { id: "MS-TA9034", title: "Other pods are reached over the network", controls: networkPolicies },
    { id: "MS-TA9035", title: "The cluster's DNS is made to lie", controls: ["system-config-maps-write"] },
    {
      id: "MS-TA9036",
      title: "Pods forge addresses on their network",
      controls: ["capability-net-raw", "host-network", "net-raw-kept"],
    },
    {
      id: "MS-TA9037",
      title: "Images of a private registry are fetched",
      controls: ["admission-always-pull-images", "host-path-runtime-socket", "secrets-read"],
    },
    {
      id: "MS-TA9038",
      title: "Data is destroyed",
      controls: ["custom-resource-definitions-write", "workloads-delete"],
    },
    {
      id: "MS-TA9039",
      title: "The cluster works for somebody else",
      controls: [...limits, "runtime-sensor"],
    },
    {
      id: "MS-TA9040",
      title: "The cluster is kept from its work",
      controls: [
        ...limits,
        "admission-event-rate-limit",
        "kubelet-pod-pids",
        "webhook-holds-system",
        "webhook-missing-service",
      ],
    },
    { id: "MS-TA9041", title: "Data is copied out of pods", controls: ["default-deny-egress", "pods-exec"] },
    {
      id: "MS-TA9042",
      title: "Operators hold more than their work needs",
      controls: [
        "namespace-role-all-permissions",
        "role-all-permissions",
        "role-wildcard-resources",
        "roles-bind",
        "roles-escalate",
        "secrets-read",
      ],
    },
  ],
};
