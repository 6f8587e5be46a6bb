/** CIS section 1.1: files on the nodes of the control plane. */
import type { Requirement } from "@plimsoll/core";
import type { ControlId } from "../../controls/index.ts";
import { fileRequirement } from "./node-files.ts";

const manifests = "/etc/kubernetes/manifests";
const root = { owner: "root:root" };

export const controlPlaneFiles: readonly Requirement<ControlId>[] = [
  fileRequirement("1.1.1", "The API server's manifest", `${manifests}/kube-apiserver.yaml`, { mode: "600" }),
  fileRequirement("1.1.2", "The API server's manifest", `${manifests}/kube-apiserver.yaml`, root),
  fileRequirement("1.1.3", "The controller manager's manifest", `${manifests}/kube-controller-manager.yaml`, {
    mode: "600",
  }),
  fileRequirement(
    "1.1.4",
    "The controller manager's manifest",
    `${manifests}/kube-controller-manager.yaml`,
    root,
  ),
  fileRequirement("1.1.5", "The scheduler's manifest", `${manifests}/kube-scheduler.yaml`, { mode: "600" }),
  fileRequirement("1.1.6", "The scheduler's manifest", `${manifests}/kube-scheduler.yaml`, root),
  fileRequirement("1.1.7", "etcd's manifest", `${manifests}/etcd.yaml`, { mode: "600" }),
  fileRequirement("1.1.8", "etcd's manifest", `${manifests}/etcd.yaml`, root),
  fileRequirement("1.1.9", "The network plugin's files", "/etc/cni/net.d/*", { mode: "600" }),
  fileRequirement("1.1.10", "The network plugin's files", "/etc/cni/net.d/*", root),
  fileRequirement("1.1.11", "etcd's data", "/var/lib/etcd", { mode: "700" }),
  fileRequirement("1.1.12", "etcd's data", "/var/lib/etcd", { owner: "etcd:etcd" }),
  fileRequirement(
    "1.1.13",
    "The administrator's credentials",
    "/etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf",
    { mode: "600" },
  ),
  fileRequirement(
    "1.1.14",
    "The administrator's credentials",
    "/etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf",
    root,
  ),
  fileRequirement("1.1.15", "The scheduler's kubeconfig", "/etc/kubernetes/scheduler.conf", { mode: "600" }),
  fileRequirement("1.1.16", "The scheduler's kubeconfig", "/etc/kubernetes/scheduler.conf", root),
  fileRequirement(
    "1.1.17",
    "The controller manager's kubeconfig",
    "/etc/kubernetes/controller-manager.conf",
    { mode: "600" },
  ),
  fileRequirement(
    "1.1.18",
    "The controller manager's kubeconfig",
    "/etc/kubernetes/controller-manager.conf",
    root,
  ),
  fileRequirement(
    "1.1.19",
    "The folder of keys and certificates",
    "/etc/kubernetes/pki /etc/kubernetes/pki/*",
    root,
  ),
  fileRequirement("1.1.20", "The cluster's certificates", "/etc/kubernetes/pki/*.crt", { mode: "644" }),
  fileRequirement("1.1.21", "The cluster's private keys", "/etc/kubernetes/pki/*.key", { mode: "600" }),
];
