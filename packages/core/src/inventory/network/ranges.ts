/** All ports of a connection between two peers, judged one by one where something can change. */
import { columnsOf } from "./columns.ts";
import type { PortVerdict, Verdict } from "./connectivity.ts";
import type { Party, PodParty } from "./party.ts";
import type { Direction } from "./policy.ts";
import { appendRange } from "./profile.ts";
import { lastPort, protocols, type Protocol } from "./port.ts";
import { rowOf, type Selecting } from "./row.ts";

/** `ask` gives the verdict on one port; it is asked at each port at which a rule of either end begins or ends. */
export function rangesOf(
  from: readonly Party[],
  to: readonly Party[],
  selecting: (pod: PodParty) => readonly Selecting[],
  ask: (port: number, protocol: Protocol) => Verdict,
): readonly PortVerdict[] {
  const starts = protocols.map(() => new Set([1]));
  const add = (subject: Party, peer: Party, direction: Direction): void => {
    if (subject.kind !== "pod") return;
    const row = rowOf(subject, direction, selecting(subject), columnsOf([peer]));
    for (const segment of row) starts[protocols.indexOf(segment.protocol)]!.add(segment.from);
  };
  for (const one of from) {
    for (const two of to) {
      add(one, two, "egress");
      add(two, one, "ingress");
    }
  }
  const ports: PortVerdict[] = [];
  protocols.forEach((protocol, index) => {
    const sorted = [...starts[index]!].sort((a, b) => a - b);
    sorted.forEach((start, at) =>
      appendRange(ports, protocol, start, (sorted[at + 1] ?? lastPort + 1) - 1, ask(start, protocol)),
    );
  });
  return ports;
}
