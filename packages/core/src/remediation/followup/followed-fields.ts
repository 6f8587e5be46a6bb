/** Which fields a change has set, so that it is known by what it may break. */
import type { Resource } from "../../model/resource.ts";
import type { FollowedField } from "./followed.ts";
import { fieldsFor } from "../verdicts/reached.ts";
import { inert } from "../verdicts/strangers.ts";
import type { Touched } from "../verdicts/touched.ts";

/** Of what is no workload: what all of it decides. */
const byKind: { readonly [kind: string]: string } = {
  NetworkPolicy: "connections",
  CiliumNetworkPolicy: "connections",
  Role: "rights",
  ClusterRole: "rights",
  RoleBinding: "rights",
  ClusterRoleBinding: "rights",
  Service: "service",
  ServiceAccount: "account-token",
  Namespace: "pod-security",
};

export function fieldsTouched(after: Resource, touched: readonly Touched[]): readonly FollowedField[] {
  const whole = byKind[after.kind];
  if (whole !== undefined) return [{ field: whole }];
  const found = touched
    .filter(({ path }) => !inert.test(path))
    .flatMap(({ path, container }): readonly FollowedField[] => {
      const place = container === undefined ? {} : { container };
      const fields = fieldsFor(path);
      return fields.length === 0
        ? [{ field: "other", ...place }]
        : fields.map(({ id }) => ({ field: id, ...place }));
    });
  return [...new Map(found.map((each) => [`${each.container ?? ""} ${each.field}`, each])).values()];
}
