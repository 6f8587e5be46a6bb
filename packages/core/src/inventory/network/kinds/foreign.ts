/** Policies that are seen and not evaluated, and kinds that could not be listed: whatever they may select is unknown. */
import { isJsonArray } from "../../../model/json.ts";
import { refOf, type Resource, type ResourceRef } from "../../../model/resource.ts";
import { objectAt, stringsAt } from "./fields.ts";
import type { Action, Direction, Layer, NetworkRuleset, Rule, Section } from "../policy.ts";
import { adminPolicyKind, baselinePolicyKind, clusterPolicyKind } from "./adminpolicy.ts";
import { ciliumClusterPolicyKind, ciliumPolicyKind } from "./cilium.ts";
import { networkPolicyKind } from "./networkpolicy.ts";
import { podSelector } from "./selectors.ts";

/** Kinds that filter the traffic of pods and that nobody here evaluates. The directions each can filter. */
const foreign: { readonly [kind: string]: readonly Direction[] } = {
  "crd.projectcalico.org/v1/NetworkPolicy": ["ingress", "egress"],
  "crd.projectcalico.org/v1/GlobalNetworkPolicy": ["ingress", "egress"],
  "projectcalico.org/v3/NetworkPolicy": ["ingress", "egress"],
  "projectcalico.org/v3/GlobalNetworkPolicy": ["ingress", "egress"],
  "crd.antrea.io/v1beta1/NetworkPolicy": ["ingress", "egress"],
  "crd.antrea.io/v1beta1/ClusterNetworkPolicy": ["ingress", "egress"],
  "k8s.ovn.org/v1/EgressFirewall": ["egress"],
  "network.openshift.io/v1/EgressNetworkPolicy": ["egress"],
  "networking.gke.io/v1alpha1/FQDNNetworkPolicy": ["egress"],
  "networking.k8s.aws/v1alpha1/ApplicationNetworkPolicy": ["ingress", "egress"],
  "networking.k8s.aws/v1alpha1/ClusterNetworkPolicy": ["ingress", "egress"],
  "vpcresources.k8s.aws/v1beta1/SecurityGroupPolicy": ["ingress", "egress"],
};

/** Kinds that are named like policies and refuse no traffic of a pod's main network. */
const harmless = /\/(Staged\w*NetworkPolicy|MultiNetworkPolicy|AuditNetworkPolicy)$/;

const evaluated: readonly string[] = [
  networkPolicyKind,
  adminPolicyKind,
  baselinePolicyKind,
  clusterPolicyKind,
  ciliumPolicyKind,
  ciliumClusterPolicyKind,
];

/** Kinds that must be listed for a verdict to be more than `unknown`. A kind that the API server does not serve counts as listed. */
export const connectivityKinds: readonly string[] = [...evaluated, ...Object.keys(foreign)].sort();

/** The kinds among those read that are policies nobody here evaluates: the known ones, and what is named like one. */
export function foreignKinds(kinds: readonly string[]): readonly string[] {
  return kinds.filter(
    (kind) =>
      Object.hasOwn(foreign, kind) ||
      (kind.endsWith("NetworkPolicy") && !evaluated.includes(kind) && !harmless.test(kind)),
  );
}

/** A policy of another kind: in its namespace (everywhere, for a cluster-scoped one) it may decide anything, before all else. */
export function readForeignPolicy(resource: Resource): NetworkRuleset {
  const ref = refOf(resource);
  const kind = `${ref.apiVersion}/${ref.kind}`;
  const doubt = `${ref.kind} of ${ref.apiVersion} is not evaluated here`;
  const types = directionsOf(resource, foreign[kind] ?? ["ingress", "egress"]);
  const section = (direction: Direction): Section | undefined =>
    types.includes(direction) ? anything(doubt, ["allow", "deny"]) : undefined;
  const { namespace } = ref;
  return {
    ref,
    layer: "admin",
    priority: -1,
    subject: podSelector({ ...(namespace === "" ? {} : { namespace }), hostNetwork: true }),
    ingress: section("ingress"),
    egress: section("egress"),
  };
}

/** Calico writes the directions as `types`, in the words of NetworkPolicy. */
function directionsOf(resource: Resource, all: readonly Direction[]): readonly Direction[] {
  const spec = objectAt(resource, "spec") ?? {};
  if (!/projectcalico/.test(resource.apiVersion) || !isJsonArray(spec["types"])) return all;
  const types = stringsAt(spec, "types").map((type) => type.toLowerCase());
  return types.length === 0 ? all : all.filter((direction) => types.includes(direction));
}

function anything(doubt: string, actions: readonly Action[]): Section {
  const rules = actions.map((action): Rule => ({
    action,
    index: 0,
    peers: undefined,
    ports: undefined,
    doubt,
  }));
  return { isolates: true, rules };
}

/**
 * Stands for the policies of a kind that could not be listed. NetworkPolicies only add up, so that what one of those that
 * were read allows stays allowed; of the other kinds any could allow or deny.
 */
export function unlistedPolicies(kind: string, namespace: string | undefined): NetworkRuleset {
  const [name = ""] = kind.split("/").slice(-1);
  const doubt = `${kind} could not be listed`;
  const additive = kind === networkPolicyKind;
  const section = anything(doubt, additive ? ["allow"] : ["allow", "deny"]);
  const ref: ResourceRef = {
    apiVersion: kind.slice(0, kind.length - name.length - 1),
    kind: name,
    namespace: namespace ?? "",
    name: "",
  };
  return {
    ref,
    layer: layerOf(kind),
    priority: -1,
    subject: {
      key: `unlisted ${kind} ${namespace ?? "*"}`,
      ...(namespace === undefined ? {} : { within: { namespace } }),
      matches: (party) =>
        party.kind === "pod" && (namespace === undefined || party.namespace === namespace) ? doubt : false,
    },
    ingress: section,
    egress: section,
  };
}

function layerOf(kind: string): Layer {
  if (kind === baselinePolicyKind) return "baseline";
  return [networkPolicyKind, ciliumPolicyKind, ciliumClusterPolicyKind].includes(kind)
    ? "namespace"
    : "admin";
}
