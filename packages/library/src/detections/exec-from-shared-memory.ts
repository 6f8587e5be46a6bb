/** A program in shared memory. */
import { defineDetection } from "@plimsoll/core";

export const execFromSharedMemory = defineDetection({
  id: "exec-from-shared-memory",
  title: "A program ran from a place for temporary data",
  severity: "high",
  why: "Nothing is installed in shared memory: it is where intruders put what should leave no trace on disk.",
  techniques: ["T1059.004", "T1620"],
  equivalents: ["falco: Execution from /dev/shm", "R1000"],
  closedBy: ["writable-root-filesystem"],
  kinds: ["exec"],
  when: "detail.path.matches('^/(dev/shm|run/shm|var/run/shm|dev/mqueue)/') || (has(detail.script) && detail.script.matches('^/(dev/shm|run/shm)/'))",
  examples: {
    present: [
      {
        shows: ["falco: Execution from /dev/shm", "R1000"],
        detail: { kind: "exec", path: "/dev/shm/x", args: ["x"] },
      },
      {
        detail: {
          kind: "exec",
          path: "/bin/bash",
          args: ["bash", "/dev/shm/run.sh"],
          script: "/dev/shm/run.sh",
        },
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/env", args: ["env"] } },
      { detail: { kind: "exec", path: "/app/dev/shm/x", args: ["x"] } },
    ],
  },
});
