import { defineControl } from "@plimsoll/core";
import { service } from "./example.ts";

export const externalNameService = defineControl({
  id: "external-name-service",
  title: "Services do not point at names outside",
  severity: "low",
  why: "An ExternalName Service sends whoever trusts it to a name that its writer chose: past network policies that look at the Service, to the cloud's metadata service, or to a domain that somebody lets lapse.",
  remediation:
    "Delete the ExternalName Service and let programs call the outside name themselves. Their policy and their TLS check then name it. Clients of the Service must be changed first.",
  equivalents: [],
  target: "service",
  validate: "object.spec.?type.orValue('ClusterIP') != 'ExternalName'",
  path: "spec.externalName",
  message: "The Service stands for a name outside the cluster",
  noFix: "Its clients have to be told the outside name first.",
  examples: {
    pass: [{ resources: [service({})] }],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "db", namespace: "default" },
            spec: { type: "ExternalName", externalName: "db.example.com" },
          },
        ],
      },
    ],
  },
});
