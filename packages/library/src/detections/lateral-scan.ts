/** Many peers or ports tried one after another. */
import { defineDetection, type Observation, type ObservationDetail } from "@plimsoll/core";

/** So many different peers and ports within so long (milliseconds) are no work. */
const most = 25;
const within = 60_000;

export const lateralScan = defineDetection({
  id: "lateral-scan",
  title: "A workload tries many peers or ports",
  severity: "high",
  why: "An application knows whom it talks to; whoever tries one address after another looks for a way on.",
  techniques: ["T1046"],
  equivalents: ["falco: Network Connection outside Local Subnet"],
  closedBy: ["default-deny-egress"],
  kinds: ["connection"],
  over: (behaviours) => bursts(behaviours.filter(isTry)),
  examples: {
    present: [{ details: tries(30), apart: 1 }],
    absent: [
      { details: tries(30), apart: 60 },
      { details: tries(10), apart: 1 },
    ],
  },
});

function isTry({ detail }: Observation): boolean {
  return detail.kind === "connection" && detail.operation === "connect" && detail.peer?.address !== undefined;
}

/** The first of each burst, with all that belongs to it. */
function* bursts(list: readonly Observation[]): Generator<readonly Observation[]> {
  const sorted = list
    .map((observation) => ({ observation, began: Date.parse(observation.support[0]!.first) }))
    .sort((a, b) => a.began - b.began);
  for (let start = 0, end = 0; end < sorted.length; end += 1) {
    while (sorted[end]!.began - sorted[start]!.began > within) start += 1;
    if (end - start + 1 < most) continue;
    yield sorted.slice(start, end + 1).map(({ observation }) => observation);
    return;
  }
}

function tries(count: number): readonly ObservationDetail[] {
  return Array.from({ length: count }, (_, at) => ({
    kind: "connection",
    operation: "connect",
    direction: "out",
    protocol: "TCP",
    port: 6379,
    peer: { address: `10.0.0.${at + 1}` },
  }));
}
