/** A hard link to a sensitive file. */
import { defineDetection } from "@plimsoll/core";

export const hardlinkOverSensitiveFile = defineDetection({
  id: "hardlink-over-sensitive-file",
  title: "A file with secrets was given another name",
  severity: "medium",
  why: "A hard link keeps the file when its owner replaces it, and escapes rules that go by names.",
  techniques: ["T1555"],
  equivalents: ["falco: Create Hardlink Over Sensitive Files", "R1012"],
  closedBy: [],
  kinds: ["file"],
  when: "detail.operation == 'link' && has(detail.target) && detail.target.matches('^/(etc/(shadow|gshadow|sudoers|passwd)|root/\\\\.ssh/.*)$')",
  examples: {
    present: [
      {
        shows: ["falco: Create Hardlink Over Sensitive Files", "R1012"],
        detail: { kind: "file", operation: "link", path: "/tmp/x", target: "/etc/shadow" },
      },
    ],
    absent: [{ detail: { kind: "file", operation: "link", path: "/tmp/x", target: "/tmp/y" } }],
  },
});
