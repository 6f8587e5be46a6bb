import {
  admissionRecords,
  defineControl,
  isJsonArray,
  isJsonObject,
  policyBindingKind,
  policyKind,
  type Inventory,
  type Judgement,
} from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { beta, binding, policy } from "./example.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const bindings = admissionRecords(inventory, policyBindingKind).map(({ resource }) =>
    isJsonObject(resource["spec"]) ? resource["spec"] : {},
  );
  for (const record of admissionRecords(inventory, policyKind)) {
    const resource = recordRef(record);
    const own = bindings.filter((spec) => spec["policyName"] === resource.name);
    const denies = own.some(
      ({ validationActions }) => isJsonArray(validationActions) && validationActions.includes("Deny"),
    );
    if (denies) yield { resource, result: "pass", because: "a binding makes it deny" };
    else if (own.length > 0)
      yield { resource, result: "fail", because: "Its bindings only warn or write to the audit log" };
    else if (inventory.server.kind === "files")
      yield { resource, result: "skip", because: "its binding is not among these files" };
    else yield { resource, result: "fail", because: "No binding puts the policy to work" };
  }
}

export const admissionPolicyUnbound = defineControl({
  id: "admission-policy-unbound",
  title: "Admission policies are bound, and deny",
  severity: "low",
  why: "A policy without a binding decides nothing, and one that only warns stops nobody; both look like a guard.",
  remediation:
    "Add a ValidatingAdmissionPolicyBinding with `validationActions: [Deny]`, after the warnings have stayed away for a while. What does not fit is refused from then on.",
  equivalents: [],
  target: "cluster",
  reads: [policyKind, policyBindingKind],
  judge,
  noFix: "A binding is a resource of its own, and whether it is time to deny has to be decided.",
  examples: {
    pass: [
      { resources: [policy({}), binding(["Deny"])] },
      { name: "of two versions", resources: [policy({}), { ...binding(["Deny"]), ...beta }] },
    ],
    fail: [
      { resources: [policy({})] },
      { resources: [policy({}), binding(["Audit"])] },
      {
        name: "of v1beta1",
        resources: [
          { ...policy({}), ...beta },
          { ...binding(["Warn"]), ...beta },
        ],
      },
    ],
  },
});
