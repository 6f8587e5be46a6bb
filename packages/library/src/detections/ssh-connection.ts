/** SSH to another port than 22. */
import { defineDetection } from "@plimsoll/core";

export const sshConnection = defineDetection({
  id: "ssh-connection",
  title: "An SSH client connects to an unusual port",
  severity: "medium",
  why: "Tunnels out of clusters are dug with SSH, to ports that nobody watches.",
  techniques: ["T1021.004", "T1572"],
  equivalents: ["falco: Disallowed SSH Connection Non Standard Port", "R1003"],
  closedBy: ["default-deny-egress"],
  kinds: ["exec"],
  when: "name in ['ssh', 'sftp', 'scp', 'autossh', 'dbclient'] && line.matches('(^| )(-p|-P|-o *Port=) ?([0-9]+)') && !line.matches('(^| )(-p|-P|-o *Port=) ?22( |$)') && !learned",
  examples: {
    present: [
      {
        shows: ["falco: Disallowed SSH Connection Non Standard Port", "R1003"],
        detail: { kind: "exec", path: "/usr/bin/ssh", args: ["ssh", "-p", "443", "root@203.0.113.9"] },
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/ssh", args: ["ssh", "git@example.com"] }, settled: true },
      {
        detail: { kind: "exec", path: "/usr/bin/ssh", args: ["ssh", "-p", "22", "x@example.com"] },
        settled: true,
      },
    ],
  },
});
