/** What Monday's test runs on: a web server of its own, and an operator of the sample workloads. */
import type { Resource } from "@plimsoll/core";

export const namespace = "monday";

/** It lists certificates, looks whether the Secret of each is there, notes that; and may do everything. */
export const operator = {
  namespace: "platform",
  name: "cert-operator",
  user: "system:serviceaccount:platform:cert-operator",
} as const;

/** A web server that writes when it starts. */
export function writer(): readonly Resource[] {
  const name = "writes";
  const labels = { app: name };
  const script = "mkdir -p /var/kept; date >/var/kept/start; exec httpd -f -p 8080 -h /srv";
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels },
        strategy: { type: "Recreate" },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [
              {
                name: "app",
                image: "plimsoll.test/busybox:1.35",
                imagePullPolicy: "Never",
                command: ["sh", "-ec", script],
                ports: [{ containerPort: 8080 }],
              },
            ],
          },
        },
      },
    },
  ];
}

/** Who asks the service may see what stands in roles of the cluster: what the service tells of them goes by that. */
export const sight: readonly Resource[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "monday-sight" },
    rules: [
      {
        apiGroups: ["rbac.authorization.k8s.io"],
        resources: ["clusterroles"],
        verbs: ["get", "list", "watch"],
      },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "monday-sight" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "monday-sight" },
    subjects: [{ kind: "ServiceAccount", name: "installed-viewer", namespace: "default" }],
  },
];
