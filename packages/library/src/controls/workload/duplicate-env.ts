import { defineControl } from "@plimsoll/core";

export const duplicateEnv = defineControl({
  id: "duplicate-env",
  title: "Each environment variable is set once",
  severity: "low",
  why: "Of two entries with one name the last wins, with no more than a warning. The value that a reviewer reads first (a stricter mode, a test address) is not the one that runs.",
  remediation:
    "Delete the entry of the variable that is not meant. Today's behaviour is the last one's; deleting that one changes it. `kubectl apply` also loses one of the two on some later change.",
  equivalents: [
    "kubescape:C-0295",
    "kube-linter:duplicate-env-var",
    "kube-score:environment-variable-key-duplication",
  ],
  target: "container",
  each: "env",
  validate: "container.env.exists_one(other, other.name == item.name)",
  path: "name",
  message: "The environment variable is set more than once",
  noFix: "Which of the two is meant is not in the manifest.",
  examples: {
    pass: [
      {
        container: {
          env: [
            { name: "MODE", value: "strict" },
            { name: "PORT", value: "8080" },
          ],
        },
      },
    ],
    fail: [
      {
        container: {
          env: [
            { name: "MODE", value: "strict" },
            { name: "MODE", value: "off" },
          ],
        },
      },
    ],
  },
});
