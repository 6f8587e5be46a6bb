/** Cron tables, profiles, keys and units that were changed. */
import { defineDetection } from "@plimsoll/core";

export const persistence = defineDetection({
  id: "persistence",
  title: "What runs later or for everybody was changed",
  severity: "high",
  why: "Cron tables, shell profiles, authorised keys and units outlive the break-in.",
  techniques: ["T1053.003", "T1546.004", "T1098.004"],
  equivalents: [
    "falco: Schedule Cron Jobs",
    "falco: Modify Shell Configuration File",
    "falco: Adding ssh keys to authorized_keys",
  ],
  closedBy: ["writable-root-filesystem", "host-path-volume"],
  kinds: ["file"],
  when: "detail.operation in ['write', 'create', 'rename', 'link', 'symlink'] && settled && !learned && detail.path.matches('^(/host|/rootfs|/mnt)?/(etc/(cron[^/]*(/.*)?|profile(\\\\.d/.*)?|bash\\\\.bashrc|rc\\\\.local|init\\\\.d/.*|systemd/system/.*)|var/spool/cron/.*|(root|home/[^/]+)/\\\\.(bashrc|profile|bash_profile|zshrc|ssh/authorized_keys))$')",
  examples: {
    present: [
      { detail: { kind: "file", operation: "create", path: "/etc/cron.d/x" }, settled: true },
      { detail: { kind: "file", operation: "write", path: "/root/.ssh/authorized_keys" }, settled: true },
    ],
    absent: [
      { detail: { kind: "file", operation: "open", path: "/etc/crontab" }, settled: true },
      { detail: { kind: "file", operation: "write", path: "/etc/cron.d/x" } },
      { detail: { kind: "file", operation: "write", path: "/srv/etc/cron.d/x" }, settled: true },
    ],
  },
});
