import { defineControl } from "@plimsoll/core";

export const capabilityDacReadSearch = defineControl({
  id: "capability-dac-read-search",
  title: "No container is given CAP_DAC_READ_SEARCH",
  severity: "critical",
  why: "With `open_by_handle_at` its holder opens any file of the disk that lies under one of its mounts, and every container has such a mount (`/etc/hosts` is one). It reads the node's keys and tokens and, with the DAC_OVERRIDE that containers hold by default, writes there too.",
  remediation:
    "Remove DAC_READ_SEARCH from `capabilities.add`. Backup and file-scanning agents ask for it to read what other users own: give them the group of those files, or run them as that user.",
  equivalents: [
    "kubescape:C-0046",
    "polaris:dangerousCapabilities",
    "kyverno:disallow-capabilities",
    "gatekeeper:k8spspcapabilities",
  ],
  grants: "node-takeover",
  reference: "https://man7.org/linux/man-pages/man2/open_by_handle_at.2.html",
  target: "container",
  each: "securityContext.capabilities.add",
  validate: "!(item.upperAscii() in ['DAC_READ_SEARCH', 'CAP_DAC_READ_SEARCH'])",
  path: "",
  message: "The container is given CAP_DAC_READ_SEARCH",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      { container: {} },
      { container: { securityContext: { capabilities: { add: ["DAC_OVERRIDE"] } } } },
    ],
    fail: [{ container: { securityContext: { capabilities: { add: ["DAC_READ_SEARCH"] } } } }],
  },
});
