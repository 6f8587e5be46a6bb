import { defineControl } from "@plimsoll/core";
import { webhook } from "./example.ts";

export const webhookFailsOpen = defineControl({
  id: "webhook-fails-open",
  title: "Admission webhooks that guard refuse when they cannot answer",
  severity: "medium",
  why: "With `failurePolicy: Ignore` a webhook that is down, slow or kept busy lets everything through. An attacker floods it, or waits for the night it is restarted.",
  remediation:
    "Set `failurePolicy: Fail` on the webhook if it guards. Give it replicas, a disruption budget and a selector that leaves kube-system out first. From then on, changes are refused while the webhook is down.",
  equivalents: ["kubescape:C-0036"],
  target: "webhook",
  each: "webhooks",
  when: "object.kind == 'ValidatingWebhookConfiguration'",
  validate: "item.?failurePolicy.orValue('Fail') != 'Ignore'",
  path: "failurePolicy",
  message: "Everything is admitted while the webhook does not answer",
  fix: [{ set: "failurePolicy", to: "Fail" }],
  examples: {
    pass: [{ resources: [webhook("ValidatingWebhookConfiguration", {})] }],
    fail: [{ resources: [webhook("ValidatingWebhookConfiguration", { failurePolicy: "Ignore" })] }],
  },
});
