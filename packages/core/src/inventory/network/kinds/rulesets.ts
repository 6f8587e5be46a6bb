/** All policies of an inventory, read into one shape, with stand-ins for those that could not be read. */
import type { Resource, ResourceRecord } from "../../../model/resource.ts";
import type { Inventory } from "../../inventory.ts";
import { idlePlugin } from "../plugin.ts";
import type { NetworkRuleset, Selector } from "../policy.ts";
import { adminPolicyKind, baselinePolicyKind, clusterPolicyKind, readAdminPolicy } from "./adminpolicy.ts";
import { ciliumClusterPolicyKind, ciliumPolicyKind, readCiliumPolicy } from "./cilium.ts";
import { isPresent, objectAt, objectsAt } from "./fields.ts";
import { connectivityKinds, foreignKinds, readForeignPolicy, unlistedPolicies } from "./foreign.ts";
import { networkPolicyKind, readNetworkPolicy } from "./networkpolicy.ts";
import type { Ground } from "./selectors.ts";

export interface Rulesets {
  readonly all: readonly NetworkRuleset[];
  /** Some Cilium policy selects nodes: what nodes may send and receive is not worked out. */
  readonly hostFirewall: boolean;
}

/** `namespaces`: those that have pods. */
export function readRulesets(inventory: Inventory, namespaces: readonly string[]): Rulesets {
  const ground: Ground = { cilium: isCilium(inventory) };
  const of = (kind: string): readonly ResourceRecord[] => inventory.ofKind(kind);
  const cilium = [...of(ciliumPolicyKind), ...of(ciliumClusterPolicyKind)];
  const admin = [adminPolicyKind, clusterPolicyKind, baselinePolicyKind].flatMap(of);
  const idle = idlePlugin(inventory);
  const all = [
    ...unlisted(inventory, namespaces),
    ...foreignKinds(inventory.kinds)
      .flatMap(of)
      .map(({ resource }) => readForeignPolicy(resource)),
    ...admin.map(({ resource }) => readAdminPolicy(resource)),
    ...of(networkPolicyKind).map(({ resource }) => readNetworkPolicy(resource, ground)),
    ...cilium.flatMap(({ resource }) => readCiliumPolicy(resource)),
  ];
  return {
    all: idle === undefined ? all : all.map((ruleset) => unenforced(ruleset, idle.name)),
    hostFirewall: cilium.some(({ resource }) => selectsNodes(resource)),
  };
}

/** Where the plugin seems to carry out no policies, each may or may not select what it says. */
function unenforced(ruleset: NetworkRuleset, plugin: string): NetworkRuleset {
  const { subject } = ruleset;
  const doubt = `${plugin} enforces no network policies, and no plugin that does was seen`;
  const matches: Selector["matches"] = (party, pod) =>
    subject.matches(party, pod) === false ? false : doubt;
  return { ...ruleset, subject: { ...subject, key: `unenforced ${subject.key}`, matches } };
}

/** A kind that was not listed everywhere has a stand-in for each namespace it is missing in, or one for the cluster. */
function unlisted(inventory: Inventory, namespaces: readonly string[]): readonly NetworkRuleset[] {
  return connectivityKinds.flatMap((kind) => {
    if (inventory.covers(kind)) return [];
    const missing = namespaces.filter((namespace) => !inventory.covers(kind, namespace));
    return missing.length === namespaces.length
      ? [unlistedPolicies(kind, undefined)]
      : missing.map((namespace) => unlistedPolicies(kind, namespace));
  });
}

function isCilium(inventory: Inventory): boolean {
  if ([ciliumPolicyKind, ciliumClusterPolicyKind].some((kind) => inventory.ofKind(kind).length > 0))
    return true;
  return inventory.ofKind("apps/v1/DaemonSet").some(({ resource }) => resource.metadata.name === "cilium");
}

function selectsNodes(resource: Resource): boolean {
  const spec = objectAt(resource, "spec");
  return [...(spec === undefined ? [] : [spec]), ...objectsAt(resource, "specs")].some((one) =>
    isPresent(one, "nodeSelector"),
  );
}
