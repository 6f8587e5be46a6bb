import { defineControl } from "@plimsoll/core";

export const secretInEnv = defineControl({
  id: "secret-in-env",
  title: "Secrets reach containers as files, not as variables",
  severity: "low",
  why: "Environment variables are inherited by every child process, shown by `/proc`, debug pages and crash reports, and end in logs. They also keep the old value until the pod restarts.",
  remediation:
    "Mount the Secret as a volume and let the program read the file; many accept `…_FILE` variables. The program must be told where, or it starts without its password.",
  equivalents: [
    "kubescape:C-0207",
    "kube-linter:read-secret-from-env-var",
    "kube-linter:env-var-secret",
    "prowler:core_no_secrets_envs",
    "checkov:CKV_K8S_35",
  ],
  grants: "secret-access",
  target: "container",
  each: "env",
  validate: "!has(item.valueFrom) || !has(item.valueFrom.secretKeyRef)",
  path: "valueFrom.secretKeyRef",
  message: "A secret is handed over as an environment variable",
  noFix: "The program has to be told to read a file in its place.",
  examples: {
    pass: [{ container: { env: [{ name: "MODE", value: "fast" }] } }],
    fail: [
      {
        container: {
          env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }],
        },
      },
    ],
  },
});
