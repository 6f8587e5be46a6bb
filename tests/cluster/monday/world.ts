/** What Monday's test runs on: two web servers. */
import type { JsonObject, Resource } from "@plimsoll/core";

export const namespace = "monday";

/** A web server that anybody on the network reaches and that is root on the node; it needs neither. */
export function workload(name: string, start: string): readonly Resource[] {
  const script = `${start}; mkdir -p /srv/cgi-bin; exec httpd -f -p 8080 -h /srv`;
  const spec: JsonObject = {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "app",
        image: "plimsoll.test/busybox:1.35",
        imagePullPolicy: "Never",
        command: ["sh", "-ec", name === "web" ? "exec httpd -f -p 8080 -h /srv" : script],
        ports: [{ containerPort: 8080 }],
        ...(name === "web"
          ? { securityContext: { privileged: true }, volumeMounts: [{ name: "srv", mountPath: "/srv" }] }
          : {}),
      },
    ],
    ...(name === "web" ? { volumes: [{ name: "srv", configMap: { name } }] } : {}),
  };
  const labels = { app: name };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { "index.html": "ok" } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels },
        strategy: { type: "Recreate" },
        template: { metadata: { labels }, spec },
      },
    },
    ...(name === "web"
      ? [
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name, namespace },
            spec: { type: "NodePort", selector: labels, ports: [{ port: 8080 }] },
          },
        ]
      : []),
  ];
}
