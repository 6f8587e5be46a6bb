/** Random sets of NetworkPolicies over the labels, ports and addresses of the test world; the same seed gives the same sets. */
import { policy, type Addresses, type PolicySet } from "./sets.ts";

type Spec = { readonly [key: string]: unknown };

export function randomSets(seed: number, count: number, at: Addresses): readonly PolicySet[] {
  return Array.from({ length: count }, (_, index) => {
    const draw = drawing(seed * 1000 + index, Object.values(at));
    return {
      name: `random, seed ${seed}, ${index + 1}`,
      policies: draw
        .list(1, 4, () => 0)
        .map((_, place) => policy(draw.of("north", "south", "east"), `p${place}`, specOf(draw))),
    };
  });
}

interface Draw {
  readonly below: (end: number) => number;
  readonly of: <T>(...from: readonly T[]) => T;
  readonly list: <T>(least: number, most: number, make: () => T) => T[];
  readonly addresses: readonly string[];
}

/** Mulberry32 (public domain, Tommy Ettinger): small, and good enough to choose with. */
function drawing(seed: number, addresses: readonly string[]): Draw {
  let state = seed >>> 0;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
  return {
    below,
    of: (...from) => from[below(from.length)]!,
    list: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
    addresses,
  };
}

function specOf(draw: Draw): Spec {
  const types = draw.of(undefined, ["Ingress"], ["Egress"], ["Ingress", "Egress"]);
  return {
    podSelector: draw.of({}, {}, podSelector(draw)),
    ...(types === undefined ? {} : { policyTypes: types }),
    ...(draw.below(4) === 0 ? {} : { ingress: draw.list(0, 2, () => rule("from", draw)) }),
    ...(draw.below(3) === 0 ? {} : { egress: draw.list(0, 2, () => rule("to", draw)) }),
  };
}

function rule(way: "from" | "to", draw: Draw): Spec {
  return {
    ...(draw.below(5) === 0 ? {} : { [way]: draw.list(0, 2, () => peer(draw)) }),
    ...(draw.below(2) === 0 ? {} : { ports: draw.list(1, 2, () => port(draw)) }),
  };
}

function peer(draw: Draw): Spec {
  const kind = draw.below(4);
  if (kind === 0) return { podSelector: podSelector(draw) };
  if (kind === 1) return { namespaceSelector: namespaceSelector(draw) };
  if (kind === 2) return { namespaceSelector: namespaceSelector(draw), podSelector: podSelector(draw) };
  const address = draw.of(...draw.addresses);
  return {
    ipBlock: draw.of<Spec>(
      { cidr: `${address}/32` },
      { cidr: "10.244.0.0/24", except: [`${address}/32`] },
      { cidr: `${address.replace(/\d+$/, "0")}/28` },
      { cidr: "0.0.0.0/0", except: ["10.244.0.0/24", "198.51.100.0/24"] },
    ),
  };
}

function port(draw: Draw): Spec {
  const protocol = draw.of(undefined, "TCP", "UDP");
  const own = protocol === undefined ? {} : { protocol };
  return draw.of<Spec>(
    { protocol: protocol ?? "TCP" },
    { ...own, port: draw.of(7080, 7081, 7443, 7500, 7510, 7053) },
    { ...own, port: draw.of("web", "dns") },
    { ...own, port: draw.of(7050, 7080), endPort: draw.of(7081, 7500, 7505) },
  );
}

const podSelector = (draw: Draw): Spec =>
  selector(draw, { app: ["web", "api", "db", "made"], role: ["front", "data"], backup: ["yes", "no"] });
const namespaceSelector = (draw: Draw): Spec =>
  selector(draw, { zone: ["north", "south", "east"], tier: ["front", "back"] });

function selector(draw: Draw, labels: { readonly [key: string]: readonly string[] }): Spec {
  const key = draw.of(...Object.keys(labels));
  const values = labels[key]!;
  return draw.of<Spec>(
    {},
    { matchLabels: { [key]: draw.of(...values) } },
    { matchExpressions: [{ key, operator: draw.of("In", "NotIn"), values: [draw.of(...values)] }] },
    { matchExpressions: [{ key, operator: draw.of("Exists", "DoesNotExist") }] },
  );
}
