/** The admission policies of the API server itself, and their bindings, as they stand in either of their versions. */
import type { ResourceRecord } from "../model/resource.ts";
import type { Inventory } from "./inventory.ts";

export const admissionGroup = "admissionregistration.k8s.io";
export const policyKind = `${admissionGroup}/v1/ValidatingAdmissionPolicy`;
export const policyBindingKind = `${admissionGroup}/v1/ValidatingAdmissionPolicyBinding`;

/** Those of a kind: v1beta1 has the same shape, and what stands in both versions is taken once. */
export function admissionRecords(
  inventory: Pick<Inventory, "ofKind">,
  kind: typeof policyKind | typeof policyBindingKind,
): readonly ResourceRecord[] {
  const found = new Map<string, ResourceRecord>();
  for (const version of ["v1", "v1beta1"])
    for (const record of inventory.ofKind(kind.replace("/v1/", `/${version}/`))) {
      const { name = "" } = record.resource.metadata;
      if (!found.has(name)) found.set(name, record);
    }
  return [...found.values()];
}
