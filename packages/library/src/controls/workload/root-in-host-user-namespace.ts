import { defineControl } from "@plimsoll/core";

export const rootInHostUserNamespace = defineControl({
  id: "root-in-host-user-namespace",
  title: "Containers that may run as root have a user namespace",
  severity: "low",
  why: "Root in a container is root of the node as soon as it gets out: through a runtime bug, a leaked handle, a mount. In a user namespace the same process is an unprivileged number there, and a whole class of escapes ends in nothing.",
  remediation:
    "Set `hostUsers: false` on the pod, or run its containers as a user other than root. It needs Linux 6.3, a runtime and volumes that can map user ids (NFS often cannot), and cannot go with raw block volumes; a node that lacks this refuses to start the pod.",
  equivalents: [],
  reference: "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/",
  target: "pod",
  since: "1.33",
  when: "pod.spec.?os.?name.orValue('') != 'windows' && !pod.spec.?hostNetwork.orValue(false) && !pod.spec.?hostPID.orValue(false) && !pod.spec.?hostIPC.orValue(false)",
  validate:
    "!pod.spec.?hostUsers.orValue(true) || (pod.spec.?initContainers.orValue([]) + pod.spec.containers).all(each, each.?securityContext.?runAsNonRoot.orValue(pod.spec.?securityContext.?runAsNonRoot.orValue(false)) || each.?securityContext.?runAsUser.orValue(pod.spec.?securityContext.?runAsUser.orValue(0)) != 0)",
  path: "spec.hostUsers",
  message: "Root in the pod's containers is root on the node",
  fix: [{ set: "spec.hostUsers", to: false }],
  examples: {
    pass: [
      { pod: { hostUsers: false } },
      { name: "no root, no need", container: {}, pod: { securityContext: { runAsNonRoot: true } } },
      { name: "not there yet", version: "1.32", container: {} },
    ],
    fail: [{ container: {} }],
  },
});
