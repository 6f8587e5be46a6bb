/** Which pods NetworkPolicies hold, per direction, and whose other policies could hold them too. */
import {
  isJsonArray,
  isJsonObject,
  matchesSelector,
  type Inventory,
  type Json,
  type JsonObject,
  type ResourceRecord,
} from "@plimsoll/core";

export type Direction = "ingress" | "egress";

export const networkPolicyKind = "networking.k8s.io/v1/NetworkPolicy";

/** Kinds of other policies: where one could hold a pod and is not understood, the answer is unknown. */
const foreignKinds: readonly { readonly kind: string; readonly clusterWide: boolean }[] = [
  { kind: "cilium.io/v2/CiliumNetworkPolicy", clusterWide: false },
  { kind: "cilium.io/v2/CiliumClusterwideNetworkPolicy", clusterWide: true },
  { kind: "crd.projectcalico.org/v1/NetworkPolicy", clusterWide: false },
  { kind: "crd.projectcalico.org/v1/GlobalNetworkPolicy", clusterWide: true },
  { kind: "projectcalico.org/v3/NetworkPolicy", clusterWide: false },
  { kind: "projectcalico.org/v3/GlobalNetworkPolicy", clusterWide: true },
  { kind: "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy", clusterWide: true },
  { kind: "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy", clusterWide: true },
  { kind: "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy", clusterWide: true },
];

export const policyKinds: readonly string[] = [networkPolicyKind, ...foreignKinds.map(({ kind }) => kind)];

export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: JsonObject;
}

/** Each workload asks for those of its namespace: they are laid out once. */
const byNamespace = new WeakMap<Inventory, ReadonlyMap<string, readonly Policy[]>>();

export function policiesIn(inventory: Inventory, namespace: string): readonly Policy[] {
  let known = byNamespace.get(inventory);
  if (known === undefined) {
    known = Map.groupBy(inventory.ofKind(networkPolicyKind).map(policyOf), (policy) => policy.namespace);
    byNamespace.set(inventory, known);
  }
  return known.get(namespace) ?? [];
}

function policyOf({ resource }: ResourceRecord): Policy {
  const { namespace = "", name = "" } = resource.metadata;
  return { namespace, name, spec: isJsonObject(resource["spec"]) ? resource["spec"] : {} };
}

/** Policies of other kinds that could hold pods of a namespace, as `CiliumNetworkPolicy shop/web`. */
export function foreignPoliciesIn(inventory: Inventory, namespace: string): readonly string[] {
  return foreignKinds.flatMap(({ kind, clusterWide }) =>
    inventory
      .ofKind(kind)
      .filter(({ resource }) => clusterWide || (resource.metadata.namespace ?? "") === namespace)
      .map(({ resource }) => {
        const { name = "" } = resource.metadata;
        return `${resource.kind} ${clusterWide ? name : `${namespace}/${name}`}`;
      }),
  );
}

/** The policy holds its pods in this direction: `policyTypes`, or where it is missing, what the API server writes there. */
export function isolates({ spec }: Policy, direction: Direction): boolean {
  const { policyTypes } = spec;
  const type = direction === "ingress" ? "Ingress" : "Egress";
  if (isJsonArray(policyTypes) && policyTypes.length > 0) return policyTypes.includes(type);
  return direction === "ingress" || (isJsonArray(spec["egress"]) && spec["egress"].length > 0);
}

export function selects({ spec }: Policy, labels: { readonly [key: string]: string }): boolean {
  return matchesSelector(isJsonObject(spec["podSelector"]) ? spec["podSelector"] : {}, labels);
}

/** The policy is for every pod of its namespace. */
export function selectsAll({ spec }: Policy): boolean {
  const selector = spec["podSelector"];
  if (!isJsonObject(selector)) return true;
  return isEmpty(selector["matchLabels"]) && isEmpty(selector["matchExpressions"]);
}

/** One of its rules lets everything through: a rule that names neither peer nor port. */
export function allowsAll({ spec }: Policy, direction: Direction): boolean {
  const rules = spec[direction];
  const peers = direction === "ingress" ? "from" : "to";
  if (!isJsonArray(rules)) return false;
  return rules.some((rule) => isJsonObject(rule) && isEmpty(rule[peers]) && isEmpty(rule["ports"]));
}

function isEmpty(value: Json | undefined): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) ? Object.keys(value).length === 0 : true;
}
