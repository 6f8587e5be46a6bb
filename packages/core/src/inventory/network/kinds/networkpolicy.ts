/** NetworkPolicy of networking.k8s.io/v1, as its API documentation and the API server's defaults say. */
import { isJsonArray, type JsonObject } from "../../../model/json.ts";
import { refOf, type Resource } from "../../../model/resource.ts";
import type { Direction, NetworkRuleset, Rule, Section, Selector } from "../policy.ts";
import { everyPort, isProtocol, type PortSelector } from "../port.ts";
import { isPortNumber, isPresent, notUnderstood, objectAt, objectsAt, refusedByServer } from "./fields.ts";
import { strangers, stringsAt } from "./fields.ts";
import { blockSelector, doubtful, podSelector, type Ground } from "./selectors.ts";

export const networkPolicyKind = "networking.k8s.io/v1/NetworkPolicy";

export function readNetworkPolicy(resource: Resource, ground: Ground): NetworkRuleset {
  const ref = refOf(resource);
  const spec = objectAt(resource, "spec") ?? {};
  const types = policyTypes(spec);
  const section = (direction: Direction, list: string, peers: string): Section | undefined => {
    if (!types.includes(direction)) return undefined;
    const scope: Scope = { direction, list: peers, namespace: ref.namespace, ground };
    return {
      isolates: true,
      rules: objectsAt(spec, list).flatMap((rule, index) => readRule(rule, index, scope)),
    };
  };
  return {
    ref,
    layer: "namespace",
    priority: 0,
    subject: podSelector({
      namespace: ref.namespace,
      pods: objectAt(spec, "podSelector"),
      hostNetwork: true,
    }),
    ingress: section("ingress", "ingress", "from"),
    egress: section("egress", "egress", "to"),
  };
}

/**
 * Without `policyTypes`: ingress always, egress where there are egress rules.
 * Source: kubernetes/pkg/apis/networking/v1/defaults.go, SetDefaults_NetworkPolicy.
 */
function policyTypes(spec: JsonObject): readonly Direction[] {
  const named = stringsAt(spec, "policyTypes");
  if (named.length === 0) return objectsAt(spec, "egress").length > 0 ? ["ingress", "egress"] : ["ingress"];
  return (["ingress", "egress"] as const).filter((direction) =>
    named.includes(direction === "ingress" ? "Ingress" : "Egress"),
  );
}

interface Scope {
  readonly direction: Direction;
  /** `from` or `to`. */
  readonly list: string;
  readonly namespace: string;
  readonly ground: Ground;
}

/**
 * "If this field is empty or missing, this rule matches all sources": the API's words, and so for ports. The API does
 * not say how a named port resolves for a pod that a block contains; that part of a rule is read apart, as a doubt.
 */
function readRule(rule: JsonObject, index: number, scope: Scope): readonly Rule[] {
  const peers = entriesAt(rule, scope.list);
  const ports = entriesAt(rule, "ports")?.map(readPort);
  const unknown = strangers(rule, [scope.list, "ports"]);
  const made = (named: boolean, some: readonly PortSelector[] | undefined): Rule => ({
    action: "allow",
    index,
    peers: peers?.map((peer) => readPeer(peer, scope, named)),
    ports: some,
    ...(unknown.length === 0 ? {} : { doubt: `a rule ${notUnderstood} (${unknown.join(", ")})` }),
  });
  const names = ports?.filter((port) => "name" in port) ?? [];
  if (scope.direction === "ingress" || names.length === 0) return [made(false, ports)];
  return [
    made(
      false,
      ports?.filter((port) => !("name" in port)),
    ),
    made(true, names),
  ];
}

/** `undefined` where the list is missing or empty. What is no list of objects is kept as one that is not understood. */
function entriesAt(rule: JsonObject, list: string): readonly JsonObject[] | undefined {
  const value = rule[list];
  if (!isPresent(rule, list) || (isJsonArray(value) && value.length === 0)) return undefined;
  const entries = objectsAt(rule, list);
  return entries.length > 0 ? entries : [{ [list]: true }];
}

function readPeer(peer: JsonObject, { direction, namespace, ground }: Scope, named: boolean): Selector {
  const block = objectAt(peer, "ipBlock");
  const namespaces = objectAt(peer, "namespaceSelector");
  const pods = objectAt(peer, "podSelector");
  const unknown = strangers(peer, ["ipBlock", "namespaceSelector", "podSelector"]);
  if (unknown.length > 0) return doubtful(`a peer ${notUnderstood} (${unknown.join(", ")})`, "everything");
  if ((block === undefined) === (namespaces === undefined && pods === undefined))
    return doubtful(`a peer ${refusedByServer}`, "everything");
  if (block !== undefined)
    return blockSelector({
      cidr: String(block["cidr"]),
      except: stringsAt(block, "except"),
      direction,
      inside: ground.cilium || named ? "may be" : "by address",
    });
  const scope = namespaces === undefined ? { namespace } : { namespaces };
  return podSelector({ ...scope, pods, hostNetwork: true });
}

function readPort(entry: JsonObject): PortSelector {
  const protocol = isPresent(entry, "protocol") ? entry["protocol"] : "TCP";
  const { port, endPort } = entry;
  const unknown = strangers(entry, ["protocol", "port", "endPort"]);
  if (!isProtocol(protocol)) return everyPort(undefined, `a protocol ${refusedByServer}`);
  if (unknown.length > 0) return everyPort(protocol, `a port ${notUnderstood} (${unknown.join(", ")})`);
  const ranged = isPresent(entry, "endPort");
  if (!isPresent(entry, "port"))
    return ranged ? everyPort(protocol, `a port ${refusedByServer}`) : everyPort(protocol);
  if (typeof port === "string" && /[a-z]/.test(port) && !ranged) return { protocol, name: port };
  if (!isPortNumber(port)) return everyPort(protocol, `a port ${refusedByServer}`);
  if (!ranged) return { protocol, from: port, to: port };
  if (!isPortNumber(endPort) || endPort < port) return everyPort(protocol, `a port ${refusedByServer}`);
  return { protocol, from: port, to: endPort };
}
