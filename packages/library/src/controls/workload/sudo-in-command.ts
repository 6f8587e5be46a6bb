import { defineControl } from "@plimsoll/core";

export const sudoInCommand = defineControl({
  id: "sudo-in-command",
  title: "Containers start without sudo",
  severity: "medium",
  why: "An entry point that calls `sudo` tells that the image holds a way from its user to root without a password. Whoever gets in takes the same way.",
  remediation:
    "Remove `sudo` from the command and run the container as the user it needs from the start. Do the privileged step in an init container or the image's build, and take `sudo` out of the image too. Under `allowPrivilegeEscalation: false` it fails anyway.",
  equivalents: ["kubescape:C-0062"],
  target: "container",
  validate:
    "!(container.?command.orValue([]) + container.?args.orValue([])).exists(word, word.matches('(^|[;&|(\\\\s/])sudo(\\\\s|$)'))",
  path: "command",
  message: "The container starts by way of sudo",
  noFix: "What needed root must be done elsewhere first.",
  examples: {
    pass: [{ container: { command: ["/usr/bin/shop", "--user", "sudoku"] } }],
    fail: [
      { container: { command: ["sudo", "/usr/bin/shop"] } },
      { container: { command: ["sh", "-c"], args: ["sudo chown app /data && exec shop"] } },
    ],
  },
});
