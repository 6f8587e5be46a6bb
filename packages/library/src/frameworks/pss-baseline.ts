/** The baseline level of the Kubernetes Pod Security Standards. */
import type { Framework } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";

export const pssBaseline: Framework<ControlId> = {
  id: "pss-baseline",
  title: "Pod Security Standards: baseline",
  version: "1.37",
  source: "Kubernetes, https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  description:
    "What every pod should meet: it shuts the known ways from a pod to its node and leaves ordinary workloads as they are. Requirements go by the names of the checks in k8s.io/pod-security-admission, and each is judged as it stood in the version of the cluster.",
  requirements: [
    {
      id: "appArmorProfile",
      title: "AppArmor profiles are the runtime's or the node's own",
      controls: ["apparmor-unconfined", "apparmor-annotation", "pod-apparmor-unconfined"],
    },
    {
      id: "capabilities_baseline",
      title: "No capabilities beyond the default set are added",
      controls: [
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
      ],
    },
    {
      id: "hostNamespaces",
      title: "The node's network, process and IPC namespaces are not shared",
      controls: ["host-network", "host-pid", "host-ipc"],
    },
    {
      id: "hostPathVolumes",
      title: "No directory of the node is mounted",
      controls: [
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
      ],
    },
    { id: "hostPorts", title: "No port of the node is taken", controls: ["host-port"] },
    {
      id: "hostProbesAndHostLifecycle",
      title: "Probes and lifecycle hooks name no host",
      controls: ["host-probe"],
    },
    { id: "privileged", title: "No container is privileged", controls: ["privileged-container"] },
    {
      id: "procMount",
      title: "/proc keeps its masks outside user namespaces",
      controls: ["proc-mount-unmasked"],
    },
    {
      id: "seLinuxOptions",
      title: "SELinux types are made for containers; user and role are not set",
      controls: ["selinux-type", "selinux-user", "pod-selinux-type", "pod-selinux-user"],
    },
    {
      id: "seccompProfile_baseline",
      title: "Seccomp is not switched off",
      controls: ["seccomp-unconfined", "pod-seccomp-unconfined"],
    },
    { id: "sysctls", title: "Only safe sysctls are set", controls: ["unsafe-sysctl"] },
    {
      id: "windowsHostProcess",
      title: "No Windows container is a host process",
      controls: ["windows-host-process", "pod-windows-host-process"],
    },
  ],
};
