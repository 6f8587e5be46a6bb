/** `plimsoll reach`: whether one end can connect to another under the network policies, and which of them decide. */
import {
  connectivity,
  connectivityKinds,
  sanitize,
  workloadKinds,
  type ConnectionReason,
  type Side,
} from "@plimsoll/core";
import { inventoryOf, peerFrom, portFrom, worldOptions } from "../asked.ts";
import { defineCommand, type Call } from "../command.ts";

export const reach = defineCommand({
  id: "reach",
  summary: "whether one end can connect to another, and which policies decide",
  description:
    "Ends are workloads as [KIND/]NAMESPACE/NAME, IP addresses, node/NAME, or internet. Without a port, lists the ports. Exits with 1 where it cannot connect, 3 where that cannot be told.",
  arguments: [
    { name: "<from>", description: "the end that connects" },
    { name: "<to>", description: "the end that is connected to" },
    { name: "[port]", description: "8080, a port's name, 53/UDP, or * for all (default: *)" },
    { name: "[path...]", description: "files, folders or saved snapshots (default: the cluster)" },
  ],
  options: worldOptions,
  examples: [
    { line: "plimsoll reach shop/web shop/db 5432 deploy/", means: "one port, by the manifests of a folder" },
    {
      line: "plimsoll reach internet shop/web --snapshot prod.plimsoll.zst",
      means: "all ports, without a cluster",
    },
  ],
  run,
});

const kinds = [...workloadKinds, "v1/Namespace", "v1/Node", "v1/Service", ...connectivityKinds];
const says = { allowed: "can connect", denied: "cannot connect", unknown: "may or may not connect" } as const;
const codes = { allowed: 0, denied: 1, unknown: 3 } as const;

async function run(call: Call): Promise<number> {
  const [from = "", to = "", port = "*", ...paths] = call.arguments;
  const given = port === "*" ? undefined : portFrom(port);
  const inventory = await inventoryOf(paths, kinds, call);
  const graph = connectivity(inventory);
  const ends = [peerFrom(from, inventory), peerFrom(to, inventory)] as const;
  const names = `${sanitize(from)} → ${sanitize(to)}`;
  if (given === undefined) {
    const ports = graph.ports(...ends);
    const lines = ports.map(
      ({ protocol, from: first, to: last, verdict }) =>
        `  ${protocol} ${first === last ? first : `${first}–${last}`}  ${verdict}`,
    );
    await call.terminal.out(
      [`${names}: ${ports.length === 0 ? "denied on every port" : "ports"}`, ...lines, ""].join("\n"),
    );
    return ports.some(({ verdict }) => verdict === "allowed") ? 0 : ports.length > 0 ? 3 : 1;
  }
  const { verdict, egress, ingress } = graph.verdict(...ends, given);
  const lines = [
    `${verdict}: ${names} ${says[verdict]} on ${given.protocol} ${sanitize(String(given.port))}`,
    ...sideLines("leaving", egress),
    ...sideLines("arriving", ingress),
  ];
  await call.terminal.out(`${lines.join("\n")}\n`);
  return codes[verdict];
}

function sideLines(name: string, { verdict, because }: Side): readonly string[] {
  return [`  ${name}: ${verdict}`, ...because.map((reason) => `    ${reasonText(reason)}`)];
}

function reasonText({ text, rule, effect }: ConnectionReason): string {
  const doubt = effect === "may decide" ? "not known: " : "";
  return sanitize(`${doubt}${text}${rule === undefined ? "" : ` (rule ${rule})`}`);
}
