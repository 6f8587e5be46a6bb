import { defineControl } from "@plimsoll/core";
import { ownCapabilities, defaultCapabilities } from "./capabilities.ts";

export const capabilityBeyondDefault = defineControl({
  id: "capability-beyond-default",
  title: "No container is given a capability beyond the runtime's defaults",
  severity: "medium",
  why: "Each capability is a piece of root that the runtime leaves out on purpose: to change the security modules' rules (MAC_ADMIN), switch auditing (AUDIT_CONTROL), ignore limits (SYS_RESOURCE), or lock the node's memory (IPC_LOCK). Code in the container may use it on the whole node.",
  remediation:
    "Remove the entry from `capabilities.add`. Leave it, by exception, with the one container that uses it. What needed it fails with `operation not permitted`.",
  equivalents: [
    "kubescape:C-0046",
    "trivy:KSV-0022",
    "polaris:insecureCapabilities",
    "kyverno:disallow-capabilities",
    "checkov:CKV_K8S_25",
    "gatekeeper:k8spspcapabilities",
    "prowler:core_minimize_containers_added_capabilities",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: `item in ${defaultCapabilities} || item.upperAscii() in ${ownCapabilities}`,
  path: "",
  message: "The container is given a capability beyond the runtime's defaults",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE", "CHOWN"] } } } },
      {
        name: "one that has a control of its own",
        container: { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } },
      },
    ],
    fail: [{ container: { securityContext: { capabilities: { add: ["IPC_LOCK"] } } } }],
  },
});
