import { defineControl } from "@plimsoll/core";

export const capabilitySysTime = defineControl({
  id: "capability-sys-time",
  title: "No container is given CAP_SYS_TIME",
  severity: "medium",
  why: "The clock belongs to no namespace: the holder of SYS_TIME sets it for the node and every pod there. Expired certificates become valid again, valid ones fail, and the log tells a false story.",
  remediation:
    "Remove SYS_TIME and synchronise the clock on the node. Time daemons run in a container fail; programs that only read the time do not notice.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "denial-of-service",
  reference: "https://man7.org/linux/man-pages/man7/capabilities.7.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['SYS_TIME', 'CAP_SYS_TIME'])",
  path: "",
  message: "The container is given CAP_SYS_TIME",
  fix: [{ remove: "" }],
  examples: {
    pass: [{ container: {} }, { container: { securityContext: { capabilities: { add: ["SETUID"] } } } }],
    fail: [{ container: { securityContext: { capabilities: { add: ["SYS_TIME"] } } } }],
  },
});
