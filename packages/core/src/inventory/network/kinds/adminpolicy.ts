/** AdminNetworkPolicy and BaselineAdminNetworkPolicy (policy.networking.k8s.io/v1alpha1), ClusterNetworkPolicy (v1alpha2). */
import { isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";
import { refOf, type Resource } from "../../../model/resource.ts";
import type { Action, Direction, Layer, NetworkRuleset, Rule, Section, Selector } from "../policy.ts";
import { everyPort, isProtocol, type PortSelector, type Protocol } from "../port.ts";
import { readClusterPeer, readSubject } from "./adminpeers.ts";
import { isPortNumber, isPresent, notUnderstood, objectAt, objectsAt, refusedByServer } from "./fields.ts";
import { strangers } from "./fields.ts";

const group = "policy.networking.k8s.io";
export const adminPolicyKind = `${group}/v1alpha1/AdminNetworkPolicy`;
export const baselinePolicyKind = `${group}/v1alpha1/BaselineAdminNetworkPolicy`;
export const clusterPolicyKind = `${group}/v1alpha2/ClusterNetworkPolicy`;

/**
 * Reads a cluster-scoped policy of any of the three kinds.
 * Source: sigs.k8s.io/network-policy-api, apis/v1alpha1/*_types.go (v0.1.1 and later) and
 * apis/v1alpha2/clusternetworkpolicy_types.go.
 */
export function readAdminPolicy(resource: Resource): NetworkRuleset {
  const ref = refOf(resource);
  const spec = objectAt(resource, "spec") ?? {};
  const section = (direction: Direction): Section | undefined => {
    const rules = objectsAt(spec, direction);
    // "Policies with no ingress rules do not affect ingress traffic", and so for egress.
    if (rules.length === 0) return undefined;
    return { isolates: false, rules: rules.map((rule, index) => readRule(rule, index, direction)) };
  };
  return {
    ref,
    layer: layerOf(ref.kind, spec["tier"]),
    priority: typeof spec["priority"] === "number" ? spec["priority"] : 0,
    subject: readSubject(objectAt(spec, "subject") ?? {}),
    ingress: section("ingress"),
    egress: section("egress"),
  };
}

function layerOf(kind: string, tier: Json | undefined): Layer {
  if (kind === "AdminNetworkPolicy") return "admin";
  return kind === "ClusterNetworkPolicy" && tier === "Admin" ? "admin" : "baseline";
}

const actions: { readonly [written: string]: Action } = {
  Allow: "allow", // v1alpha1
  Accept: "allow", // v1alpha2
  Deny: "deny",
  Pass: "pass",
};

function readRule(rule: JsonObject, index: number, direction: Direction): Rule {
  const list = direction === "ingress" ? "from" : "to";
  const action = actions[String(rule["action"])];
  const unknown = strangers(rule, ["name", "action", list, "ports", "protocols"]);
  const doubt =
    action === undefined
      ? `an action ${refusedByServer}`
      : unknown.length > 0
        ? `a rule ${notUnderstood} (${unknown.join(", ")})`
        : undefined;
  return {
    // The API's fail-closed reading of what is not understood is a denial; as a doubt it makes the verdict unknown.
    action: action ?? "deny",
    index,
    // Peers are required: a rule without any matches nothing.
    peers: objectsAt(rule, list).map((peer): Selector => readClusterPeer(peer, direction)),
    ports: readPorts(rule),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

function readPorts(rule: JsonObject): readonly PortSelector[] | undefined {
  const entries = [
    ...objectsAt(rule, "ports").map(readPort),
    ...objectsAt(rule, "protocols").map(readProtocol),
  ];
  return entries.length === 0 ? undefined : entries;
}

const strange = everyPort(undefined, `a port ${notUnderstood}`);

/** v1alpha1: one of `portNumber`, `namedPort`, `portRange`. */
function readPort(entry: JsonObject): PortSelector {
  if (Object.keys(entry).length !== 1) return strange;
  const { portNumber, namedPort, portRange } = entry;
  if (typeof namedPort === "string") return { protocol: undefined, name: namedPort };
  if (isJsonObject(portNumber))
    return rangeOf(protocolOf(portNumber), portNumber["port"], portNumber["port"]);
  if (isJsonObject(portRange)) return rangeOf(protocolOf(portRange), portRange["start"], portRange["end"]);
  return strange;
}

function protocolOf(entry: JsonObject): Protocol | undefined {
  const protocol = isPresent(entry, "protocol") ? entry["protocol"] : "TCP";
  return isProtocol(protocol) ? protocol : undefined;
}

function rangeOf(protocol: Protocol | undefined, from: Json | undefined, to: Json | undefined): PortSelector {
  if (protocol === undefined || !isPortNumber(from) || !isPortNumber(to) || from > to)
    return everyPort(protocol, `a port ${refusedByServer}`);
  return { protocol, from, to };
}

/** v1alpha2: one of `tcp`, `udp`, `sctp` (each with an optional destination port), `destinationNamedPort`. */
function readProtocol(entry: JsonObject): PortSelector {
  const [key, ...more] = Object.keys(entry);
  if (key === undefined || more.length > 0) return strange;
  const value = entry[key];
  if (key === "destinationNamedPort" && typeof value === "string")
    return { protocol: undefined, name: value };
  const protocol = key.toUpperCase();
  if (!isProtocol(protocol) || key !== key.toLowerCase() || !isJsonObject(value)) return strange;
  if (strangers(value, ["destinationPort"]).length > 0) return everyPort(protocol, strange.doubt);
  const port = objectAt(value, "destinationPort");
  if (port === undefined) return everyPort(protocol);
  const range = objectAt(port, "range");
  return range === undefined
    ? rangeOf(protocol, port["number"], port["number"])
    : rangeOf(protocol, range["start"], range["end"]);
}
