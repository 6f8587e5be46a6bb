/** A package manager that installs. */
import { defineDetection } from "@plimsoll/core";

export const packageManager = defineDetection({
  id: "package-manager",
  title: "Software was installed in a running container",
  severity: "medium",
  why: "What is installed now is in no image and no scan; intruders bring their tools this way.",
  techniques: ["T1505", "T1072"],
  equivalents: ["falco: Launch Package Management Process in Container", "falco: Update Package Repository"],
  closedBy: ["writable-root-filesystem"],
  kinds: ["exec"],
  when: "((name in ['apt', 'apt-get', 'aptitude', 'dpkg', 'yum', 'dnf', 'microdnf', 'zypper', 'rpm', 'apk', 'pacman', 'snap'] && line.matches('(^| )(install|add|update|upgrade|-i|-U|-S[a-z]*)( |$)')) || (name.matches('^(pip[0-9.]*|npm|gem|cargo|go)$') && line.matches('(^| )(install|add|i)( |$)'))) && !learned",
  examples: {
    present: [
      {
        detail: { kind: "exec", path: "/usr/bin/apt-get", args: ["apt-get", "install", "nmap"] },
        settled: true,
      },
      { detail: { kind: "exec", path: "/sbin/apk", args: ["apk", "add", "socat"] }, settled: true },
      { detail: { kind: "exec", path: "/usr/bin/pip3", args: ["pip3", "install", "x"] }, settled: true },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/dpkg", args: ["dpkg", "-l"] }, settled: true },
      { detail: { kind: "exec", path: "/usr/bin/npm", args: ["npm", "start"] }, settled: true },
    ],
  },
});
