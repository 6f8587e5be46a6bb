/** CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy of cilium.io/v2: layers 3 and 4; what looks deeper is a doubt. */
import { isJsonArray, type JsonObject } from "../../../model/json.ts";
import { refOf, type Resource, type ResourceRef } from "../../../model/resource.ts";
import type { Action, Direction, NetworkRuleset, Rule, Section, Selector } from "../policy.ts";
import { endpointSelector, readCiliumPeers } from "./ciliumpeers.ts";
import { readCiliumPorts } from "./ciliumports.ts";
import { isPresent, notUnderstood, objectAt, objectsAt, refusedByServer, strangers } from "./fields.ts";
import { doubtful } from "./selectors.ts";

export const ciliumPolicyKind = "cilium.io/v2/CiliumNetworkPolicy";
export const ciliumClusterPolicyKind = "cilium.io/v2/CiliumClusterwideNetworkPolicy";

/**
 * Each of `spec` and `specs` is a policy of its own.
 * Source: cilium v1.20.2, pkg/policy/api/rule.go and pkg/k8s/apis/cilium.io/utils/utils.go, ParseToCiliumRule.
 */
export function readCiliumPolicy(resource: Resource): readonly NetworkRuleset[] {
  const ref = refOf(resource);
  const spec = objectAt(resource, "spec");
  const all = [...(spec === undefined ? [] : [spec]), ...objectsAt(resource, "specs")];
  return all.flatMap((one) => readSpec(one, ref) ?? []);
}

const known = [
  "endpointSelector",
  "nodeSelector",
  "ingress",
  "ingressDeny",
  "egress",
  "egressDeny",
  "enableDefaultDeny",
  "labels",
  "description",
  "log",
];

/** `undefined` for what selects nodes: pods are not its subject. */
function readSpec(spec: JsonObject, ref: ResourceRef): NetworkRuleset | undefined {
  if (isPresent(spec, "nodeSelector") && !isPresent(spec, "endpointSelector")) return undefined;
  const unknown = strangers(spec, known);
  const subject = subjectOf(spec, ref);
  return {
    ref,
    layer: "namespace",
    priority: 0,
    subject,
    ingress: readSection(spec, "ingress", ref, unknown),
    egress: readSection(spec, "egress", ref, unknown),
  };
}

function subjectOf(spec: JsonObject, ref: ResourceRef): Selector {
  const selector = objectAt(spec, "endpointSelector");
  if (selector === undefined) return doubtful(`a policy ${refusedByServer}`, "inside");
  return endpointSelector(selector, ref.namespace === "" ? { any: true } : { only: ref.namespace });
}

/**
 * A direction with rules, allowing or denying, isolates what it selects, unless `enableDefaultDeny` says otherwise.
 * Source: pkg/policy/api/rule_validation.go, Sanitize.
 */
function readSection(
  spec: JsonObject,
  direction: Direction,
  ref: ResourceRef,
  unknown: readonly string[],
): Section | undefined {
  const allow = objectsAt(spec, direction);
  const deny = objectsAt(spec, `${direction}Deny`);
  const setting = objectAt(spec, "enableDefaultDeny")?.[direction];
  const isolates = typeof setting === "boolean" ? setting : allow.length + deny.length > 0;
  if (allow.length + deny.length === 0 && !isolates && unknown.length === 0) return undefined;
  const rules = [
    ...allow.map((rule, index) => readRule(rule, index, "allow", direction, ref)),
    ...deny.map((rule, index) => readRule(rule, index, "deny", direction, ref)),
  ];
  return { isolates, rules: unknown.length === 0 ? rules : [...rules, ...doubts(unknown)] };
}

/** A policy with parts that are not understood may allow or deny anything. */
function doubts(unknown: readonly string[]): readonly Rule[] {
  const doubt = `a policy ${notUnderstood} (${unknown.join(", ")})`;
  return (["allow", "deny"] as const).map((action) => ({
    action,
    index: 0,
    peers: undefined,
    ports: undefined,
    doubt,
  }));
}

function readRule(
  rule: JsonObject,
  index: number,
  action: Action,
  direction: Direction,
  ref: ResourceRef,
): Rule {
  const prefix = direction === "ingress" ? "from" : "to";
  const { peers, others } = readCiliumPeers(rule, prefix, ref.namespace);
  const ports = readCiliumPorts(rule);
  const unknown = others.filter((key) => !["toPorts", "icmps", "authentication"].includes(key));
  const mode = objectAt(rule, "authentication")?.["mode"];
  const doubt =
    unknown.length > 0
      ? `a rule ${notUnderstood} (${unknown.join(", ")})`
      : mode === undefined || mode === "disabled"
        ? undefined
        : "a rule asks for mutual authentication";
  // A rule that names neither peers nor ports selects nothing: it only isolates.
  const nothing = peers === undefined && !isJsonArray(rule["toPorts"]) && !isJsonArray(rule["icmps"]);
  return {
    action,
    index,
    peers: nothing && unknown.length === 0 ? [] : peers,
    ports,
    ...(doubt === undefined ? {} : { doubt }),
  };
}
