/** Ports: what a rule names, and whether a connection's port is meant. */
import type { Match } from "./match.ts";
import { anyOf } from "./match.ts";

export type Protocol = "TCP" | "UDP" | "SCTP";

export const protocols = ["TCP", "UDP", "SCTP"] as const satisfies readonly Protocol[];

export const lastPort = 65_535;

export interface PortRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** A container port that has a name. */
export interface NamedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly number: number;
}

/** One port entry of a rule: a range of numbers, or a name that the destination pod resolves. `undefined`: any protocol. */
export type PortSelector =
  | {
      readonly protocol: Protocol | undefined;
      readonly from: number;
      readonly to: number;
      readonly doubt?: string;
    }
  | { readonly protocol: Protocol | undefined; readonly name: string; readonly doubt?: string };

/** All ports of a protocol (of every protocol where `undefined`). */
export function everyPort(protocol?: Protocol, doubt?: string): PortSelector {
  return { protocol, from: 1, to: lastPort, ...(doubt === undefined ? {} : { doubt }) };
}

/**
 * Whether a rule's ports contain a connection's. `named` are the destination's named ports, `undefined` where the
 * destination has none by nature (an address, a node).
 */
export function matchesPort(
  selectors: readonly PortSelector[] | undefined,
  protocol: Protocol,
  port: number,
  named: readonly NamedPort[] | undefined,
): Match {
  if (selectors === undefined) return true;
  return anyOf(selectors, (selector) => {
    if (selector.protocol !== undefined && selector.protocol !== protocol) return false;
    const found =
      "name" in selector
        ? resolves(selector.name, protocol, port, named ?? [])
        : port >= selector.from && port <= selector.to;
    return found === true ? (selector.doubt ?? true) : found;
  });
}

/** A name that several containers give to different ports is resolved differently by network plugins. */
function resolves(name: string, protocol: Protocol, port: number, named: readonly NamedPort[]): Match {
  const numbers = new Set(numbersOf(name, protocol, named));
  if (!numbers.has(port)) return false;
  return numbers.size === 1 ? true : `several containers name a port ${name}`;
}

export function numbersOf(name: string, protocol: Protocol, named: readonly NamedPort[]): readonly number[] {
  return named
    .filter((entry) => entry.name === name && entry.protocol === protocol)
    .map((entry) => entry.number);
}

export function isProtocol(value: unknown): value is Protocol {
  return value === "TCP" || value === "UDP" || value === "SCTP";
}
