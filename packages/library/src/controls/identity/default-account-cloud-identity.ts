import { defineControl } from "@plimsoll/core";

export const defaultAccountCloudIdentity = defineControl({
  id: "default-account-cloud-identity",
  title: "The default service account carries no cloud identity",
  severity: "high",
  why: "The annotation lets pods of the account act in the cloud under a role there. On `default` that is every pod of the namespace that names no account: a hole in any of them reaches into the cloud account.",
  remediation:
    "Move the annotation to an account of its own and name that in the pod that needs the cloud. Other pods that used it unnoticed lose their access when they are next started.",
  equivalents: ["rbac-police:providerIAM", "kubescape:C-0225"],
  grants: "lateral-movement",
  target: "serviceaccount",
  when: "object.metadata.?name.orValue('') == 'default'",
  validate:
    "!object.metadata.?annotations.orValue({}).exists(key, key in ['eks.amazonaws.com/role-arn', 'iam.gke.io/gcp-service-account', 'azure.workload.identity/client-id'])",
  path: "metadata.annotations",
  message: "Every pod that names no account acts under a cloud identity",
  noFix: "The pods that use the cloud identity must be moved to an account of their own first.",
  examples: {
    pass: [
      {
        resources: [
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } },
        ],
      },
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: {
              name: "web",
              namespace: "default",
              annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/web" },
            },
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: {
              name: "default",
              namespace: "default",
              annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/web" },
            },
          },
        ],
      },
    ],
  },
});
