import { defineControl } from "@plimsoll/core";
import { webhook } from "./example.ts";

export const webhookHoldsSystem = defineControl({
  id: "webhook-holds-system",
  title: "Admission webhooks leave kube-system alone",
  severity: "medium",
  why: "A webhook that must answer for kube-system's pods, and runs itself on what those bring, can lock the cluster: its own pod is not made because it does not answer. Whoever stops it stops every repair.",
  remediation:
    "Add a `namespaceSelector` that leaves out kube-system (`kubernetes.io/metadata.name NotIn`) and the webhook's own namespace. Pods there are then guarded by roles and Pod Security alone.",
  equivalents: [],
  grants: "denial-of-service",
  reference:
    "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#avoiding-operating-on-the-kube-system-namespace",
  target: "webhook",
  each: "webhooks",
  when: "item.?failurePolicy.orValue('Fail') == 'Fail' && item.?rules.orValue([]).exists(rule, rule.?resources.orValue([]).exists(name, name in ['*', '*/*', 'pods', 'pods/*']))",
  validate:
    "size(item.?namespaceSelector.?matchLabels.orValue({})) > 0 || item.?namespaceSelector.?matchExpressions.orValue([]).exists(entry, entry.operator in ['Exists', 'In'] || (entry.operator == 'NotIn' && (entry.key != 'kubernetes.io/metadata.name' || 'kube-system' in entry.?values.orValue([]))) || entry.operator == 'DoesNotExist') || item.?matchConditions.orValue([]).exists(condition, condition.expression.contains('kube-system'))",
  path: "namespaceSelector",
  message: "The webhook must answer for the pods of kube-system",
  noFix: "Which other namespaces the webhook needs for its own start is not visible.",
  examples: {
    pass: [
      {
        resources: [
          webhook("ValidatingWebhookConfiguration", {
            namespaceSelector: {
              matchExpressions: [
                { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system", "policy"] },
              ],
            },
          }),
        ],
      },
      {
        name: "it may be down",
        resources: [webhook("MutatingWebhookConfiguration", { failurePolicy: "Ignore" })],
      },
    ],
    fail: [{ resources: [webhook("ValidatingWebhookConfiguration", {})] }],
  },
});
