import { defineControl } from "@plimsoll/core";
import { webhook } from "./example.ts";

export const webhookTimeout = defineControl({
  id: "webhook-timeout",
  title: "Admission webhooks answer quickly or not at all",
  severity: "low",
  why: "Each request waits for its webhooks. With timeouts above ten seconds a slow one stretches every change until clients give up, and a few slow requests fill the API server.",
  remediation:
    "Set `timeoutSeconds` to 10 or less. A webhook that needs longer is then treated as its `failurePolicy` says.",
  equivalents: [],
  grants: "denial-of-service",
  target: "webhook",
  each: "webhooks",
  validate: "item.?timeoutSeconds.orValue(10) <= 10",
  path: "timeoutSeconds",
  message: "Requests wait long for the webhook",
  fix: [{ set: "timeoutSeconds", to: 10 }],
  examples: {
    pass: [{ resources: [webhook("ValidatingWebhookConfiguration", { timeoutSeconds: 5 })] }],
    fail: [{ resources: [webhook("ValidatingWebhookConfiguration", { timeoutSeconds: 30 })] }],
  },
});
