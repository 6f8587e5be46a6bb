/** Logs that were removed or emptied. */
import { defineDetection } from "@plimsoll/core";

export const clearLogs = defineDetection({
  id: "clear-logs",
  title: "Logs were removed",
  severity: "medium",
  why: "Who removes traces has left some.",
  techniques: ["T1070.002"],
  equivalents: ["falco: Clear Log Activities"],
  closedBy: ["writable-root-filesystem"],
  kinds: ["file", "exec"],
  when: "detail.kind == 'file' ? detail.operation == 'unlink' && detail.path.matches('^/var/log/(wtmp|btmp|lastlog|faillog|auth\\\\.log|secure|messages|syslog|audit/.*|.*access\\\\.log|.*error\\\\.log)$') && settled && !learned : name in ['rm', 'shred', 'truncate', 'busybox', 'unlink'] && line.matches('(^| )/var/log(/|$| )') && !learned",
  examples: {
    present: [
      { detail: { kind: "file", operation: "unlink", path: "/var/log/auth.log" }, settled: true },
      {
        shows: ["falco: Clear Log Activities"],
        detail: {
          kind: "exec",
          path: "/usr/bin/truncate",
          args: ["truncate", "-s", "0", "/var/log/nginx/access.log"],
        },
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "file", operation: "unlink", path: "/var/log/app.1.gz" }, settled: true },
      { detail: { kind: "exec", path: "/usr/bin/rm", args: ["rm", "/tmp/x"] }, settled: true },
    ],
  },
});
