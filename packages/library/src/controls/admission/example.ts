/** Webhooks and admission policies for examples. */
import type { ExampleResource, Json } from "@plimsoll/core";

const group = "admissionregistration.k8s.io";
const apiVersion = `${group}/v1`;

/** What makes a policy or a binding one of the older version. */
export const beta = { apiVersion: `${group}/v1beta1` } as const;

/** A configuration with one webhook for pods, changed by `fields`. */
export function webhook(
  kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
  fields: { readonly [key: string]: Json },
): ExampleResource {
  const entry = {
    name: "pods.policy.example.com",
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
    clientConfig: { service: { namespace: "policy", name: "policy", path: "/pods" } },
    rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["pods"] }],
    ...fields,
  };
  return { apiVersion, kind, metadata: { name: "policy" }, webhooks: [entry] };
}

export function policy(fields: { readonly [key: string]: Json }): ExampleResource {
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "no-latest" },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        ],
      },
      validations: [{ expression: "true" }],
      ...fields,
    },
  };
}

export function binding(actions: readonly string[]): ExampleResource {
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "no-latest" },
    spec: { policyName: "no-latest", validationActions: actions },
  };
}
