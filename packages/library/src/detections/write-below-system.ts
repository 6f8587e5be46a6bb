/** Programs and libraries of the image that were changed. */
import { defineDetection } from "@plimsoll/core";

export const writeBelowSystem = defineDetection({
  id: "write-below-system",
  title: "A program or library of the image was changed",
  severity: "high",
  why: "What stands in /usr/bin after that is not what was scanned.",
  techniques: ["T1543", "T1554"],
  equivalents: [
    "falco: Write below binary dir",
    "falco: Modify binary dirs",
    "falco: Mkdir binary dirs",
    "falco: Write below etc",
  ],
  closedBy: ["writable-root-filesystem"],
  kinds: ["file"],
  when: "detail.operation in ['write', 'create', 'rename', 'unlink', 'chmod', 'link', 'symlink'] && !has(detail.refused) && settled && !learned && detail.path.matches('^/(usr/)?(local/)?(s?bin|lib(64|32)?|libexec)/')",
  examples: {
    present: [
      { detail: { kind: "file", operation: "create", path: "/usr/bin/ls" }, settled: true },
      { detail: { kind: "file", operation: "rename", path: "/usr/local/bin/node" }, settled: true },
    ],
    absent: [
      { detail: { kind: "file", operation: "create", path: "/usr/share/x" }, settled: true },
      { detail: { kind: "file", operation: "open", path: "/usr/bin/ls" }, settled: true },
    ],
  },
});
