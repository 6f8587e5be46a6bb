import { expect, test } from "vitest";
import { exampleSnapshot } from "../controls/example.ts";
import { createInventory } from "../inventory/build.ts";
import type { Resource } from "../model/resource.ts";
import { guards } from "./guards.ts";

const group = "admissionregistration.k8s.io";
const policy = (version: string): Resource => ({
  apiVersion: `${group}/${version}`,
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: "pods" },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    },
  },
});
const binding = (version: string, action: string): Resource => ({
  apiVersion: `${group}/${version}`,
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: "pods" },
  spec: { policyName: "pods", validationActions: [action] },
});

test.each([
  ["bound to deny", [policy("v1"), binding("v1", "Deny")], true],
  ["of the older version", [policy("v1beta1"), binding("v1beta1", "Deny")], true],
  ["read in both versions", [policy("v1"), policy("v1beta1"), binding("v1beta1", "Deny")], true],
  ["that only warns", [policy("v1beta1"), binding("v1beta1", "Warn")], false],
  ["that nothing binds", [policy("v1beta1")], false],
])("a policy about pods %s", (_, resources, judges) => {
  const { admits, unsure } = guards(createInventory(exampleSnapshot(resources)))("shop");
  expect(admits).toBe(true);
  expect(unsure).toEqual(judges ? ["ValidatingAdmissionPolicy pods judges pods, and may refuse it"] : []);
});
