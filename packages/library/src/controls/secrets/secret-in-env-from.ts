import { defineControl } from "@plimsoll/core";

export const secretInEnvFrom = defineControl({
  id: "secret-in-env-from",
  title: "Whole secrets are not turned into variables",
  severity: "low",
  why: "`envFrom` makes a variable of every key of the Secret, those added later included. The program leaks what it never needed, and a key named `LD_PRELOAD` or `PATH` changes how it runs.",
  remediation:
    "Mount the Secret as a volume, or name the keys that are needed one by one. Variables that the program read by luck are missing afterwards.",
  equivalents: [
    "kubescape:C-0207",
    "prowler:core_no_secrets_envs",
    "checkov:CKV_K8S_35",
    "kube-linter:read-secret-from-env-var",
  ],
  grants: "secret-access",
  target: "container",
  each: "envFrom",
  validate: "!has(item.secretRef)",
  path: "secretRef",
  message: "Every key of a secret becomes an environment variable",
  noFix: "Which of the keys the program reads is not written in the pod spec.",
  examples: {
    pass: [{ container: { envFrom: [{ configMapRef: { name: "web" } }] } }],
    fail: [{ container: { envFrom: [{ secretRef: { name: "db" } }] } }],
  },
});
