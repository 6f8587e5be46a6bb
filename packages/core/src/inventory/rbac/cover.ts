/** Whether one set of rules grants all that another does. */
import { ruleAllows, type Access, type Rule } from "./rule.ts";

/**
 * A rule taken apart: one request for each verb, resource and name, or verb and path. Wildcards stay as they are
 * written: only a rule with the same or a wider wildcard allows them.
 */
export function* partsOf(rule: Rule): Generator<Access> {
  for (const verb of rule.verbs) {
    for (const path of rule.urls) yield { verb, path };
    for (const group of rule.groups)
      for (const resource of rule.resources)
        for (const name of rule.names.length === 0 ? [""] : rule.names)
          yield { verb, group, resource, subresource: "", namespace: "", name };
  }
}

/** How many parts are worth taking apart; a single rule may be written that has milliards of them. */
export const mostParts = 100_000;

/** How many parts rules have. */
export function countParts(rules: readonly Rule[]): number {
  const counts = rules.map(({ verbs, groups, resources, names, urls }) => {
    const perVerb = urls.length + groups.length * resources.length * Math.max(1, names.length);
    return verbs.length * perVerb;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * What `rules` grant beyond `owned`, taken apart. Copied from `Covers` in
 * staging/src/k8s.io/component-helpers/auth/rbac/ validation/policy_comparator.go of Kubernetes 1.35, with which the
 * API server refuses to let somebody grant what he does not hold.
 */
export function missingFrom(owned: readonly Rule[], rules: readonly Rule[]): readonly Access[] {
  return rules.flatMap((rule) =>
    [...partsOf(rule)].filter((part) => !owned.some((owner) => allowsPart(owner, part))),
  );
}

/** The resource of a part may carry its subresource after a slash, as it is written in rules. */
function allowsPart(owner: Rule, part: Access): boolean {
  if ("path" in part) return ruleAllows(owner, part);
  const slash = part.resource.indexOf("/");
  if (slash < 0) return ruleAllows(owner, part);
  const [resource, subresource] = [part.resource.slice(0, slash), part.resource.slice(slash + 1)];
  return ruleAllows(owner, { ...part, resource, subresource });
}
