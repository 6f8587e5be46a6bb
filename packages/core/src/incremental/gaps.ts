/** The gaps of checks that could not be evaluated, in the order in which a scan would meet them. */
import { failureGap } from "../controls/evaluate.ts";
import { targetKinds, type Control } from "../controls/control.ts";
import type { Judged } from "../controls/ledger.ts";
import type { Gap } from "../model/gap.ts";
import { refKey, type Path } from "../model/resource.ts";

interface Met {
  readonly gap: Gap;
  /** Control, kind, object. */
  readonly rank: readonly [number, number, string];
  readonly path: Path;
}

/** By control, then by object, then by where it stands in it. */
export function gapsInOrder(judged: readonly Judged[], controls: readonly Control[]): readonly Gap[] {
  const met = judged.flatMap((entry): readonly Met[] => {
    const gap = failureGap(entry);
    if (gap === undefined) return [];
    const { control, place } = entry;
    const path = place?.item ?? place?.container?.path ?? place?.pod ?? [];
    const rank = [controls.indexOf(control), kindRank(entry), refKey(entry.result.resource)] as const;
    return [{ gap, path, rank }];
  });
  return met.sort(byPlace).map(({ gap }) => gap);
}

function kindRank({ control, result }: Judged): number {
  const { target } = control;
  if (target === "cluster" || target === "workload" || target === "pod" || target === "container") return 0;
  return targetKinds[target].indexOf(`${result.resource.apiVersion}/${result.resource.kind}`);
}

function byPlace(a: Met, b: Met): number {
  const [control, kind, object] = a.rank;
  const [otherControl, otherKind, otherObject] = b.rank;
  if (control !== otherControl) return control - otherControl;
  if (kind !== otherKind) return kind - otherKind;
  if (object !== otherObject) return object < otherObject ? -1 : 1;
  return byPath(a.path, b.path);
}

/** Containers that start first come first; entries of a list by their number. */
const lists = ["initContainers", "containers", "ephemeralContainers"];

function byPath(a: Path, b: Path): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (step === other || other === undefined) continue;
    if (typeof step === "number" && typeof other === "number") return step - other;
    const [own, its] = [lists.indexOf(String(step)), lists.indexOf(String(other))];
    return own === its ? (step < other ? -1 : 1) : own - its;
  }
  return 0;
}
