/** A file system mounted by a container. */
import { defineDetection } from "@plimsoll/core";

export const mount = defineDetection({
  id: "mount",
  title: "A container mounted a file system",
  severity: "high",
  why: "The disk of the node, mounted, is the node; a container that was given all it needs mounts nothing.",
  techniques: ["T1611"],
  equivalents: ["falco: Mount Launched in Privileged Container"],
  closedBy: ["privileged-container", "capability-sys-admin"],
  kinds: ["kernel", "exec"],
  when: "detail.kind == 'kernel' ? detail.operation == 'mount' && origin == 'entrypoint' && settled && !learned : name == 'mount' && size(detail.args) > 2 && !learned",
  examples: {
    present: [
      { detail: { kind: "kernel", operation: "mount" }, origin: "entrypoint", settled: true },
      { detail: { kind: "exec", path: "/bin/mount", args: ["mount", "/dev/sda1", "/mnt"] }, settled: true },
    ],
    absent: [
      { detail: { kind: "kernel", operation: "mount" }, origin: "set-up", settled: true },
      { detail: { kind: "exec", path: "/bin/mount", args: ["mount"] }, settled: true },
    ],
  },
});
