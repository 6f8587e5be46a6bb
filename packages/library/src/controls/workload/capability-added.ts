import { defineControl } from "@plimsoll/core";
import { restrictedCapabilities } from "./capabilities.ts";

export const capabilityAdded = defineControl({
  id: "capability-added",
  title: "Containers take back no default capability but NET_BIND_SERVICE",
  severity: "low",
  why: "Capabilities of the runtime's default set still bend the rules inside the container: DAC_OVERRIDE reads any file in it, SETUID becomes any user, CHOWN takes files over. A foothold as an ordinary user becomes root of the container.",
  remediation:
    "Remove the entry from `capabilities.add`; let the image own its files under the user it runs as, so that none is needed at start. An entry point that changes owners or users first (`gosu`, `chown -R`) fails without it.",
  equivalents: [
    "trivy:KSV-0106",
    "kyverno:disallow-capabilities-strict",
    "checkov:CKV_K8S_25",
    "gatekeeper:k8spspcapabilities",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  each: "securityContext.capabilities.add",
  since: "1.22",
  validate: `pod.spec.?os.?name.orValue('') == 'windows' || !(item in ${restrictedCapabilities})`,
  versions: [{ until: "1.24", validate: `!(item in ${restrictedCapabilities})` }],
  path: "",
  message: "The container is given a capability other than NET_BIND_SERVICE",
  fix: [{ remove: "" }],
  examples: {
    pass: [
      { container: {} },
      { container: { securityContext: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } } } },
    ],
    fail: [
      { container: { securityContext: { capabilities: { drop: ["ALL"], add: ["SETUID", "SETGID"] } } } },
    ],
  },
});
