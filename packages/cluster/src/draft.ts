/** A snapshot while it is being put together. */
import type { Gap, ResourceRecord, Snapshot, SnapshotHeader } from "@plimsoll/core";

export interface Draft {
  readonly resources: ResourceRecord[];
  readonly gaps: Gap[];
  /** Documents that are not ours to judge, by reason. */
  readonly skipped: Map<string, number>;
  /** Kinds that are taken in though they are custom: somebody asks about them. */
  readonly wanted: ReadonlySet<string>;
}

export function createDraft(wanted: readonly string[] = []): Draft {
  return { resources: [], gaps: [], skipped: new Map(), wanted: new Set(wanted) };
}

export function skip(draft: Draft, reason: string, count = 1): void {
  draft.skipped.set(reason, (draft.skipped.get(reason) ?? 0) + count);
}

/** Adds what another draft holds. */
export function join(draft: Draft, other: Draft): void {
  for (const record of other.resources) draft.resources.push(record);
  for (const gap of other.gaps) draft.gaps.push(gap);
  for (const [reason, count] of other.skipped) skip(draft, reason, count);
}

export function snapshotOf(draft: Draft, header: SnapshotHeader, covered: readonly string[]): Snapshot {
  const skipped = [...draft.skipped].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    header,
    resources: draft.resources,
    observations: [],
    images: [],
    gaps: draft.gaps,
    skipped: skipped.map(([reason, count]) => ({ reason, count })),
    covered,
  };
}
