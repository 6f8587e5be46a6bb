/** A history of a shell that was removed. */
import { defineDetection } from "@plimsoll/core";

export const shellHistory = defineDetection({
  id: "shell-history",
  title: "The history of a shell was removed",
  severity: "medium",
  why: "People who work as usual leave it.",
  techniques: ["T1070.003"],
  equivalents: ["falco: Delete or rename shell history"],
  closedBy: [],
  kinds: ["file"],
  when: "detail.operation in ['unlink', 'rename', 'symlink'] && detail.path.matches('/\\\\.(bash|zsh|ash|sh|fish|python)_history$')",
  examples: {
    present: [
      { detail: { kind: "file", operation: "unlink", path: "/root/.bash_history" } },
      { detail: { kind: "file", operation: "symlink", path: "/root/.bash_history", target: "/dev/null" } },
    ],
    absent: [
      { detail: { kind: "file", operation: "write", path: "/root/.bash_history" } },
      { detail: { kind: "file", operation: "unlink", path: "/root/history" } },
    ],
  },
});
