/** A container that enters or makes namespaces. */
import { defineDetection } from "@plimsoll/core";

export const namespaceChange = defineDetection({
  id: "namespace-change",
  title: "A container entered or made namespaces",
  severity: "high",
  why: "Namespaces are what keeps it in: nsenter and unshare are how people leave.",
  techniques: ["T1611"],
  equivalents: ["falco: Change thread namespace", "falco: Change namespace privileges via unshare", "R1006"],
  closedBy: ["host-pid", "privileged-container"],
  kinds: ["kernel", "exec"],
  when: "detail.kind == 'kernel' ? detail.operation in ['unshare', 'setns'] && origin == 'entrypoint' && settled && !learned : name == 'nsenter' || (name == 'unshare' && !learned)",
  examples: {
    present: [
      { detail: { kind: "exec", path: "/usr/bin/nsenter", args: ["nsenter", "-t", "1", "-m", "sh"] } },
      {
        shows: ["R1006"],
        detail: { kind: "kernel", operation: "unshare" },
        origin: "entrypoint",
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "kernel", operation: "unshare" }, origin: "set-up", settled: true },
      { detail: { kind: "kernel", operation: "setns" }, origin: "exec", settled: true },
      { detail: { kind: "exec", path: "/usr/bin/env", args: ["env"] } },
    ],
  },
});
