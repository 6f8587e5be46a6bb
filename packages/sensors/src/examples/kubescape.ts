/** Objects as Kubescape's node agent stores them, and what they become. */
import type { SensorExample } from "@plimsoll/core";

const digest = `sha256:${"4c0fdaa8b6341bfd".repeat(4)}`;
const metadata = {
  name: "replicaset-web-6f776c8fb5",
  namespace: "shop",
  creationTimestamp: "2026-09-01T10:00:00Z",
  annotations: { "kubescape.io/status": "completed", "kubescape.io/completion": "complete" },
  labels: {
    "kubescape.io/workload-kind": "Deployment",
    "kubescape.io/workload-name": "web",
    "kubescape.io/workload-namespace": "shop",
  },
};
const where = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
const event = { part: "event", time: "2026-09-01T10:00:00Z", trust: "tool" } as const;
const apiVersion = "spdx.softwarecomposition.kubescape.io/v1beta1";

export const examples: readonly SensorExample[] = [
  {
    title: "an application profile",
    record: {
      apiVersion,
      kind: "ApplicationProfile",
      metadata,
      spec: {
        architectures: ["amd64"],
        containers: [
          {
            name: "app",
            imageID: `docker.io/shop/web@${digest}`,
            imageTag: "shop/web:1",
            execs: [{ path: "/usr/sbin/nginx", args: ["/usr/sbin/nginx", "-g", "daemon off;"] }],
            opens: [
              { path: "/etc/nginx/nginx.conf", flags: ["O_RDONLY"] },
              { path: "/var/log/nginx/error.log", flags: ["O_APPEND", "O_CREAT", "O_WRONLY"] },
            ],
            syscalls: ["accept4"],
            capabilities: ["NET_BIND_SERVICE", "SYS_ADMIN"],
          },
        ],
      },
    },
    gives: [
      {
        ...event,
        where: { ...where, image: digest },
        start: true,
        detail: { kind: "exec", path: "/usr/sbin/nginx", args: ["-g", "daemon off;"] },
      },
      {
        ...event,
        where: { ...where, image: digest },
        detail: { kind: "file", operation: "open", path: "/etc/nginx/nginx.conf" },
      },
      {
        ...event,
        where: { ...where, image: digest },
        detail: { kind: "file", operation: "create", path: "/var/log/nginx/error.log" },
      },
      { ...event, where: { ...where, image: digest }, detail: { kind: "syscall", name: "accept4" } },
      {
        ...event,
        where: { ...where, image: digest },
        detail: { kind: "capability", name: "NET_BIND_SERVICE", granted: true, opportunistic: false },
      },
      {
        ...event,
        where: { ...where, image: digest },
        detail: { kind: "capability", name: "SYS_ADMIN", granted: true, opportunistic: true },
      },
    ],
  },
  {
    title: "a network neighbourhood that began late",
    record: {
      apiVersion,
      kind: "NetworkNeighborhood",
      metadata: { ...metadata, annotations: { "kubescape.io/completion": "partial" } },
      spec: {
        containers: [
          {
            name: "app",
            egress: [
              {
                identifier: "a1",
                type: "external",
                dns: "api.example.",
                dnsNames: ["api.example."],
                ipAddress: "203.0.113.7",
                ports: [{ name: "TCP-443", protocol: "TCP", port: 443 }],
              },
            ],
            ingress: [
              {
                identifier: "b2",
                type: "internal",
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "front" } },
                podSelector: { matchLabels: { app: "front" } },
                ports: [{ name: "TCP-8080", protocol: "TCP", port: 8080 }],
              },
            ],
          },
        ],
      },
    },
    gives: [
      {
        ...event,
        where,
        detail: {
          kind: "connection",
          operation: "connect",
          direction: "out",
          protocol: "TCP",
          port: 443,
          peer: { address: "203.0.113.7", dnsName: "api.example" },
        },
      },
      { ...event, where, detail: { kind: "dns", question: "api.example" } },
      {
        ...event,
        where,
        detail: {
          kind: "connection",
          operation: "accept",
          direction: "in",
          protocol: "TCP",
          port: 8080,
          peer: { namespace: "front" },
        },
      },
    ],
  },
  {
    title: "one without a workload",
    record: { apiVersion, kind: "ContainerProfile", metadata: { name: "x" }, spec: {} },
    gives: [{ part: "rejected", why: "no-workload" }],
  },
];
