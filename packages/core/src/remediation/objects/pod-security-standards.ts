/** What the Pod Security Standards say of pods and pod templates: judged by the controls that stand for their checks. */
import { isCelControl, type CelControl, type Library } from "../../controls/control.ts";
import { evaluate } from "../../controls/evaluate.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { refKey } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";

export type StandardLevel = "baseline" | "restricted";

/** The controls of each level. */
export type PodSecurityStandards = { readonly [Level in StandardLevel]: readonly CelControl[] };

/** A check that a pod does not meet, or of which it could not be told. */
export interface Violation {
  readonly workload: Workload;
  readonly container?: string;
  readonly control: string;
  readonly outcome: "fail" | "unknown";
  /** One sentence, as the control says it. */
  readonly because: string;
}

const ofLibrary = new WeakMap<Library, PodSecurityStandards>();

/** Of a library that measures `pss-baseline` and `pss-restricted`; `undefined` where it does not. */
export function standardsOf(library: Library): PodSecurityStandards | undefined {
  const known = ofLibrary.get(library);
  if (known !== undefined) return known;
  const [baseline, restricted] = ["pss-baseline", "pss-restricted"].map((id) => controlsOf(library, id));
  if (baseline === undefined || restricted === undefined) return undefined;
  const made = { baseline, restricted };
  ofLibrary.set(library, made);
  return made;
}

function controlsOf({ controls, frameworks }: Library, id: string): readonly CelControl[] | undefined {
  const framework = frameworks.find((each) => each.id === id);
  if (framework === undefined) return undefined;
  const ids = new Set(framework.requirements.flatMap((requirement) => requirement.controls));
  return controls.filter((control): control is CelControl => ids.has(control.id) && isCelControl(control));
}

/** By level and version: what stands in a cluster is asked about again at each change of it. */
type Known = Map<string, readonly Violation[]>;
const known = new WeakMap<PodSecurityStandards, WeakMap<Workload, Known>>();

/**
 * All that speaks against a level, of pods that a controller made too: what a webhook puts into them stands in no template.
 * What a template violates is not told again of its pods. `version`: of the checks, `1.29`; absent: the server's own.
 */
export function violationsOf(
  workloads: readonly Workload[],
  level: StandardLevel,
  version: string | undefined,
  standards: PodSecurityStandards,
  inventory: Inventory,
): readonly Violation[] {
  const server = version === undefined ? inventory.server : { ...inventory.server, version };
  const key = `${level} ${server.version ?? ""}`;
  const all = known.get(standards) ?? new WeakMap<Workload, Known>();
  known.set(standards, all);
  const isOpen = (workload: Workload): boolean => all.get(workload)?.has(key) !== true;
  const some = workloads.filter(isOpen);
  // A namespace that was not asked about is hardly the only one: what is alike in all of them is judged once.
  const isNew = some.length > 0 && some.length === workloads.length;
  const open = isNew ? inventory.workloads.filter(isOpen) : some;
  const found = judgedAnew(open, standards[level], { ...inventory, server });
  for (const workload of open) {
    const own: Known = all.get(workload) ?? new Map();
    all.set(workload, own.set(key, found.get(workload) ?? []));
  }
  const seen = new Set<string>();
  return [...workloads]
    .sort((a, b) => Number(a.derived) - Number(b.derived))
    .flatMap((workload) => all.get(workload)?.get(key) ?? [])
    .filter(({ workload: { root, derived, ref }, control, container }) => {
      const text = JSON.stringify([refKey(root), control, container ?? ""]);
      if (derived && seen.has(text)) return false;
      if (refKey(root) === refKey(ref) || derived) seen.add(text);
      return true;
    });
}

function judgedAnew(
  workloads: readonly Workload[],
  controls: readonly CelControl[],
  inventory: Inventory,
): ReadonlyMap<Workload, readonly Violation[]> {
  if (workloads.length === 0) return new Map();
  // Controls leave out what a controller made.
  const originals = new Map(workloads.map((workload) => [{ ...workload, derived: false }, workload]));
  const { judged } = evaluate(
    { ...inventory, workloads: [...originals.keys()], covers: () => true },
    controls,
  );
  const violations = judged.flatMap(({ result, control, place }): readonly Violation[] => {
    const workload = place?.workload === undefined ? undefined : originals.get(place.workload);
    if (workload === undefined || (result.result !== "fail" && result.result !== "unknown")) return [];
    const { container, because } = result;
    const of = container === undefined ? {} : { container };
    return [{ workload, control: control.id, outcome: result.result, because, ...of }];
  });
  return Map.groupBy(violations, ({ workload }) => workload);
}
