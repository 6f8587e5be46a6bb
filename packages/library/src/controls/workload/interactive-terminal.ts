import { defineControl } from "@plimsoll/core";

export const interactiveTerminal = defineControl({
  id: "interactive-terminal",
  title: "Containers keep no terminal open",
  severity: "low",
  why: "With `stdin` and `tty` set, the container waits at a prompt for whoever attaches. It is the mark of a pod that someone works in by hand, and `kubectl attach` is a shell there for everyone who may attach.",
  remediation:
    "Remove `stdin` and `tty`. Programs that end when their input closes (a bare shell, some interpreters) then stop at once: give them the command they were kept open for.",
  equivalents: ["gatekeeper:k8sdisallowinteractivetty"],
  target: "container",
  validate: "!(container.?stdin.orValue(false) && container.?tty.orValue(false))",
  path: "tty",
  message: "The container keeps a terminal open",
  fix: [{ remove: "tty" }, { remove: "stdin" }],
  examples: {
    pass: [{ container: {} }, { container: { tty: true } }],
    fail: [{ container: { stdin: true, tty: true } }],
  },
});
