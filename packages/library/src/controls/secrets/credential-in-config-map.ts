import { defineControl, isJsonObject, type Inventory, type Judgement } from "@plimsoll/core";
import { pathText, recordRef } from "../identity/place.ts";
import { credentialIn, exampleCredential } from "./credential.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/ConfigMap")) {
    for (const list of ["data", "binaryData"]) {
      const entries = record.resource[list];
      if (!isJsonObject(entries)) continue;
      for (const [key, value] of Object.entries(entries)) {
        const found = credentialIn(value);
        yield {
          resource: recordRef(record),
          path: pathText(list, key),
          ...(found === undefined
            ? { result: "pass", because: "its text looks like no credential" }
            : { result: "fail", because: `The entry ${key} holds what looks like ${found}` }),
        };
      }
    }
  }
}

export const credentialInConfigMap = defineControl({
  id: "credential-in-config-map",
  title: "No password or key stands in a ConfigMap",
  severity: "high",
  why: "ConfigMaps are seldom encrypted in etcd, and many roles read them that may not read Secrets. Whoever lists them has the account.",
  remediation:
    "Move the credential from the ConfigMap into a Secret, a new one, since the old must count as known. Mount it beside the ConfigMap, or let the program fill it into its configuration at start.",
  equivalents: ["kubescape:C-0012", "trivy:KSV-0109", "trivy:KSV-01010", "polaris:sensitiveConfigmapContent"],
  grants: "secret-access",
  target: "configmap",
  reads: [],
  judge,
  noFix: "The credential must be changed where it came from, and its successor kept elsewhere.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "web", namespace: "default" },
            data: { mode: "fast" },
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "web", namespace: "default" },
            data: { "application.properties": `db.password=${exampleCredential}` },
          },
        ],
      },
    ],
  },
});
