/** A shell with a terminal in a container. */
import { defineDetection } from "@plimsoll/core";

export const shellInContainer = defineDetection({
  id: "shell-in-container",
  title: "A shell with a terminal was opened in a container",
  severity: "medium",
  why: "Somebody sits before it: a debugging colleague, or whoever stole the right to exec. What is typed there is in no image and no review.",
  techniques: ["T1059.004", "T1609"],
  equivalents: ["falco: Terminal shell in container", "falco: System user interactive", "R2000"],
  closedBy: ["pods-exec"],
  kinds: ["exec"],
  when: "has(detail.terminal) && name in ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh']",
  examples: {
    present: [
      {
        shows: ["falco: Terminal shell in container", "falco: System user interactive", "R2000"],
        detail: { kind: "exec", path: "/bin/bash", args: ["bash"], terminal: true },
        origin: "exec",
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/bin/bash", args: ["bash"] }, origin: "entrypoint" },
      {
        detail: { kind: "exec", path: "/usr/bin/python3", args: ["python3"], terminal: true },
        origin: "exec",
      },
    ],
  },
});
