/** A block device or the memory of the node. */
import { defineDetection } from "@plimsoll/core";

export const deviceAccess = defineDetection({
  id: "device-access",
  title: "A disk of the node was opened",
  severity: "critical",
  why: "A container that opens the node's disk reads and writes every file on it.",
  techniques: ["T1611", "T1006"],
  equivalents: ["falco: Privileged Container Device Access"],
  closedBy: ["privileged-container"],
  kinds: ["file"],
  when: "detail.operation in ['open', 'write', 'create'] && !has(detail.refused) && !learned && detail.path.matches('^/dev/(sd[a-z]+[0-9]*|vd[a-z]+[0-9]*|xvd[a-z]+[0-9]*|nvme[0-9]+n[0-9]+(p[0-9]+)?|dm-[0-9]+|mapper/.+|mem|kmem|port)$')",
  examples: {
    present: [{ detail: { kind: "file", operation: "open", path: "/dev/vda1" }, settled: true }],
    absent: [{ detail: { kind: "file", operation: "open", path: "/dev/null" }, settled: true }],
  },
});
