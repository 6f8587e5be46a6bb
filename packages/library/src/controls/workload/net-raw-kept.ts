import { defineControl } from "@plimsoll/core";

export const netRawKept = defineControl({
  id: "net-raw-kept",
  title: "Containers drop CAP_NET_RAW",
  severity: "medium",
  why: "containerd leaves NET_RAW to every container that does not drop it (CRI-O no longer does). With it an attacker who is root in the pod forges packets; where the pod network is bridged, he answers his neighbours' ARP and DNS questions and reads what they send.",
  remediation:
    "Add `NET_RAW`, or better `ALL`, to `capabilities.drop`. `ping` goes on where the pod's `net.ipv4.ping_group_range` allows it, which containerd 2 sets by itself and a safe sysctl sets elsewhere; tools that capture or craft packets stop.",
  equivalents: [
    "kube-linter:drop-net-raw-capability",
    "checkov:CKV_K8S_28",
    "polaris:insecureCapabilities",
    "prowler:core_minimize_net_raw_capability_admission",
  ],
  grants: "lateral-movement",
  target: "container",
  when: "pod.spec.?os.?name.orValue('') != 'windows'",
  validate:
    "['ALL', 'NET_RAW'].exists(name, name in container.?securityContext.?capabilities.?drop.orValue([])) || ['ALL', 'NET_RAW'].exists(name, name in container.?securityContext.?capabilities.?add.orValue([]))",
  path: "securityContext.capabilities.drop",
  message: "The container keeps NET_RAW where the runtime gives it by default",
  fix: [{ append: "securityContext.capabilities.drop", value: "NET_RAW", unless: ["ALL"] }],
  examples: {
    pass: [
      { container: { securityContext: { capabilities: { drop: ["NET_RAW"] } } } },
      { container: { securityContext: { capabilities: { drop: ["ALL"] } } } },
      {
        name: "added on purpose, which another control speaks of",
        container: { securityContext: { capabilities: { add: ["NET_RAW"] } } },
      },
    ],
    fail: [{ container: {} }, { container: { securityContext: { capabilities: { drop: ["MKNOD"] } } } }],
  },
});
