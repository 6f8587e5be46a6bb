import { defineControl } from "@plimsoll/core";
import { webhook } from "./example.ts";

export const webhookOutside = defineControl({
  id: "webhook-outside",
  title: "Admission webhooks run in the cluster",
  severity: "medium",
  why: "A webhook by address sends objects, with what is in them, out of the cluster, and lets whoever owns that address decide about them.",
  remediation:
    "Run the webhook in the cluster and name its Service in place of the `url`. Some managed clusters bring such webhooks of their own: accept those with that reason. Until it is moved, changes wait for a machine elsewhere.",
  equivalents: ["kubescape:C-0036", "kubescape:C-0039"],
  grants: "information",
  target: "webhook",
  each: "webhooks",
  validate: "!has(item.clientConfig.url)",
  path: "clientConfig.url",
  message: "Objects are sent to an address outside the cluster",
  noFix: "The webhook's program has to be brought into the cluster.",
  examples: {
    pass: [{ resources: [webhook("ValidatingWebhookConfiguration", {})] }],
    fail: [
      {
        resources: [
          webhook("ValidatingWebhookConfiguration", {
            clientConfig: { url: "https://policy.example.com/validate" },
          }),
        ],
      },
    ],
  },
});
