/** exec, attach or port-forward by a service account. */
import { defineDetection } from "@plimsoll/core";

export const execIntoPod = defineDetection({
  id: "exec-into-pod",
  title: "A service account ran a command in a pod, or forwarded its ports",
  severity: "high",
  why: "What people do to debug, a service account does to spread.",
  techniques: ["T1609", "T1090"],
  equivalents: ["R2000", "R2001", "falco: Exfiltrating Artifacts via Kubernetes Control Plane"],
  closedBy: ["pods-exec"],
  kinds: ["api-request"],
  when: "detail.resource == 'pods' && has(detail.subresource) && detail.subresource in ['exec', 'attach', 'portforward', 'ephemeralcontainers'] && detail.allowed && !learned",
  examples: {
    present: [
      {
        shows: ["R2000"],
        detail: {
          kind: "api-request",
          verb: "create",
          group: "",
          resource: "pods",
          namespace: "shop",
          allowed: true,
          subresource: "exec",
        },
        settled: true,
      },
      {
        shows: ["R2001"],
        detail: {
          kind: "api-request",
          verb: "create",
          group: "",
          resource: "pods",
          namespace: "shop",
          allowed: true,
          subresource: "portforward",
        },
        settled: true,
      },
    ],
    absent: [
      {
        detail: {
          kind: "api-request",
          verb: "create",
          group: "",
          resource: "pods",
          namespace: "shop",
          allowed: true,
        },
        settled: true,
      },
      {
        detail: {
          kind: "api-request",
          verb: "create",
          group: "",
          resource: "pods",
          namespace: "shop",
          allowed: false,
          subresource: "exec",
        },
        settled: true,
      },
    ],
  },
});
