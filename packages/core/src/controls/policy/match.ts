/** Which resources an admission policy looks at: its rules and selectors, as the API server matches them for a creation. */
import type { Inventory } from "../../inventory/inventory.ts";
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

/** `no`: not looked at. `converted`: only by another version of the kind, into which the API server would convert it. */
export type Match = "yes" | "no" | "converted";

/** Matches one `matchConstraints` or `matchResources`; a missing one matches everything. */
export function matchOf(constraints: Json | undefined, resource: Resource, inventory: Inventory): Match {
  if (!isJsonObject(constraints)) return "yes";
  const { resourceRules, excludeResourceRules, namespaceSelector, objectSelector } = constraints;
  if (namespaceSelector !== undefined && !namespaceMatches(namespaceSelector, resource, inventory))
    return "no";
  if (objectSelector !== undefined && !matchesSelector(objectSelector, resource.metadata.labels)) return "no";
  if (rulesMatch(excludeResourceRules, resource) === "yes") return "no";
  if (!isJsonArray(resourceRules) || resourceRules.length === 0) return "yes";
  const match = rulesMatch(resourceRules, resource);
  return match === "converted" && constraints["matchPolicy"] === "Exact" ? "no" : match;
}

function namespaceMatches(selector: Json, resource: Resource, inventory: Inventory): boolean {
  if (resource.apiVersion === "v1" && resource.kind === "Namespace")
    return matchesSelector(selector, resource.metadata.labels);
  const { namespace } = resource.metadata;
  if (namespace === undefined) return true;
  return matchesSelector(selector, {
    "kubernetes.io/metadata.name": namespace,
    ...inventory.namespaceLabels(namespace),
  });
}

function rulesMatch(rules: Json | undefined, resource: Resource): Match {
  if (!isJsonArray(rules)) return "no";
  const matches = rules.filter(isJsonObject).map((rule) => ruleMatch(rule, resource));
  return matches.includes("yes") ? "yes" : matches.includes("converted") ? "converted" : "no";
}

function ruleMatch(rule: JsonObject, resource: Resource): Match {
  const { group, version, resource: plural } = apiResourceOf(resource);
  const names = rule["resourceNames"];
  if (isJsonArray(names) && names.length > 0 && !names.includes(resource.metadata.name ?? "")) return "no";
  const namespaced = resource.metadata.namespace !== undefined;
  if (rule["scope"] === "Cluster" && namespaced) return "no";
  if (rule["scope"] === "Namespaced" && !namespaced) return "no";
  const fits = (field: string, value: string): boolean => {
    const list = rule[field];
    return (
      isJsonArray(list) &&
      (list.includes("*") || list.includes(value) || (field === "resources" && list.includes("*/*")))
    );
  };
  if (!fits("operations", "CREATE") || !fits("apiGroups", group) || !fits("resources", plural)) return "no";
  return fits("apiVersions", version) ? "yes" : "converted";
}
