import { defineControl } from "@plimsoll/core";
import { webhook } from "./example.ts";

export const webhookSeesSecrets = defineControl({
  id: "webhook-sees-secrets",
  title: "Admission webhooks are not handed secrets",
  severity: "medium",
  why: "A webhook for all resources, or for `secrets`, receives every secret in the clear as it is written. Whoever takes over that one pod reads along.",
  remediation:
    "List in the webhook's `rules` the resources that it decides about, without secrets. For secrets, a ValidatingAdmissionPolicy decides within the API server and hands nothing out.",
  equivalents: ["kubescape:C-0036", "kubescape:C-0039"],
  grants: "secret-access",
  target: "webhook",
  each: "webhooks",
  validate:
    "!item.?rules.orValue([]).exists(rule, rule.?apiGroups.orValue([]).exists(group, group in ['', '*']) && rule.?resources.orValue([]).exists(name, name in ['*', '*/*', 'secrets']) && rule.?operations.orValue([]).exists(operation, operation in ['*', 'CREATE', 'UPDATE']))",
  path: "rules",
  message: "The webhook receives every secret that is written",
  noFix: "Which resources the webhook decides about is known to whoever made it.",
  examples: {
    pass: [{ resources: [webhook("ValidatingWebhookConfiguration", {})] }],
    fail: [
      {
        resources: [
          webhook("MutatingWebhookConfiguration", {
            rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE"], resources: ["*"] }],
          }),
        ],
      },
    ],
  },
});
