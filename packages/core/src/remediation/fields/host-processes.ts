/** `hostPID`: refuses the sight of the node's processes, and what is done to them. */
import type { Missing } from "../../model/verdict.ts";
import type { Change, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";

const ofProcess = /^\/proc\/(\d+)(?:\/|$)/;
/** A program finds itself at `/proc/self`, which sensors tell as a number; a few of its own children besides. */
const ownProcesses = 3;

/** Process 1, and more processes of one pod than it can be thought to have itself. */
function foreign({ seen }: Change): readonly Seen<"file">[] {
  const files = seen.seen("file").filter(({ detail }) => ofProcess.test(detail.path));
  const byPod = new Map<string, Set<string>>();
  for (const { detail, observation } of files)
    for (const { pod } of observation.support)
      byPod.set(pod, (byPod.get(pod) ?? new Set()).add(ofProcess.exec(detail.path)![1]!));
  const many = [...byPod.values()].some((ids) => ids.size > ownProcesses);
  return files.filter(({ detail }) => many || ofProcess.exec(detail.path)![1] === "1");
}

function signals({ seen }: Change): readonly Missing[] {
  return seen.seen("signal").length === 0
    ? []
    : [
        {
          text: "to whose processes it sends signals",
          remedy: "look at what it signals: a process of the node, or its own",
        },
      ];
}

const host = { pod: { hostPID: true } };

export const hostProcesses = defineField({
  id: "host-processes",
  title: "processes of the node",
  paths: ["pod.hostPID"],
  effective: ({ pod }) => pod["hostPID"] === true,
  judge: (change) =>
    change.after.pod["hostPID"] === true
      ? clearByConstruction("It sees more than before")
      : byObservation(change, {
          kinds: ["file", "kernel", "signal"],
          refused: [
            ...foreign(change),
            ...change.seen
              .seen("kernel")
              .filter(({ detail }) => detail.operation === "ptrace" || detail.operation === "setns"),
          ],
          doing: "look at processes of the node",
          missing: signals(change),
        }),
  examples: {
    clear: [
      {
        name: "it looks at itself",
        before: host,
        after: {},
        seen: [{ kind: "file", operation: "open", path: "/proc/4711/cgroup" }],
      },
    ],
    breaks: [
      {
        name: "it enters namespaces of the node",
        before: host,
        after: {},
        seen: [{ kind: "kernel", operation: "setns", target: "mnt" }],
      },
      {
        name: "it looks at process 1",
        before: host,
        after: {},
        seen: [{ kind: "file", operation: "open", path: "/proc/1/mountinfo" }],
      },
    ],
    unknown: [
      { name: "nobody watched its files", before: host, after: {}, unseen: ["file"] },
      {
        name: "it sends signals",
        before: host,
        after: {},
        seen: [{ kind: "signal", name: "SIGHUP" }],
      },
    ],
  },
});
