/** CIS section 4: kubelets and kube-proxy on the nodes. */
import type { Requirement } from "@plimsoll/core";
import type { ControlId } from "../../controls/index.ts";
import { fileRequirement } from "./node-files.ts";

const root = { owner: "root:root" };

export const nodes: readonly Requirement<ControlId>[] = [
  fileRequirement("4.1.1", "The kubelet's service file", "/etc/systemd/system/kubelet.service.d/*.conf", {
    mode: "600",
  }),
  fileRequirement(
    "4.1.2",
    "The kubelet's service file",
    "/etc/systemd/system/kubelet.service.d/*.conf",
    root,
  ),
  fileRequirement(
    "4.1.3",
    "kube-proxy's kubeconfig, where there is one",
    "/var/lib/kube-proxy/kubeconfig.conf",
    { mode: "600" },
  ),
  fileRequirement(
    "4.1.4",
    "kube-proxy's kubeconfig, where there is one",
    "/var/lib/kube-proxy/kubeconfig.conf",
    root,
  ),
  fileRequirement("4.1.5", "The kubelet's kubeconfig", "/etc/kubernetes/kubelet.conf", { mode: "600" }),
  fileRequirement("4.1.6", "The kubelet's kubeconfig", "/etc/kubernetes/kubelet.conf", root),
  fileRequirement("4.1.7", "The authority that kubelets trust", "/etc/kubernetes/pki/ca.crt", {
    mode: "644",
  }),
  fileRequirement("4.1.8", "The authority that kubelets trust", "/etc/kubernetes/pki/ca.crt", root),
  fileRequirement("4.1.9", "The kubelet's configuration", "/var/lib/kubelet/config.yaml", { mode: "600" }),
  fileRequirement("4.1.10", "The kubelet's configuration", "/var/lib/kubelet/config.yaml", root),
  { id: "4.2.1", title: "Kubelets refuse callers without a name", controls: ["kubelet-anonymous-auth"] },
  { id: "4.2.2", title: "Kubelets ask the API server who may do what", controls: ["kubelet-authorization"] },
  { id: "4.2.3", title: "Kubelets check client certificates", controls: ["kubelet-client-authority"] },
  { id: "4.2.4", title: "Kubelets have no port without a login", controls: ["kubelet-read-only-port"] },
  {
    id: "4.2.5",
    title: "Idle sessions through the kubelet are ended",
    controls: ["kubelet-streaming-timeout"],
  },
  { id: "4.2.6", title: "Kubelets keep the node's packet rules", controls: ["kubelet-iptables"] },
  {
    id: "4.2.7",
    title: "Kubelets go by the name of their host",
    controls: [],
    manual:
      "The name is given on the kubelet's command line, which no interface of the cluster shows. Run `ps -o args= -C kubelet` on each node and look for `--hostname-override`; cloud providers that set it by design may be accepted.",
  },
  { id: "4.2.8", title: "Kubelets report enough events", controls: ["kubelet-event-rate"] },
  { id: "4.2.9", title: "Kubelets have certificates that can be checked", controls: ["kubelet-certificate"] },
  {
    id: "4.2.10",
    title: "Kubelets renew their client certificates",
    controls: ["kubelet-certificate-rotation"],
  },
  {
    id: "4.2.11",
    title: "Kubelets renew their serving certificates",
    controls: ["kubelet-serving-rotation"],
  },
  { id: "4.2.12", title: "Kubelets offer no weak ciphers", controls: ["kubelet-ciphers"] },
  { id: "4.2.13", title: "Pods may not use up the node's process ids", controls: ["kubelet-pod-pids"] },
  {
    id: "4.2.14",
    title: "Containers get a seccomp profile by default",
    controls: ["kubelet-seccomp-default"],
  },
  { id: "4.3.1", title: "kube-proxy's metrics are for its own node", controls: ["kube-proxy-metrics"] },
];
