import { defineControl } from "@plimsoll/core";

export const privilegeEscalation = defineControl({
  id: "privilege-escalation",
  title: "Containers forbid gaining privileges",
  severity: "medium",
  why: "Unless `allowPrivilegeEscalation` is false, a process may become more than its parent was: one setuid program in the image (`su`, `mount`) makes root of an intruder who came in as an ordinary user.",
  remediation:
    "Set `allowPrivilegeEscalation: false`; the kernel then ignores setuid bits and file capabilities. `sudo`, `su` and some builds of `ping` stop working in the container: `find / -perm /6000` and `getcap -r /` list what an image has. It cannot stand beside `privileged: true` or CAP_SYS_ADMIN.",
  equivalents: [
    "kubescape:C-0016",
    "trivy:KSV-0001",
    "kube-linter:privilege-escalation-container",
    "polaris:privilegeEscalationAllowed",
    "kyverno:disallow-privilege-escalation",
    "checkov:CKV_K8S_20",
    "gatekeeper:k8spspallowprivilegeescalationcontainer",
    "prowler:core_minimize_allowPrivilegeEscalation_containers",
  ],
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  since: "1.8",
  validate:
    "pod.spec.?os.?name.orValue('') == 'windows' || !container.?securityContext.?allowPrivilegeEscalation.orValue(true)",
  versions: [
    { until: "1.24", validate: "!container.?securityContext.?allowPrivilegeEscalation.orValue(true)" },
  ],
  path: "securityContext.allowPrivilegeEscalation",
  message: "A process of the container may gain privileges its parent lacks",
  fix: [
    {
      set: "securityContext.allowPrivilegeEscalation",
      from: "container.?securityContext.?privileged.orValue(false) || 'CAP_SYS_ADMIN' in container.?securityContext.?capabilities.?add.orValue([]) ? optional.none() : optional.of(false)",
    },
  ],
  noFix: "The API server refuses it beside `privileged: true` and CAP_SYS_ADMIN: those must go first.",
  examples: {
    pass: [
      { container: { securityContext: { allowPrivilegeEscalation: false } } },
      { name: "Windows has no such thing", pod: { os: { name: "windows" } } },
    ],
    fail: [
      { container: {} },
      { container: { securityContext: { allowPrivilegeEscalation: true } } },
      { name: "privileged is first", container: { securityContext: { privileged: true } } },
    ],
  },
});
