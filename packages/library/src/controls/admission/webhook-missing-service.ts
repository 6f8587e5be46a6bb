import { defineControl, isJsonObject, targetKinds, type Inventory, type Judgement } from "@plimsoll/core";
import { pathText, recordRef } from "../identity/place.ts";
import { objectsIn } from "../network/gateways.ts";
import { absent } from "../network/references.ts";
import { webhook } from "./example.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of targetKinds.webhook.flatMap((kind) => inventory.ofKind(kind))) {
    for (const [index, entry] of objectsIn(record.resource["webhooks"]).entries()) {
      const client = isJsonObject(entry["clientConfig"]) ? entry["clientConfig"] : {};
      const service = client["service"];
      if (!isJsonObject(service)) continue;
      const [namespace, name] = [String(service["namespace"]), String(service["name"])];
      const found = inventory.get({ apiVersion: "v1", kind: "Service", namespace, name });
      yield {
        resource: recordRef(record),
        path: pathText("webhooks", index, "clientConfig", "service"),
        ...(found === undefined
          ? absent(inventory, `Service ${namespace}/${name}`)
          : { result: "pass", because: `Service ${name} is there` }),
      };
    }
  }
}

export const webhookMissingService = defineControl({
  id: "webhook-missing-service",
  title: "Admission webhooks lead to a service that exists",
  severity: "high",
  why: "Left behind by something that was removed, the webhook stops every change it is asked about, or lets it through unseen. Whoever may create a Service of that name, and has a certificate for it, decides about them.",
  remediation: "Delete the webhook configuration if its program is gone, or install the program again.",
  equivalents: [],
  grants: "denial-of-service",
  target: "webhook",
  reads: ["v1/Service"],
  judge,
  noFix: "Whether the webhook is left over or its program is missing is not visible.",
  examples: {
    pass: [
      {
        resources: [
          webhook("ValidatingWebhookConfiguration", {}),
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "policy", namespace: "policy" },
            spec: { ports: [{ port: 443 }] },
          },
        ],
      },
    ],
    fail: [{ resources: [webhook("ValidatingWebhookConfiguration", {})] }],
  },
});
