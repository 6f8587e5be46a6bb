/** A file of the kernel written that names a program to run. */
import { defineDetection } from "@plimsoll/core";

export const corePattern = defineDetection({
  id: "core-pattern",
  title: "The kernel was told to run a program of the container",
  severity: "critical",
  why: "core_pattern, modprobe and the like name programs that the kernel runs on the node, as root.",
  techniques: ["T1611"],
  equivalents: [],
  closedBy: ["privileged-container", "proc-mount-unmasked"],
  kinds: ["file"],
  when: "detail.operation in ['write', 'create'] && detail.path.matches('/(proc/sys/kernel/(core_pattern|modprobe|hotplug|poweroff_cmd)|sys/kernel/uevent_helper|proc/sys/fs/binfmt_misc/register|proc/sysrq-trigger)$')",
  examples: {
    present: [
      { detail: { kind: "file", operation: "write", path: "/proc/sys/kernel/core_pattern" } },
      {
        detail: {
          kind: "file",
          operation: "write",
          path: "/host/proc/sys/kernel/core_pattern",
          refused: true,
        },
      },
    ],
    absent: [
      { detail: { kind: "file", operation: "open", path: "/proc/sys/kernel/core_pattern" } },
      { detail: { kind: "file", operation: "write", path: "/proc/self/oom_score_adj" } },
    ],
  },
});
