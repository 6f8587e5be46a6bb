/** `plimsoll reach`: whether one end can connect to another under the network policies, and which of them decide. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  connectivity,
  connectivityKinds,
  sanitize,
  workloadKinds,
  type ConnectionReason,
  type Inventory,
  type Port,
  type Side,
} from "@plimsoll/core";
import { inventoryOf, peerFrom, portFrom, worldOptions } from "../asked.ts";
import { defineCommand, type Call } from "../command.ts";
import { gapLines, isIncomplete } from "../gate.ts";

export const reach = defineCommand({
  id: "reach",
  summary: "whether one end can connect to another, and which policies decide",
  description:
    "Ends are workloads as [KIND/]NAMESPACE/NAME, IP addresses, node/NAME, or internet. Without a port, lists all that it can connect on. Exits with 1 where it cannot connect, 3 where that cannot be told.",
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
  const [from = "", to = "", ...rest] = call.arguments;
  const { port: given, paths } = await portAndPaths(rest, call);
  const inventory = await inventoryOf(paths, kinds, call);
  for (const line of gapLines(inventory.gaps)) call.terminal.note(line);
  const code = await answered(from, to, given, inventory, call);
  return isIncomplete(inventory) ? 3 : code;
}

/** The port may be left out: what then stands in its place is a path. */
async function portAndPaths(
  [first = "*", ...others]: readonly string[],
  call: Call,
): Promise<{ readonly port: Port | undefined; readonly paths: readonly string[] }> {
  const isPath =
    first === "-" ||
    (first !== "*" && others.length === 0 && (await exists(resolve(call.terminal.cwd, first))));
  if (isPath || (first.includes("/") && !/^[^/]+\/(tcp|udp|sctp)$/i.test(first)))
    return { port: undefined, paths: [first, ...others] };
  return { port: first === "*" ? undefined : portFrom(first), paths: others };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function answered(
  from: string,
  to: string,
  given: Port | undefined,
  inventory: Inventory,
  call: Call,
): Promise<number> {
  const graph = connectivity(inventory);
  const ends = [peerFrom(from, inventory), peerFrom(to, inventory)] as const;
  const names = `${sanitize(from)} → ${sanitize(to)}`;
  if (given === undefined) {
    const ports = graph.ports(...ends);
    const lines = ports.map(
      ({ protocol, from: first, to: last, verdict }) =>
        `  ${protocol} ${first === last ? first : `${first}–${last}`}  ${verdict}`,
    );
    const asked: readonly Port[] =
      ports.length === 0 ? [{ port: 1 }] : ports.map(({ protocol, from: port }) => ({ protocol, port }));
    const decisions = asked.slice(0, mostAsked).map((port) => graph.verdict(...ends, port));
    const sides = [
      ...reasonLines(
        "leaving",
        decisions.flatMap(({ egress }) => egress.because),
      ),
      ...reasonLines(
        "arriving",
        decisions.flatMap(({ ingress }) => ingress.because),
      ),
    ];
    const head = `${names}: ${ports.length === 0 ? "denied on every port" : "ports"}`;
    await call.terminal.out(`${[head, ...lines, ...sides].join("\n")}\n`);
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

/** Of so many ranges of ports it is told which policies decide. */
const mostAsked = 20;

/** What decides over all ports, each reason once. */
function reasonLines(name: string, because: readonly ConnectionReason[]): readonly string[] {
  const texts = new Set(because.map(reasonText));
  return texts.size === 0 ? [] : [`  ${name}:`, ...[...texts].map((text) => `    ${text}`)];
}

function sideLines(name: string, { verdict, because }: Side): readonly string[] {
  return [`  ${name}: ${verdict}`, ...because.map((reason) => `    ${reasonText(reason)}`)];
}

function reasonText({ text, rule, effect }: ConnectionReason): string {
  const doubt = effect === "may decide" ? "not known: " : "";
  return sanitize(`${doubt}${text}${rule === undefined ? "" : ` (rule ${rule})`}`);
}
