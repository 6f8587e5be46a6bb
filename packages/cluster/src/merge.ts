/** Several snapshots made into one. */
import type { Snapshot, SnapshotHeader } from "@plimsoll/core";

/**
 * All that the snapshots hold, in their order. A cluster among them gives the header; the clock is the latest. A kind is
 * covered where every snapshot covers it. No snapshots make an empty one, so at least one must be given.
 */
export function mergeSnapshots(first: Snapshot, ...others: readonly Snapshot[]): Snapshot {
  if (others.length === 0) return first;
  const all = [first, ...others];
  return {
    header: mergedHeader(all.map(({ header }) => header)),
    resources: all.flatMap(({ resources }) => resources),
    observations: all.flatMap(({ observations }) => observations),
    ...gathered("watches", all),
    ...gathered("detections", all),
    images: all.flatMap(({ images }) => images),
    gaps: all.flatMap(({ gaps }) => gaps),
    skipped: mergedSkips(all),
    covered: mergedCoverage(all),
  };
}

/** What only snapshots with sensors have. */
function gathered<K extends "watches" | "detections">(key: K, all: readonly Snapshot[]): Pick<Snapshot, K> {
  const found = all.flatMap((snapshot): readonly unknown[] => snapshot[key] ?? []);
  return (found.length === 0 ? {} : { [key]: found }) as unknown as Pick<Snapshot, K>;
}

function mergedHeader(headers: readonly SnapshotHeader[]): SnapshotHeader {
  const chosen = headers.find(({ server }) => server.kind === "cluster") ?? headers[0]!;
  const takenAt = headers
    .map((header) => header.takenAt)
    .reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));
  return { ...chosen, takenAt };
}

function mergedSkips(all: readonly Snapshot[]): Snapshot["skipped"] {
  const counts = new Map<string, number>();
  for (const { reason, count } of all.flatMap(({ skipped }) => skipped)) {
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, count]) => ({ reason, count }));
}

function mergedCoverage(all: readonly Snapshot[]): readonly string[] {
  const limited = all.map(({ covered }) => covered).filter((covered) => !covered.includes("*"));
  const [first, ...others] = limited.map((covered) => new Set(covered));
  if (first === undefined) return ["*"];
  return [...others.reduce((common, covered) => common.intersection(covered), first)].sort();
}
