/** The release agent of a cgroup written from a container. */
import { defineDetection } from "@plimsoll/core";

export const releaseAgent = defineDetection({
  id: "release-agent",
  title: "A release agent of control groups was written",
  severity: "critical",
  why: "The kernel runs what stands there on the node, as root, as soon as a group is empty: a well-known way out of containers.",
  techniques: ["T1611"],
  equivalents: ["falco: Detect release_agent File Container Escapes"],
  closedBy: ["privileged-container", "capability-sys-admin"],
  kinds: ["file"],
  when: "detail.operation in ['write', 'create'] && detail.path.endsWith('/release_agent')",
  examples: {
    present: [
      {
        shows: ["falco: Detect release_agent File Container Escapes"],
        detail: { kind: "file", operation: "write", path: "/sys/fs/cgroup/rdma/release_agent" },
      },
      { detail: { kind: "file", operation: "write", path: "/mnt/release_agent", refused: true } },
    ],
    absent: [
      { detail: { kind: "file", operation: "open", path: "/sys/fs/cgroup/rdma/release_agent" } },
      { detail: { kind: "file", operation: "write", path: "/etc/release_agent.conf" } },
    ],
  },
});
