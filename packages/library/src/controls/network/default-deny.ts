/** Default-deny policies of Cilium and Calico: those that hold every pod of a namespace and let nothing through unnamed. */
import {
  isJsonArray,
  isJsonObject,
  type Inventory,
  type Json,
  type JsonObject,
  type Resource,
} from "@plimsoll/core";
import { objectsIn } from "./gateways.ts";
import type { Direction } from "./isolation.ts";

/** One of them for a namespace and direction, as `CiliumNetworkPolicy shop/deny`; nothing where none is recognised. */
export function foreignDefaultDeny(
  inventory: Inventory,
  namespace: string,
  direction: Direction,
): string | undefined {
  for (const [kinds, denies] of readers) {
    for (const { resource } of kinds.flatMap((kind) => inventory.ofKind(kind))) {
      const { namespace: own = "", name = "" } = resource.metadata;
      if (own !== "" && own !== namespace) continue;
      if (specsOf(resource).some((spec) => denies(spec, direction)))
        return `${resource.kind} ${own === "" ? name : `${own}/${name}`}`;
    }
  }
  return undefined;
}

type Denies = (spec: JsonObject, direction: Direction) => boolean;

const readers: readonly (readonly [kinds: readonly string[], denies: Denies])[] = [
  [["cilium.io/v2/CiliumNetworkPolicy", "cilium.io/v2/CiliumClusterwideNetworkPolicy"], ciliumDenies],
  [
    ["crd.projectcalico.org/v1", "projectcalico.org/v3"].flatMap((version) => [
      `${version}/NetworkPolicy`,
      `${version}/GlobalNetworkPolicy`,
    ]),
    calicoDenies,
  ],
];

function specsOf(resource: Resource): readonly JsonObject[] {
  return [...(isJsonObject(resource["spec"]) ? [resource["spec"]] : []), ...objectsIn(resource["specs"])];
}

/**
 * A direction with at least one rule isolates what is selected (an empty rule allows nothing), unless
 * `enableDefaultDeny` takes that away. Source: cilium v1.20.2, pkg/policy/api/rule_validation.go.
 */
function ciliumDenies(spec: JsonObject, direction: Direction): boolean {
  const selector = spec["endpointSelector"];
  if (!isJsonObject(selector) || !isEmpty(selector["matchLabels"]) || !isEmpty(selector["matchExpressions"]))
    return false;
  const denied = isJsonObject(spec["enableDefaultDeny"]) ? spec["enableDefaultDeny"][direction] : undefined;
  const rules = objectsIn(spec[direction]);
  const entities = direction === "ingress" ? "fromEntities" : "toEntities";
  const isOpen = rules.some((rule) => isJsonArray(rule[entities]) && rule[entities].includes("all"));
  return denied !== false && rules.length > 0 && !isOpen;
}

/**
 * What a policy selects and none of its rules allows is denied. Without `types`, ingress is meant, and egress where
 * there are rules for it. Source: projectcalico/api, pkg/apis/projectcalico/v3, NetworkPolicySpec.
 */
function calicoDenies(spec: JsonObject, direction: Direction): boolean {
  const { selector, namespaceSelector, serviceAccountSelector, types } = spec;
  if (![selector, namespaceSelector, serviceAccountSelector].every(isAll)) return false;
  const rules = objectsIn(spec[direction]);
  const type = direction === "ingress" ? "Ingress" : "Egress";
  const isMeant =
    isJsonArray(types) && types.length > 0
      ? types.includes(type)
      : direction === "ingress" || rules.length > 0;
  return (
    isMeant &&
    !rules.some(
      (rule) =>
        rule["action"] === "Allow" && !["source", "destination", "protocol"].some((key) => key in rule),
    )
  );
}

function isAll(selector: Json | undefined): boolean {
  return selector === undefined || selector === "" || selector === "all()";
}

function isEmpty(value: Json | undefined): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) ? Object.keys(value).length === 0 : true;
}
