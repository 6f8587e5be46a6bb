import { defineControl } from "@plimsoll/core";

export const capabilityAll = defineControl({
  id: "capability-all",
  title: "No container is given every capability",
  severity: "critical",
  why: "`ALL` holds SYS_ADMIN, SYS_MODULE, SYS_PTRACE and everything else that root on the node may do. Code in the container mounts what it likes, loads a kernel module, and is on the node.",
  remediation:
    "Remove `ALL` from `capabilities.add`, and name the few that the program uses. The container's own documentation or a trace of capability checks tells which. Whatever was not named fails with `operation not permitted`.",
  equivalents: [
    "kubescape:C-0046",
    "trivy:KSV-0022",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "checkov:CKV_K8S_25",
    "gatekeeper:k8spspcapabilities",
    "prowler:core_minimize_containers_added_capabilities",
  ],
  grants: "node-takeover",
  reference: "https://man7.org/linux/man-pages/man7/capabilities.7.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "item.upperAscii() != 'ALL'",
  path: "",
  message: "The container is given every capability",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { drop: ["ALL"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { add: ["ALL"] } } } }],
  },
});
