import { defineControl } from "@plimsoll/core";

export const sshPort = defineControl({
  id: "ssh-port",
  title: "Containers serve no SSH",
  severity: "low",
  why: "A login service in a container is a second way in, with keys and passwords of its own that neither RBAC nor the audit log knows of.",
  remediation:
    "Remove the SSH server and its port; use `kubectl exec` or `kubectl debug`, which ask the API server and leave a trace. Git servers and SFTP drop boxes speak SSH by function: note that in an exception.",
  equivalents: ["kubescape:C-0042", "kube-linter:ssh-port"],
  target: "container",
  each: "ports",
  validate: "item.containerPort != 22 || item.?protocol.orValue('TCP') != 'TCP'",
  path: "containerPort",
  message: "The container serves the SSH port",
  noFix: "The server must leave the image; the port in the manifest only tells of it.",
  examples: {
    pass: [{ container: { ports: [{ containerPort: 8080 }] } }],
    fail: [{ container: { ports: [{ containerPort: 22 }] } }],
  },
});
