/** A container administers the kernel. */
import { defineEdge } from "@plimsoll/core";
import { capabilityEscapes } from "./capability.ts";

export const cgroupReleaseAgent = defineEdge({
  id: "cgroup-release-agent",
  title: "A container administers the kernel",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "SYS_ADMIN mounts a control group or a file system, and with it names a program that the kernel runs as root on the node.",
  brokenBy: ["capability-sys-admin", "capability-all"],
  find: (inventory) =>
    capabilityEscapes(inventory, {
      name: "SYS_ADMIN",
      control: "capability-sys-admin",
      doubts: ["AppArmor, seccomp or control groups of version 2 may refuse the mount"],
    }),
  examples: {
    present: [
      { container: { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } } },
      { container: { securityContext: { capabilities: { add: ["ALL"] } } } },
    ],
    absent: [
      { container: { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } } },
      { container: { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } }, pod: { hostUsers: false } },
    ],
  },
});
