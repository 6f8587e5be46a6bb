/** A kernel module loaded by a container. */
import { defineDetection } from "@plimsoll/core";

export const kernelModule = defineDetection({
  id: "kernel-module",
  title: "A kernel module was loaded from a container",
  severity: "critical",
  why: "A module runs as the node's kernel: whoever loads one owns the node and every container on it.",
  techniques: ["T1547.006", "T1611"],
  equivalents: ["falco: Linux Kernel Module Injection Detected", "R1002"],
  closedBy: ["privileged-container", "capability-sys-admin"],
  kinds: ["kernel", "exec"],
  when: "detail.kind == 'kernel' ? detail.operation == 'module-load' && origin != 'set-up' : name in ['insmod', 'modprobe'] && !learned",
  examples: {
    present: [
      {
        shows: ["falco: Linux Kernel Module Injection Detected", "R1002"],
        detail: { kind: "kernel", operation: "module-load" },
      },
      { detail: { kind: "exec", path: "/sbin/insmod", args: ["insmod", "x.ko"] }, settled: true },
    ],
    absent: [
      { detail: { kind: "kernel", operation: "module-load" }, origin: "set-up" },
      { detail: { kind: "exec", path: "/sbin/lsmod", args: ["lsmod"] }, settled: true },
    ],
  },
});
