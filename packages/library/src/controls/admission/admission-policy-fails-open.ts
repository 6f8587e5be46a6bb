import {
  admissionRecords,
  defineControl,
  isJsonObject,
  policyKind,
  type Inventory,
  type Judgement,
} from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { beta, policy } from "./example.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of admissionRecords(inventory, policyKind)) {
    const spec = record.resource["spec"];
    const open = isJsonObject(spec) && spec["failurePolicy"] === "Ignore";
    yield {
      resource: recordRef(record),
      path: "spec.failurePolicy",
      result: open ? "fail" : "pass",
      because: open
        ? "Objects on which the policy cannot be evaluated are admitted"
        : "what it cannot evaluate is refused",
    };
  }
}

export const admissionPolicyFailsOpen = defineControl({
  id: "admission-policy-fails-open",
  title: "Admission policies refuse what they cannot judge",
  severity: "low",
  why: "With `failurePolicy: Ignore` an object on which the expression fails is admitted. Whoever finds such an object, a missing field is often enough, walks past the policy.",
  remediation:
    "Set `failurePolicy: Fail` on the policy, after it has been tried with `Warn` on what is there.",
  equivalents: [],
  target: "cluster",
  reads: [policyKind],
  judge,
  fix: [{ set: "spec.failurePolicy", to: "Fail" }],
  examples: {
    pass: [{ resources: [policy({})] }],
    fail: [
      { resources: [policy({ failurePolicy: "Ignore" })] },
      { name: "of v1beta1", resources: [{ ...policy({ failurePolicy: "Ignore" }), ...beta }] },
    ],
  },
});
