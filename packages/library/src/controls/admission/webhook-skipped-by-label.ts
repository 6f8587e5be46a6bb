import { defineControl } from "@plimsoll/core";
import { webhook } from "./example.ts";

export const webhookSkippedByLabel = defineControl({
  id: "webhook-skipped-by-label",
  title: "Objects cannot excuse themselves from a guarding webhook",
  severity: "low",
  why: "With an `objectSelector`, the webhook skips objects by a label that whoever makes them writes. An attacker sets it, or leaves it off, and is not asked.",
  remediation:
    "Replace the `objectSelector` by a `namespaceSelector`, since few may label namespaces, or forbid the label by a policy of its own. Objects that were skipped are judged from then on.",
  equivalents: [],
  target: "webhook",
  each: "webhooks",
  when: "object.kind == 'ValidatingWebhookConfiguration'",
  validate:
    "size(item.?objectSelector.?matchLabels.orValue({})) == 0 && size(item.?objectSelector.?matchExpressions.orValue([])) == 0",
  path: "objectSelector",
  message: "Objects choose by a label whether the webhook judges them",
  noFix: "Why some objects are left out is known to whoever made it.",
  examples: {
    pass: [{ resources: [webhook("ValidatingWebhookConfiguration", {})] }],
    fail: [
      {
        resources: [
          webhook("ValidatingWebhookConfiguration", {
            objectSelector: {
              matchExpressions: [{ key: "policy.example.com/skip", operator: "DoesNotExist" }],
            },
          }),
        ],
      },
    ],
  },
});
