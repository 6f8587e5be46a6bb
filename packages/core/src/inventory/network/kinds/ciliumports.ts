/** The ports of a Cilium rule: `toPorts` without what looks into the traffic. */
import { isJsonArray, type Json, type JsonObject } from "../../../model/json.ts";
import { everyPort, isProtocol, type PortSelector, type Protocol } from "../port.ts";
import { isPortNumber, isPresent, notUnderstood, objectAt, objectsAt, refusedByServer } from "./fields.ts";
import { strangers } from "./fields.ts";

/** Protocols that a port entry may name and that have no ports of ours. */
const others: ReadonlySet<Json> = new Set([
  "ICMP",
  "ICMPV6",
  "VRRP",
  "IGMP",
  "GRE",
  "IPIP",
  "IPV6",
  "ESP",
  "AH",
]);

/** `undefined`: every port. A rule for ICMP alone has none of TCP, UDP, SCTP. */
export function readCiliumPorts(rule: JsonObject): readonly PortSelector[] | undefined {
  const toPorts = objectsAt(rule, "toPorts");
  if (toPorts.length > 0) return toPorts.flatMap(readPortRule);
  const icmps = rule["icmps"];
  return isJsonArray(icmps) && icmps.length > 0 ? [] : undefined;
}

function readPortRule(rule: JsonObject): readonly PortSelector[] {
  const doubt = deeper(rule);
  const ports = objectsAt(rule, "ports").map(readPort);
  const all = ports.length === 0 ? [everyPort()] : ports.filter((port) => port !== undefined);
  return doubt === undefined ? all : all.map((port) => ({ ...port, doubt: port.doubt ?? doubt }));
}

/** What a port rule demands beyond the port; `undefined` where nothing. */
function deeper(rule: JsonObject): string | undefined {
  const unknown = strangers(rule, [
    "ports",
    "rules",
    "terminatingTLS",
    "originatingTLS",
    "serverNames",
    "listener",
  ]);
  if (unknown.length > 0) return `a rule ${notUnderstood} (${unknown.join(", ")})`;
  if (isPresent(rule, "listener") || isPresent(rule, "serverNames"))
    return "a rule depends on what is said over the connection (TLS, proxy)";
  const rules = objectAt(rule, "rules") ?? {};
  return Object.keys(rules).some((key) => isPresent(rules, key) && !admitsAll(rules, key))
    ? `a rule depends on what is said over the connection (${Object.keys(rules).join(", ")})`
    : undefined;
}

/** An HTTP rule without conditions and a DNS rule for every name admit all. */
function admitsAll(rules: JsonObject, key: string): boolean {
  const entries = objectsAt(rules, key);
  if (key === "http") return entries.length === 0 || entries.some((entry) => Object.keys(entry).length === 0);
  if (key === "dns") return entries.length === 0 || entries.some((entry) => entry["matchPattern"] === "*");
  return false;
}

/** A port is text: a number, `0` for all, or a name. Without a protocol it is of every protocol. */
function readPort(entry: JsonObject): PortSelector | undefined {
  const written = isPresent(entry, "protocol") ? entry["protocol"]! : "ANY";
  if (others.has(written)) return undefined;
  const protocol = written === "ANY" || written === "" ? undefined : written;
  if (protocol !== undefined && !isProtocol(protocol))
    return everyPort(undefined, `a protocol ${refusedByServer}`);
  if (strangers(entry, ["port", "endPort", "protocol"]).length > 0)
    return everyPort(protocol, `a port ${notUnderstood}`);
  return numberOrName(entry, protocol);
}

function numberOrName(entry: JsonObject, protocol: Protocol | undefined): PortSelector {
  const text = String(entry["port"] ?? "");
  const { endPort } = entry;
  if (/^[0-9]*[a-z-][a-z0-9-]*$/i.test(text)) return { protocol, name: text.toLowerCase() };
  const from = Number(text);
  if (text === "0" || text === "") return everyPort(protocol);
  if (!isPortNumber(from)) return everyPort(protocol, `a port ${refusedByServer}`);
  if (endPort === undefined || endPort === null || endPort === 0) return { protocol, from, to: from };
  return isPortNumber(endPort) && endPort >= from
    ? { protocol, from, to: endPort }
    : everyPort(protocol, `a port ${refusedByServer}`);
}
