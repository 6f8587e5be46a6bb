/** `hostIPC`: refuses memory and queues shared with processes of the node. */
import type { Change, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { mountHolding } from "./site.ts";

const sharing = /^(?:shmget|shmat|semget|semop|semtimedop|msgget|msgsnd|msgrcv|mq_open|ipc)$/;
const sharedFiles = /^\/dev\/(?:shm|mqueue)\/./;

function shares({ seen, after }: Change): readonly Seen[] {
  return [
    ...seen.seen("syscall").filter(({ detail }) => sharing.test(detail.name)),
    ...seen
      .seen("file")
      .filter(
        ({ detail }) => sharedFiles.test(detail.path) && mountHolding(after, detail.path) === undefined,
      ),
  ];
}

const host = { pod: { hostIPC: true } };

export const hostIpc = defineField({
  id: "host-ipc",
  title: "memory and queues shared with the node",
  paths: ["pod.hostIPC"],
  effective: ({ pod }) => pod["hostIPC"] === true,
  judge: (change) =>
    change.after.pod["hostIPC"] === true
      ? clearByConstruction("It shares more than before")
      : byObservation(change, {
          kinds: ["syscall", "file"],
          refused: shares(change),
          doing: "use shared memory, semaphores or queues, which may be the node's",
        }),
  examples: {
    clear: [
      { name: "it shares nothing", before: host, after: {}, seen: [{ kind: "syscall", name: "read" }] },
    ],
    breaks: [
      { name: "it attaches memory", before: host, after: {}, seen: [{ kind: "syscall", name: "shmget" }] },
      {
        name: "it opens shared memory by name",
        before: host,
        after: {},
        seen: [{ kind: "file", operation: "open", path: "/dev/shm/ring" }],
      },
    ],
    unknown: [{ name: "nobody watched system calls", before: host, after: {}, unseen: ["syscall"] }],
  },
});
