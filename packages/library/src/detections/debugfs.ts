/** debugfs in a container. */
import { defineDetection } from "@plimsoll/core";

export const debugfs = defineDetection({
  id: "debugfs",
  title: "A debugger of file systems was started",
  severity: "high",
  why: "debugfs reads and writes a disk below all rights and mounts: in a privileged container it reaches every file of the node.",
  techniques: ["T1611"],
  equivalents: ["falco: Debugfs Launched in Privileged Container"],
  closedBy: ["privileged-container"],
  kinds: ["exec"],
  when: "name == 'debugfs'",
  examples: {
    present: [
      {
        shows: ["falco: Debugfs Launched in Privileged Container"],
        detail: { kind: "exec", path: "/sbin/debugfs", args: ["debugfs", "/dev/sda1"] },
      },
    ],
    absent: [{ detail: { kind: "exec", path: "/sbin/fsck", args: ["fsck"] } }],
  },
});
