/**
 * Makes the node enforce what the oracle decides, as a network plugin would: one gate for what leaves a source, one for
 * what arrives at a destination. A refusal is an answer of its own (an ICMP error), so that "refused" is never mistaken
 * for "slow", and a connection that nobody decided about is refused in a third way.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { ask, commonFamilies } from "../../network-oracle/oracle.ts";
import type { Cluster } from "../../network-oracle/cluster.ts";
import { ports, type PacketEnd } from "./ends.ts";

export type Decided = "allow" | "deny" | "either";

export interface Ruling {
  readonly from: PacketEnd;
  readonly to: PacketEnd;
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
  readonly overall: Decided;
  readonly egress: Decided;
  readonly ingress: Decided;
}

const table = "plimsoll_packets";

/** The oracle's answer for every ordered pair of ends of which one is a pod, on every port. */
export function rulingsOf(ends: readonly PacketEnd[], cluster: Cluster): readonly Ruling[] {
  return ends.flatMap((from) =>
    ends.flatMap((to) => {
      if (from.runs === undefined || !("pod" in from.oracle || "pod" in to.oracle)) return [];
      if (commonFamilies(cluster, from.oracle, to.oracle).length === 0) return [];
      return ports.map(([protocol, port]): Ruling => {
        return { from, to, protocol, port, ...ask(cluster, from.oracle, to.oracle, protocol, port) };
      });
    }),
  );
}

/** Replaces the rules of the node by those of these rulings, at once. */
export async function program(rulings: readonly Ruling[]): Promise<void> {
  const keysOf = (some: readonly Ruling[]): string => [...new Set(some.flatMap(keys))].sort().join(", ");
  // Where the documents leave it open, or where only one end's view would refuse, the packet goes through.
  const denied = rulings.filter(({ overall }) => overall === "deny");
  const open = new Set(rulings.filter(({ overall }) => overall !== "deny").flatMap(keys));
  const torn = denied.flatMap(keys).find((key) => open.has(key));
  if (torn !== undefined) throw new Error(`two ends have one address and differ: ${torn}`);
  const sets = {
    leaving: denied.filter(({ egress }) => egress === "deny"),
    arriving: denied.filter(({ ingress }) => ingress === "deny"),
    decided: rulings,
  };
  const ends = [...new Set(rulings.flatMap(({ from, to }) => [...sourcesOf(from), to.address]))].join(", ");
  const type = "typeof ip saddr . ip daddr . meta l4proto . th dport";
  const key = "ip saddr . ip daddr . meta l4proto . th dport";
  const rules = [
    "ct direction reply accept",
    "meta l4proto != { tcp, udp } accept",
    `${key} @leaving reject with icmp type net-prohibited`,
    `${key} @arriving reject with icmp type admin-prohibited`,
    `${key} @decided accept`,
    // The node's own traffic goes on beside ours.
    `ip saddr @ends ip daddr @ends th dport { ${ports.map(([, port]) => port).join(", ")} } reject with icmp type prot-unreachable`,
  ];
  const lines = [
    `table inet ${table} {}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    `set ends { type ipv4_addr; elements = { ${ends} } }`,
    ...Object.entries(sets).map(([name, some]) => {
      const elements = keysOf(some);
      return `set ${name} { ${type}; ${elements === "" ? "" : `elements = { ${elements} }`} }`;
    }),
    ...["forward", "input", "output"].map(
      (hook) => `chain ${hook} { type filter hook ${hook} priority filter;\n${rules.join("\n")}\n}`,
    ),
    "}",
  ];
  await nft(lines.join("\n"));
}

/** The kernel answers so many refusals at once only where it is told to; returns what undoes it. */
export function answerAll(): () => void {
  const settings = { icmp_ratelimit: "0", icmp_msgs_per_sec: "100000", icmp_msgs_burst: "100000" };
  const undo = Object.entries(settings).map(([name, value]) => {
    const file = `/proc/sys/net/ipv4/${name}`;
    const before = readFileSync(file, "utf8");
    writeFileSync(file, value);
    return () => writeFileSync(file, before);
  });
  return () => {
    for (const one of undo) one();
  };
}

/** Takes all of it away. */
export async function unprogram(): Promise<void> {
  await nft(`table inet ${table} {}\ndelete table inet ${table}`);
}

function keys({ from, to, protocol, port }: Ruling): readonly string[] {
  return sourcesOf(from).map((source) => `${source} . ${to.address} . ${protocol.toLowerCase()} . ${port}`);
}

/** What the node sends to its pods comes from the bridge's address. */
function sourcesOf({ address }: PacketEnd): readonly string[] {
  return address === "10.240.0.1" ? [address, "10.244.0.1"] : [address];
}

function nft(program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile("nft", ["-f", "-"], (error, _, err) => {
      if (error === null) resolve();
      else reject(new Error(`nft refuses the rules: ${err.slice(0, 2000)}`, { cause: error }));
    });
    child.stdin!.end(program);
  });
}
