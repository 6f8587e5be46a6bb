/**
 * Keeps whoever broke in from teaching a profile: near what our own rules tell of and is grave nothing is learned, as near what
 * other tools tell of. May not stain what is near a detection that is only news, or that somebody accepts.
 */
import { coversDetection } from "../controls/exceptions.ts";
import { standingOf } from "../controls/conditions.ts";
import type { Control } from "../controls/control.ts";
import { detectionsOf, isOfNews } from "../evidence/detect.ts";
import type { Seen } from "../evidence/merge.ts";
import type { DetectionRule } from "../evidence/rule.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Exception } from "../model/exception.ts";
import { workloadsByPlace } from "./detections.ts";

export interface Rules {
  readonly controls: readonly Control[];
  readonly detections?: readonly DetectionRule[];
}

/** All that was seen, with what our rules tell of it that is grave and that nobody accepts. */
export function withGrave(
  seen: Seen,
  { controls, detections = [] }: Rules,
  inventory: Inventory,
  exceptions: readonly Exception[] = [],
): Seen {
  const grave = detections.filter((rule) => isGrave(rule) && !isOfNews(rule));
  const told = detectionsOf(seen, grave).detections;
  if (told.length === 0) return seen;
  const standing = standingOf(exceptions, controls, inventory);
  const equivalents = new Map(grave.map((rule) => [rule.id, rule.equivalents]));
  const workloadOf = workloadsByPlace(inventory);
  const open = told.filter((detection) => {
    const names = equivalents.get(detection.rule) ?? [];
    const workload = workloadOf(detection.container);
    return !exceptions.some((each) =>
      coversDetection(each, detection, names, workload, inventory.takenAt, standing),
    );
  });
  return { ...seen, detections: [...seen.detections, ...open] };
}

function isGrave({ severity }: DetectionRule): boolean {
  return severity === "critical" || severity === "high";
}
