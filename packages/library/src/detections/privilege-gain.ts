/** A user who became root. */
import { defineDetection } from "@plimsoll/core";

export const privilegeGain = defineDetection({
  id: "privilege-gain",
  title: "A program gained root",
  severity: "high",
  why: "A program with the setuid bit gave a user root: expected of ping, not of what runs in a container.",
  techniques: ["T1548.001"],
  equivalents: [
    "falco: Non sudo setuid",
    "falco: Sudo Potential Privilege Escalation",
    "falco: Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)",
  ],
  closedBy: ["privilege-escalation"],
  kinds: ["setuid"],
  when: "detail.to == 0 && detail.from != 0 && origin != 'set-up' && !learned",
  examples: {
    present: [{ detail: { kind: "setuid", path: "/usr/bin/su", from: 1000, to: 0 }, settled: true }],
    absent: [
      { detail: { kind: "setuid", path: "/usr/sbin/nginx", from: 0, to: 33 }, settled: true },
      { detail: { kind: "setuid", path: "/usr/bin/su", from: 1000, to: 0 }, origin: "set-up", settled: true },
    ],
  },
});
