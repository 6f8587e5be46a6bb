import { defineControl, isJsonObject, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/Secret")) {
    const resource = recordRef(record);
    const path = isJsonObject(record.resource["stringData"]) ? "stringData" : "data";
    const filled = ["data", "stringData"].some((list) => {
      const entries = record.resource[list];
      return isJsonObject(entries) && Object.keys(entries).length > 0;
    });
    if (record.source.file === "cluster")
      yield { resource, result: "skip", because: "it was read from a cluster, not from a file" };
    else if (filled)
      yield {
        resource,
        path,
        result: "fail",
        because: "The secret's values stand in a file, in base64 or plain",
      };
    else yield { resource, result: "pass", because: "no values stand in it" };
  }
}

function secret(fields: { readonly [key: string]: { readonly [key: string]: string } }) {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "db", namespace: "default" },
    type: "Opaque",
    ...fields,
  };
}

export const secretInManifest = defineControl({
  id: "secret-in-manifest",
  title: "Secrets are not kept in manifests",
  severity: "high",
  why: "Base64 hides nothing. Whoever reads the repository, a fork of it or the build's log has the password, and Git keeps it after it was deleted.",
  remediation:
    "Remove the Secret from the manifests and change what it holds, which must count as known. Keep the new one in a secret store and let External Secrets, the Secrets Store CSI driver or Sealed Secrets make the Secret in the cluster.",
  equivalents: ["kubescape:C-0012"],
  grants: "secret-access",
  target: "cluster",
  reads: [],
  judge,
  noFix: "The credential must be changed where it came from, and its successor kept elsewhere.",
  examples: {
    pass: [{ resources: [secret({})] }],
    fail: [
      { resources: [secret({ stringData: { password: "plimsoll-redacted:secret:0:0000000000000000" } })] },
    ],
  },
});
