/** Decides where the service may connect to, and pins the addresses it decided on. */
import { inRanges, isAddress, rangeOf, reservedAs } from "./address.ts";
import { EgressError } from "./error.ts";

export interface Pinned {
  /** As it was asked for: what certificates and the Host header name. */
  readonly host: string;
  readonly port: number;
  /** What to connect to; the name is not looked up again. */
  readonly address: string;
  /** The settings name it. */
  readonly allowed: boolean;
}

/** Looks a name up: all of its addresses. */
export type Lookup = (host: string) => Promise<readonly string[]>;

export interface Gate {
  /** Throws an `EgressError` (`address`). */
  readonly pin: (host: string, port: number) => Promise<Pinned>;
}

/** `allow`: `host`, `host:port`, `*.domain`, an address or a range of addresses (`10.1.0.0/16`). */
export function createGate(allow: readonly string[], lookup: Lookup): Gate {
  const isInside = inRanges(allow.flatMap((entry) => rangeOf(entry) ?? []));
  const names = allow.filter((entry) => rangeOf(entry) === undefined).map((entry) => entry.toLowerCase());
  const named = (host: string, port: number): boolean =>
    names.some((entry) => {
      const [name = "", only] = entry.split(":");
      if (only !== undefined && Number(only) !== port) return false;
      return name.startsWith("*.") ? host.endsWith(name.slice(1)) : name === host;
    });
  return {
    pin: async (given, port) => {
      const host = canonical(given);
      const addresses = isAddress(host) ? [host] : await found(host, lookup);
      const isNamed = named(host, port);
      for (const address of addresses) {
        if (isInside(address)) continue;
        const why = reservedAs(address);
        // A name in the settings opens private networks; what only ever means this machine or a cloud's metadata needs its address there.
        if (why === undefined || (isNamed && why === "private")) continue;
        throw new EgressError("address", `${host} leads to an address that is ${why}`);
      }
      return { host, port, address: addresses[0]!, allowed: isNamed || addresses.every(isInside) };
    },
  };
}

/** As a URL has it (`127.1`, `0x7f000001` and `0177.1` become 127.0.0.1), lower case, without the last dot and brackets. */
function canonical(host: string): string {
  const bare = host.replace(/^\[|\]$/g, "");
  const url = URL.parse(`http://${bare.includes(":") ? `[${bare}]` : bare}/`);
  const name = url?.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "") ?? "";
  if (name === "") throw new EgressError("address", "no name of a host");
  return name;
}

async function found(host: string, lookup: Lookup): Promise<readonly string[]> {
  if (host === "localhost" || host.endsWith(".localhost"))
    throw new EgressError("address", `${host} leads to an address that is loopback`);
  let addresses: readonly string[] = [];
  try {
    addresses = await lookup(host);
  } catch (error) {
    throw new EgressError("unreachable", "its name is not known", { cause: error });
  }
  if (addresses.length === 0) throw new EgressError("unreachable", "its name has no address");
  return addresses;
}
