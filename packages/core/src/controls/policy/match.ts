/** Which resources an admission policy looks at: its rules and selectors, as the API server matches them for a creation. */
import type { Inventory } from "../../inventory/inventory.ts";
import { isNamespaced } from "../../inventory/scope.ts";
import { matchesSelector } from "../../inventory/selector.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";

/** The name of a resource in the API's paths. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

const irregular: { readonly [kind: string]: string } = {
  Endpoints: "endpoints",
  ComponentStatus: "componentstatuses",
};

/** Group, version and plural of a resource; the plural by the rule that API types follow. */
export function apiResourceOf({ apiVersion, kind }: Resource): ApiResource {
  const at = apiVersion.indexOf("/");
  const lower = kind.toLowerCase();
  const plural = /(s|x|ch|sh)$/.test(lower)
    ? `${lower}es`
    : /[^aeiou]y$/.test(lower)
      ? `${lower.slice(0, -1)}ies`
      : `${lower}s`;
  return {
    group: at < 0 ? "" : apiVersion.slice(0, at),
    version: apiVersion.slice(at + 1),
    resource: irregular[kind] ?? plural,
  };
}

/** Whether it is looked at; where that cannot be told, why not. */
export type Match = "yes" | "no" | { readonly unknown: string };

/** Matches one `matchConstraints` or `matchResources`, as `checkPolicy` and `checkBinding` let it pass; a missing one matches everything. */
export function matchOf(constraints: Json | undefined, resource: Resource, inventory: Inventory): Match {
  if (!isJsonObject(constraints)) return "yes";
  const { resourceRules, excludeResourceRules, namespaceSelector, objectSelector, matchPolicy } = constraints;
  const rules = (list: Json | undefined): Match => {
    const match = rulesMatch(listOf(list), resource, inventory);
    return match !== "converted" ? match : matchPolicy === "Exact" ? "no" : { unknown: converted };
  };
  const excluded = rules(excludeResourceRules);
  return allOf([
    namespaceMatches(namespaceSelector ?? {}, resource, inventory),
    matchesSelector(objectSelector ?? {}, resource.metadata.labels) ? "yes" : "no",
    excluded === "yes" ? "no" : excluded === "no" ? "yes" : excluded,
    listOf(resourceRules).length === 0 ? "yes" : rules(resourceRules),
  ]);
}

const converted = "the policy is written for another version of this kind";

/** What one of them leaves out is not looked at, whatever is unknown of the others. */
export function allOf(matches: readonly Match[]): Match {
  return matches.includes("no") ? "no" : (matches.find((match) => match !== "yes") ?? "yes");
}

const listOf = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

const nameLabel = "kubernetes.io/metadata.name";

function namespaceMatches(selector: Json, resource: Resource, inventory: Inventory): Match {
  const decided = (labels: { readonly [key: string]: string } | undefined): Match =>
    matchesSelector(selector, labels) ? "yes" : "no";
  if (requirementsOf(selector).length === 0) return "yes";
  if (resource.apiVersion === "v1" && resource.kind === "Namespace")
    return decided({ ...resource.metadata.labels, [nameLabel]: resource.metadata.name ?? "" });
  const namespaced = isNamespaced(resource, inventory);
  if (namespaced === undefined) return { unknown: scopeUnread };
  if (!namespaced) return "yes";
  const { namespace = "" } = resource.metadata;
  if (namespace === "") return { unknown: "the policy selects by namespace, and the file names none" };
  const labels = { ...inventory.namespaceLabels(namespace), [nameLabel]: namespace };
  if (inventory.get({ apiVersion: "v1", kind: "Namespace", namespace: "", name: namespace }) !== undefined)
    return decided(labels);
  return selectsByName(selector, labels, namespace);
}

/** Of a namespace that was not read, the name alone is known. */
function selectsByName(selector: Json, labels: { readonly [key: string]: string }, namespace: string): Match {
  const requirements = requirementsOf(selector);
  const named = requirements.filter(
    (requirement) => isJsonObject(requirement) && requirement["key"] === nameLabel,
  );
  if (!matchesSelector({ matchExpressions: named }, labels)) return "no";
  return named.length === requirements.length
    ? "yes"
    : { unknown: `the policy selects by the labels of Namespace ${namespace}, which was not read` };
}

/** The requirements of a selector, its `matchLabels` written as expressions. */
function requirementsOf(selector: Json): readonly Json[] {
  if (!isJsonObject(selector)) return [];
  const { matchLabels, matchExpressions } = selector;
  const labels = Object.entries(isJsonObject(matchLabels) ? matchLabels : {});
  return [
    ...labels.map(([key, value]) => ({ key, operator: "In", values: [value ?? null] })),
    ...listOf(matchExpressions),
  ];
}

type RuleMatch = Match | "converted";

function rulesMatch(rules: readonly Json[], resource: Resource, inventory: Inventory): RuleMatch {
  const matches = rules.filter(isJsonObject).map((rule) => ruleMatch(rule, resource, inventory));
  if (matches.includes("yes")) return "yes";
  return (
    matches.find((match) => typeof match === "object") ?? (matches.includes("converted") ? "converted" : "no")
  );
}

const scopeUnread = "whether this kind lives in namespaces was not read: its definition is not there";

function ruleMatch(rule: JsonObject, resource: Resource, inventory: Inventory): RuleMatch {
  const { group, version, resource: plural } = apiResourceOf(resource);
  const names = listOf(rule["resourceNames"]);
  if (names.length > 0 && !names.includes(resource.metadata.name ?? "")) return "no";
  const fits = (field: string, ...values: readonly string[]): boolean =>
    ["*", ...values].some((value) => listOf(rule[field]).includes(value));
  if (!fits("operations", "CREATE") || !fits("apiGroups", group)) return "no";
  if (!fits("resources", "*/*", plural, `${plural}/*`)) return "no";
  if (rule["scope"] === "Cluster" || rule["scope"] === "Namespaced") {
    const namespaced = isNamespaced(resource, inventory);
    if (namespaced === undefined) return { unknown: scopeUnread };
    if (namespaced !== (rule["scope"] === "Namespaced")) return "no";
  }
  return fits("apiVersions", version) ? "yes" : "converted";
}
