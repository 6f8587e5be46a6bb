import { defineControl, isJsonObject, type Inventory, type Json, type Judgement } from "@plimsoll/core";
import { pathText, recordRef } from "../identity/place.ts";
import { credentialIn, exampleCredential } from "./credential.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.records) {
    const { annotations } = record.resource.metadata as { readonly annotations?: Json };
    if (!isJsonObject(annotations)) continue;
    for (const [key, value] of Object.entries(annotations)) {
      const found = credentialIn(value);
      if (found === undefined) continue;
      yield {
        resource: recordRef(record),
        path: pathText("metadata", "annotations", key),
        result: "fail",
        because: `The annotation ${key} holds what looks like ${found}`,
      };
    }
    yield {
      resource: recordRef(record),
      result: "pass",
      because: "its other annotations look like no credential",
    };
  }
}

export const credentialInAnnotation = defineControl({
  id: "credential-in-annotation",
  title: "No password or key stands in an annotation",
  severity: "high",
  why: "Everyone who may list the resource reads its annotations, and tools copy them into metrics, logs and tickets. Nobody thinks of them as a secret.",
  remediation:
    "Remove the annotation and keep a new credential in a Secret that the controller reads. The old one must count as known.",
  equivalents: ["kubescape:C-0012"],
  grants: "secret-access",
  target: "cluster",
  reads: [],
  judge,
  noFix: "The credential must be changed where it came from, and its successor kept elsewhere.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "web", namespace: "default", annotations: { team: "shop" } },
            spec: { ports: [{ port: 80 }] },
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: {
              name: "web",
              namespace: "default",
              annotations: { "example.com/token": exampleCredential },
            },
            spec: { ports: [{ port: 80 }] },
          },
        ],
      },
    ],
  },
});
