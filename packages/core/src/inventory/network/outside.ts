/** What of the public address space can connect to a pod, or be connected to by it. */
import { entryOf } from "../once.ts";
import { formatRange, lastOf, parseBlock, type AddressRange, type Family } from "./address.ts";
import type { Outside, Port, Reason, Side, Verdict } from "./connectivity.ts";
import { nodeSide, numbersOf, sideOf, type Judge } from "./decision.ts";
import type { NodeParty, Party, PodParty } from "./party.ts";
import type { Direction } from "./policy.ts";
import type { Protocol } from "./port.ts";

/**
 * Ranges that are not public: private, shared, loopback, link-local, multicast, reserved. Those kept for documentation
 * count as public, since examples use them so. Source: IANA special-purpose address registry (RFC 6890).
 */
const insideBlocks = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
].map((cidr) => parseBlock(cidr)!);

const publicRanges: readonly AddressRange[] = [
  ...holesOf({ family: 4, first: 0n, last: lastOf(4) }, insideBlocks),
  parseBlock("2000::/3")!,
];

const mostRanges = 32;

/** Some node that the pod does not run on: what outside traffic may look like once it was forwarded. */
const forwarder: NodeParty = {
  kind: "node",
  node: "other",
  labels: { values: {}, doubt: () => "which node forwards is not known" },
  addresses: [],
};

/** `pods` stand for a workload: what holds for all of them holds. */
export function outsideOf(
  judge: Judge,
  pods: readonly PodParty[],
  direction: Direction,
  { port, protocol = "TCP" }: Port,
): Outside {
  const found = pods.flatMap((pod) => {
    if (pod.completed) return [none("denied", "the pod has completed: nothing sends or listens there")];
    const ports =
      typeof port === "number"
        ? [port]
        : direction === "ingress"
          ? numbersOf({ to: pod, port, protocol })
          : [];
    if (ports.length === 0) return [none("unknown", `no container of the destination names a port ${port}`)];
    return ports.map((number) => outsideOfPod(judge, pod, direction, protocol, number));
  });
  const [first, ...others] = found;
  if (first === undefined) return none("unknown", "nothing stands for the workload");
  const differs = others.some(
    ({ verdict, ranges }) => verdict !== first.verdict || ranges.join() !== first.ranges.join(),
  );
  return differs ? { ...first, verdict: "unknown", because: found.flatMap(({ because }) => because) } : first;
}

function none(verdict: Verdict, text: string): Outside {
  const effect = verdict === "denied" ? "denies" : "may decide";
  return { verdict, ranges: [], anywhere: false, because: [{ effect, text }] };
}

/** Evaluates every stretch of the public address space on which the pod's policies cannot differ. */
function outsideOfPod(
  judge: Judge,
  pod: PodParty,
  direction: Direction,
  protocol: Protocol,
  port: number,
): Outside {
  const blocks = bordersOf(judge, pod, direction);
  const stretches = cut(publicRanges, blocks);
  const known = new Map<string, Side>();
  const sides = stretches.map(({ family, first }) => {
    // Those that the same blocks hold fare alike.
    const holders = blocks.map(
      (block) => block.family === family && block.first <= first && first <= block.last,
    );
    return entryOf(known, `${family} ${holders.join()}`, () => {
      const address = { family, value: first };
      return sideAt(judge, pod, { kind: "address", address }, direction, protocol, port);
    });
  });
  const admitted = stretches.filter((_, index) => sides[index]!.verdict === "allowed");
  const ranges = merged(admitted);
  const anywhere = ([4, 6] as const).some(
    (family) => sizeOf(admitted, family) * 2n >= sizeOf(publicRanges, family),
  );
  const side = deciding(sides);
  const shown = ranges.slice(0, mostRanges).map(formatRange);
  if (side.verdict !== "denied" || direction === "egress") return { ...side, ranges: shown, anywhere };
  return { ...translated(judge, pod, side, protocol, port), ranges: [], anywhere: false };
}

/** A host-network pod is a pod to some network plugins, its node to most: where they differ it is unknown. */
function sideAt(
  judge: Judge,
  pod: PodParty,
  peer: Party,
  direction: Direction,
  protocol: Protocol,
  port: number,
): Side {
  const side = sideOf(judge, pod, peer, direction, protocol, port);
  if (!pod.hostNetwork || side.verdict === nodeSide(judge.hostFirewall).verdict) return side;
  const text = "network plugins treat host-network pods as pods or as their node, which fare differently";
  return { verdict: "unknown", because: [{ effect: "may decide", text }, ...side.because] };
}

/** "The source IP that the NetworkPolicy acts on may be the IP of a LoadBalancer or of the Pod's node": the API's words. */
function translated(judge: Judge, pod: PodParty, side: Side, protocol: Protocol, port: number): Side {
  const forwarded = sideOf(judge, pod, forwarder, "ingress", protocol, port);
  if (forwarded.verdict === "denied") return side;
  const reason: Reason = {
    effect: "may decide",
    text: "only addresses inside are admitted, and traffic that a node or a load balancer forwards may come from one",
  };
  return { verdict: "unknown", because: [reason, ...forwarded.because] };
}

function deciding(sides: readonly Side[]): Side {
  const order: readonly Verdict[] = ["allowed", "unknown", "denied"];
  const best = order.map((verdict) => sides.find((side) => side.verdict === verdict));
  return best.find((side) => side !== undefined)!;
}

function bordersOf(judge: Judge, pod: PodParty, direction: Direction): readonly AddressRange[] {
  return judge
    .selecting(pod)
    .flatMap(({ ruleset }) => ruleset[direction]?.rules ?? [])
    .flatMap(({ peers = [] }) => peers)
    .flatMap(({ blocks = [] }) => blocks);
}

function cut(ranges: readonly AddressRange[], blocks: readonly AddressRange[]): readonly AddressRange[] {
  return ranges.flatMap((range) => {
    const starts = blocks
      .filter(({ family }) => family === range.family)
      .flatMap(({ first, last }) => [first, last + 1n])
      .filter((start) => start > range.first && start <= range.last);
    const sorted = [...new Set([range.first, ...starts])].sort((a, b) => (a < b ? -1 : 1));
    return sorted.map((first, index) => ({
      ...range,
      first,
      last: (sorted[index + 1] ?? range.last + 1n) - 1n,
    }));
  });
}

function holesOf(whole: AddressRange, blocks: readonly AddressRange[]): readonly AddressRange[] {
  return cut([whole], blocks).filter(
    ({ first }) => !blocks.some((block) => first >= block.first && first <= block.last),
  );
}

function merged(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const list: AddressRange[] = [];
  for (const range of ranges) {
    const last = list.at(-1);
    if (last !== undefined && last.family === range.family && last.last + 1n === range.first)
      list[list.length - 1] = { ...last, last: range.last };
    else list.push(range);
  }
  return list;
}

function sizeOf(ranges: readonly AddressRange[], family: Family): bigint {
  return ranges.reduce(
    (sum, range) => (range.family === family ? sum + range.last - range.first + 1n : sum),
    0n,
  );
}
