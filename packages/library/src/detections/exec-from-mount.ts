/** A program on a volume that was not run while the workload was learned. */
import { defineDetection } from "@plimsoll/core";

export const execFromMount = defineDetection({
  id: "exec-from-mount",
  title: "A program ran from a volume",
  severity: "medium",
  why: "Volumes are for data: a program on one came there after the image was built, by whoever may write to it.",
  techniques: ["T1059"],
  equivalents: ["R1004"],
  closedBy: [],
  kinds: ["exec"],
  when: "has(detail.onRootFilesystem) && !detail.onRootFilesystem && !detail.path.startsWith('/memfd:') && !detail.path.startsWith('/dev/shm/') && settled && !learned",
  examples: {
    present: [
      {
        shows: ["R1004"],
        detail: { kind: "exec", path: "/data/run", args: ["run"], onRootFilesystem: false },
        settled: true,
      },
    ],
    absent: [
      {
        detail: { kind: "exec", path: "/usr/bin/app", args: ["app"], onRootFilesystem: true },
        settled: true,
      },
      {
        detail: { kind: "exec", path: "/data/run", args: ["run"], onRootFilesystem: false },
        earlier: [{ kind: "exec", path: "/data/run", args: ["run"], onRootFilesystem: false }],
        settled: true,
      },
      { detail: { kind: "exec", path: "/data/run", args: ["run"], onRootFilesystem: false } },
    ],
  },
});
