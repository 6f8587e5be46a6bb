/** What happened and should not: kept in the store as it is known, and told once when it first happens. */
import type { DetectionReport } from "@plimsoll/core";
import type { PartChange } from "../store/batch.ts";
import { partsIn } from "../store/parts.ts";
import type { Store } from "../store/store.ts";

/** By key, as the store was last told of it. */
export type Known = Map<string, string>;

export interface Fresh {
  readonly parts: readonly PartChange[];
  /** Those that were not known before and no exception accepts, or that one does not accept any more. */
  readonly detections: readonly DetectionReport[];
}

/** Compares, and writes into `known` what the store will know once it has been told. */
export function freshIn(known: Known, reports: readonly DetectionReport[], whole: boolean): Fresh {
  const parts: PartChange[] = [];
  const detections: DetectionReport[] = [];
  const left = new Set(known.keys());
  for (const report of reports) {
    const { key } = report;
    left.delete(key);
    const [before, text] = [known.get(key), JSON.stringify(report)];
    if (before === text && !whole) continue;
    known.set(key, text);
    parts.push({ part: "told", key, value: report });
    if (report.exception === undefined && (before === undefined || isAccepted(before)))
      detections.push(report);
  }
  for (const key of left) {
    known.delete(key);
    parts.push({ part: "told", key });
  }
  return { parts, detections };
}

function isAccepted(text: string): boolean {
  return (JSON.parse(text) as DetectionReport).exception !== undefined;
}

/** What a store holds of a cluster. */
export async function storedTold(store: Store, cluster: string): Promise<Known> {
  const known: Known = new Map();
  for await (const { key, value } of partsIn(store, cluster, "told")) known.set(key, JSON.stringify(value));
  return known;
}
