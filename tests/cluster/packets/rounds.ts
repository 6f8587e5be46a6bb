/** One round of probes: every connection that was ruled on, and those through Services, made from all ends at once. */
import type { Connectivity, ConnectionDecision as Decision, Inventory } from "@plimsoll/core";
import type { Probe } from "./compare.ts";
import type { PacketEnd, Runner } from "./ends.ts";
import type { Ruling } from "./firewall.ts";
import type { Prober, Target } from "./prober.ts";

export async function probeAll(
  prober: Prober,
  graph: Connectivity,
  rulings: readonly Ruling[],
): Promise<Probe[]> {
  const open = rulings.map((ruling) => ({
    ruling,
    decision: graph.verdict(ruling.from.engine, ruling.to.engine, ruling),
    target: { address: ruling.to.address, protocol: ruling.protocol, port: ruling.port },
  }));
  return send(prober, open);
}

interface Open {
  readonly ruling: Probe["ruling"];
  readonly decision: Decision;
  readonly target: Target;
}

async function send(prober: Prober, open: readonly Open[]): Promise<Probe[]> {
  const byRunner = Map.groupBy(open, ({ ruling }) => ruling.from.runs);
  const done = await Promise.all(
    [...byRunner].map(async ([runner, some]) => {
      if (runner === undefined) return [];
      const said = await prober.connect(
        runner,
        some.map(({ target }) => target),
      );
      return some.map(({ ruling, decision }, at): Probe => ({ ruling, decision, said: said[at]! }));
    }),
  );
  return done.flat();
}

/** A Service of the test world, and the pod and port behind it. */
const services = [
  { namespace: "packets-north", name: "web", behind: "north/web", protocol: "TCP", port: 80, target: 7080 },
  { namespace: "packets-north", name: "web", behind: "north/web", protocol: "UDP", port: 53, target: 7053 },
  { namespace: "packets-south", name: "db", behind: "south/db", protocol: "TCP", port: 5432, target: 7500 },
  {
    namespace: "packets-south",
    name: "made",
    behind: "south/made",
    protocol: "TCP",
    port: 443,
    target: 7443,
  },
] as const;

/** Where packets for the Services of the test world are sent to. */
export function serviceTargets(inventory: Inventory): readonly Target[] {
  return services.map((service) => ({ ...service, address: addressOf(service, inventory) }));
}

function addressOf(
  { namespace, name }: Pick<(typeof services)[number], "namespace" | "name">,
  inventory: Inventory,
): string {
  const service = inventory
    .ofKind("v1/Service")
    .find(({ resource: { metadata } }) => metadata.namespace === namespace && metadata.name === name)!;
  return (service.resource["spec"] as { readonly clusterIP: string }).clusterIP;
}

/** The address of a Service is translated before policies are held against the packet: what counts is the pod behind it. */
export async function probeServices(
  prober: Prober,
  graph: Connectivity,
  ends: readonly PacketEnd[],
  inventory: Inventory,
): Promise<Probe[]> {
  const isInside = (runs: Runner | undefined): boolean => runs?.kind === "pod" || runs?.kind === "node";
  const open = services.flatMap((service): Open[] => {
    const { name, behind, protocol, port, target } = service;
    const address = addressOf(service, inventory);
    const to = ends.find((end) => end.name === behind)!;
    return ends
      .filter((from) => isInside(from.runs) && from !== to)
      .map((from) => ({
        ruling: { from, to, protocol, port: target, service: name },
        decision: graph.verdict(from.engine, to.engine, { port: target, protocol }),
        target: { address, protocol, port },
      }));
  });
  return send(prober, open);
}
