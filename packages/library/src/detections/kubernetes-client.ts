/** A client of Kubernetes or of container runtimes. */
import { defineDetection } from "@plimsoll/core";

export const kubernetesClient = defineDetection({
  id: "kubernetes-client",
  title: "A client of the cluster was started in a container",
  severity: "medium",
  why: "kubectl in an application's container is there for whoever broke in.",
  techniques: ["T1613", "T1610"],
  equivalents: ["falco: Kubernetes Client Tool Launched in Container"],
  closedBy: ["token-automount"],
  kinds: ["exec"],
  when: "name in ['kubectl', 'oc', 'helm', 'kubeletctl', 'peirates', 'kubesploit', 'crictl', 'ctr', 'docker', 'nerdctl', 'podman', 'runc', 'etcdctl', 'cdk', 'deepce.sh'] && !learned",
  examples: {
    present: [
      {
        detail: { kind: "exec", path: "/tmp/kubectl", args: ["kubectl", "get", "secrets", "-A"] },
        settled: true,
      },
    ],
    absent: [
      {
        detail: { kind: "exec", path: "/usr/bin/kubectl", args: ["kubectl"] },
        earlier: [{ kind: "exec", path: "/usr/bin/kubectl", args: ["kubectl"] }],
        settled: true,
      },
      { detail: { kind: "exec", path: "/usr/bin/kubelet", args: ["kubelet"] }, settled: true },
    ],
  },
});
