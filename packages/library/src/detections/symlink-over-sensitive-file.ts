/** A symbolic link to a sensitive file. */
import { defineDetection } from "@plimsoll/core";

export const symlinkOverSensitiveFile = defineDetection({
  id: "symlink-over-sensitive-file",
  title: "A link to a file with secrets was made",
  severity: "medium",
  why: "Over a link a privileged program reads or overwrites what its maker may not.",
  techniques: ["T1555", "T1574"],
  equivalents: ["falco: Create Symlink Over Sensitive Files", "R1010"],
  closedBy: [],
  kinds: ["file"],
  when: "detail.operation == 'symlink' && has(detail.target) && detail.target.matches('^/(etc/(shadow|gshadow|sudoers|passwd|pam\\\\.d|ssh)|root/\\\\.ssh|proc/1/root)(/|$)')",
  examples: {
    present: [
      {
        shows: ["falco: Create Symlink Over Sensitive Files", "R1010"],
        detail: { kind: "file", operation: "symlink", path: "/tmp/x", target: "/etc/shadow" },
      },
    ],
    absent: [
      { detail: { kind: "file", operation: "symlink", path: "/tmp/x", target: "/etc/hosts" } },
      { detail: { kind: "file", operation: "symlink", path: "/etc/shadow-link" } },
    ],
  },
});
