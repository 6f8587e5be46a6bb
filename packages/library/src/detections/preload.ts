/** /etc/ld.so.preload written. */
import { defineDetection } from "@plimsoll/core";

export const preload = defineDetection({
  id: "preload",
  title: "A library was made to load into every program",
  severity: "critical",
  why: "/etc/ld.so.preload puts code into whatever starts from now on: how rootkits of users work.",
  techniques: ["T1574.006"],
  equivalents: ["R1011"],
  closedBy: ["writable-root-filesystem"],
  kinds: ["file"],
  when: "detail.operation in ['write', 'create', 'rename', 'link', 'symlink'] && detail.path in ['/etc/ld.so.preload', '/etc/ld.so.conf'] && !learned",
  examples: {
    present: [
      {
        shows: ["R1011"],
        detail: { kind: "file", operation: "create", path: "/etc/ld.so.preload" },
        settled: true,
      },
    ],
    absent: [{ detail: { kind: "file", operation: "open", path: "/etc/ld.so.preload" }, settled: true }],
  },
});
