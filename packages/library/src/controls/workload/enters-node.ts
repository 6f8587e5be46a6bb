import { defineControl } from "@plimsoll/core";

export const entersNode = defineControl({
  id: "enters-node",
  title: "No container steps into its node at start",
  severity: "high",
  why: "`nsenter --target 1` and `chroot` into a mounted node are the last line of every escape recipe: from there on the program is root on the node, and the container around it only decoration. Whoever alters its script or arguments has every node it runs on.",
  remediation:
    "Take `nsenter` or `chroot` out of the command, and do the step where it belongs. Node settings belong in the machine image, its boot configuration or a node operator, files in a narrow read-only mount. Drivers and reboot agents do it by function: keep those in a namespace of their own, pinned by digest.",
  equivalents: [],
  grants: "node-takeover",
  target: "container",
  validate:
    "!(container.?command.orValue([]) + container.?args.orValue([]) + container.?lifecycle.?postStart.?exec.?command.orValue([])).join(' ').matches('nsenter( .*)? (-[a-zA-Z]*t *|--target[ =])1( |$)|nsenter( .*)? (-[a-zA-Z]*m|--mount)=?/[a-z]*/?proc/1/ns|(^|[ /;&|])chroot +/(host|rootfs|host-root|hostfs|mnt/host|node)[a-z/-]*( |$)')",
  path: "command",
  message: "The container's command steps into the node",
  noFix: "What it does on the node must find another place first.",
  examples: {
    pass: [{ container: { command: ["sh", "-c", "chroot /srv/ftp /usr/sbin/ftpd"] } }],
    fail: [
      {
        container: {
          command: ["nsenter", "--target", "1", "--mount", "--", "sysctl", "-w", "vm.max_map_count=262144"],
        },
      },
      { container: { command: ["nsenter", "-t1", "-m", "sh"] } },
      { container: { command: ["sh", "-c", "chroot /host systemctl restart kubelet"] } },
    ],
  },
});
