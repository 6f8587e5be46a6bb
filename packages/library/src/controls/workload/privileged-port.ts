import { defineControl } from "@plimsoll/core";

export const privilegedPort = defineControl({
  id: "privileged-port",
  title: "Containers listen on ports above 1023",
  severity: "low",
  why: "A port below 1024 makes the container start as root, hold NET_BIND_SERVICE or have the bound lowered for it: three ways of giving a web server more than it needs.",
  remediation:
    "Let the program listen on a high port (8080, 8443) and keep the low one on the Service, where clients see it. Change the image's configuration, the container's port, its probes and the Service's `targetPort` together.",
  equivalents: ["trivy:KSV-0117", "kube-linter:privileged-ports"],
  target: "container",
  each: "ports",
  validate: "item.containerPort >= 1024 || item.containerPort == 22",
  path: "containerPort",
  message: "The container listens on a port below 1024",
  noFix: "The program's own configuration names the port as well.",
  examples: {
    pass: [{ container: { ports: [{ containerPort: 8080 }] } }],
    fail: [{ container: { ports: [{ containerPort: 80 }] } }],
  },
});
