/** The places a control looks at: each resource, pod, container or list entry, with the names its check may use. */
import type { Inventory } from "../inventory/inventory.ts";
import { parsePath, valueAt } from "../inventory/path.ts";
import { workloadKinds } from "../inventory/podspec.ts";
import { isJsonArray, type Json, type JsonObject } from "../model/json.ts";
import type { Path, ResourceRecord } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import { targetKinds, type Control, type FixBase, type Target } from "./control.ts";

/** Where something stands in a resource, from the outside in. Paths start at the resource's root. */
export interface Place {
  readonly record: ResourceRecord;
  readonly workload?: Workload;
  /** The pod template, for workloads. */
  readonly pod?: Path;
  readonly container?: { readonly name: string; readonly path: Path };
  /** The entry of the control's `each` list. */
  readonly item?: Path;
}

/** The names of a target's check, in the order of its frame. `each` adds `item` at the end. */
export function namesOf(target: Target, each: boolean): readonly string[] {
  const names =
    target === "container"
      ? ["object", "pod", "container"]
      : target === "pod"
        ? ["object", "pod"]
        : ["object"];
  return each ? [...names, "item"] : names;
}

/** What the `from` of a fix step may name. A name that the place has not is null. */
export const stepNames: readonly string[] = ["object", "pod", "container", "item"];

/** The values of those names at a place. */
export interface Site {
  readonly place: Place;
  readonly frame: readonly Json[];
}

/** The kinds a control reads: where one of them was not read whole, what the control says is unknown. */
export function kindsOf(control: Control): readonly string[] {
  const { target } = control;
  const own = isWorkloadTarget(target) ? workloadKinds : target === "cluster" ? [] : targetKinds[target];
  return "judge" in control ? [...new Set([...own, ...control.reads])] : own;
}

function isWorkloadTarget(target: Target): target is "container" | "pod" | "workload" {
  return target === "container" || target === "pod" || target === "workload";
}

/** A place of a target with the entries of one of its lists. */
export interface SiteItems {
  readonly site: Site;
  readonly items: readonly Site[];
}

export interface Sites {
  /** The sites of a target, workloads that a controller made left out: their findings belong to the template. */
  readonly of: (target: SiteTarget) => readonly Site[];
  /** The same with the entries of a list, `each` in dots. */
  readonly itemsOf: (target: SiteTarget, each: string) => readonly SiteItems[];
}

type SiteTarget = Exclude<Target, "cluster">;

/** Finds the sites of an inventory; what many controls share is worked out once. */
export function sitesOf(inventory: Inventory): Sites {
  const made = new Map<string, readonly Site[]>();
  const listed = new Map<string, readonly SiteItems[]>();
  const of = (target: SiteTarget): readonly Site[] =>
    remembered(made, target, () => makeSites(inventory, target));
  const itemsOf = (target: SiteTarget, each: string): readonly SiteItems[] =>
    remembered(listed, `${target} ${each}`, () => {
      const path = parsePath(each);
      return of(target).map((site) => ({ site, items: entriesOf(site, path) }));
    });
  return { of, itemsOf };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = make();
  known.set(key, value);
  return value;
}

function makeSites(inventory: Inventory, target: Exclude<Target, "cluster">): readonly Site[] {
  if (!isWorkloadTarget(target)) {
    return targetKinds[target].flatMap((kind) =>
      inventory.ofKind(kind).map((record) => ({ place: { record }, frame: [record.resource] })),
    );
  }
  const workloads = inventory.workloads.filter((workload) => !workload.derived);
  if (target === "workload")
    return workloads.map((workload) => ({ place: placeOf(workload), frame: [workload.record.resource] }));
  const pods = workloads.map((workload): Site => {
    const pod: JsonObject = { metadata: workload.pod.metadata, spec: workload.pod.spec };
    return {
      place: { ...placeOf(workload), pod: workload.pod.path },
      frame: [workload.record.resource, pod],
    };
  });
  if (target === "pod") return pods;
  return pods.flatMap(({ place, frame }) =>
    place.workload!.containers.map(({ name, path, raw }) => ({
      place: { ...place, container: { name, path } },
      frame: [...frame, raw],
    })),
  );
}

function placeOf(workload: Workload): Place {
  return { record: workload.record, workload };
}

/** Where a path of the control starts at a place; the item first, then what the control is evaluated on. */
export function baseOf(place: Place, base?: FixBase): Path {
  if (base === "object") return [];
  if (base === "pod") return place.pod ?? [];
  if (base === "container") return place.container?.path ?? place.pod ?? [];
  return place.item ?? place.container?.path ?? place.pod ?? [];
}

const noItems: readonly Site[] = [];

/** The entries of a list at a site, each a site of its own with `item` at the end of its frame. */
function entriesOf(site: Site, each: Path): readonly Site[] {
  const list = valueAt(site.frame.at(-1), each);
  if (!isJsonArray(list) || list.length === 0) return noItems;
  const base = [...baseOf(site.place), ...each];
  return list.map((item, index) => ({
    place: { ...site.place, item: [...base, index] },
    frame: [...site.frame, item],
  }));
}

/** Reads the dotted text of `each` and `path` once. */
export const pathOfText = (text: string): Path => (text === "" ? [] : parsePath(text));
