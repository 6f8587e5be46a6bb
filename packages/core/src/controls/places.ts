/** The places a control looks at: each resource, pod, container or list entry, with the names its check may use. */
import type { Inventory } from "../inventory/inventory.ts";
import { parsePath, valueAt } from "../inventory/path.ts";
import { spotAt, spotBelow, type Spot } from "../inventory/spot.ts";
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
  /** Where it stands, if that is known already: many controls tell of the same place. */
  readonly spot?: Spot;
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

/** Sites by number. Each is made when it is asked for: most are looked at and never told of. */
export interface SiteList {
  readonly size: number;
  readonly at: (index: number) => Site;
  /** The frame of a site, for whoever does not need its place. */
  readonly frameAt: (index: number) => Site["frame"];
  /** The value of a name of the frame, by its number. */
  readonly valueOf: (index: number, slot: number) => Json | undefined;
}

/** The entries of one of the lists of a target. */
export interface Entries extends SiteList {
  /** The sites whose list holds none. */
  readonly empty: readonly Site[];
}

export interface Sites {
  /** The sites of a target, workloads that a controller made left out: their findings belong to the template. */
  readonly of: (target: SiteTarget) => SiteList;
  /** The entries of a list of the target, `each` in dots; each is a site with `item` at the end of its frame. */
  readonly entriesOf: (target: SiteTarget, each: string) => Entries;
}

type SiteTarget = Exclude<Target, "cluster">;

/** Finds the sites of an inventory; what many controls share is worked out once. */
export function sitesOf(inventory: Inventory): Sites {
  const made = new Map<string, readonly Site[]>();
  const listed = new Map<string, SiteList>();
  const entries = new Map<string, Entries>();
  const all = (target: SiteTarget): readonly Site[] =>
    remembered(made, target, () => makeSites(inventory, target));
  return {
    of: (target) => remembered(listed, target, () => listOf(all(target))),
    entriesOf: (target, each) =>
      remembered(entries, `${target} ${each}`, () => listEntries(all(target), parsePath(each))),
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = make();
  known.set(key, value);
  return value;
}

function listOf(sites: readonly Site[]): SiteList {
  return {
    size: sites.length,
    at: (index) => sites[index]!,
    frameAt: (index) => sites[index]!.frame,
    valueOf: (index, slot) => sites[index]!.frame[slot],
  };
}

function listEntries(sites: readonly Site[], each: Path): Entries {
  const empty: Site[] = [];
  const owners: number[] = [];
  const positions: number[] = [];
  const items: Json[] = [];
  sites.forEach((site, owner) => {
    const list = valueAt(site.frame.at(-1), each);
    if (!isJsonArray(list) || list.length === 0) empty.push(site);
    else
      for (let position = 0; position < list.length; position += 1) {
        owners.push(owner);
        positions.push(position);
        items.push(list[position]!);
      }
  });
  const frameAt = (index: number): Site["frame"] => [...sites[owners[index]!]!.frame, items[index]!];
  return {
    empty,
    size: items.length,
    frameAt,
    at: (index) => {
      const { place } = sites[owners[index]!]!;
      const item = [...baseOf(place), ...each, positions[index]!];
      const spot = spotBelow(spotOf(place), item.slice(baseOf(place).length));
      return { place: { ...place, item, spot }, frame: frameAt(index) };
    },
    valueOf: (index, slot) => {
      const { frame } = sites[owners[index]!]!;
      return slot < frame.length ? frame[slot] : items[index];
    },
  };
}

function makeSites(inventory: Inventory, target: SiteTarget): readonly Site[] {
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
      place: {
        ...placeOf(workload),
        pod: workload.pod.path,
        spot: spotAt(workload.record, workload.pod.path),
      },
      frame: [workload.record.resource, pod],
    };
  });
  if (target === "pod") return pods;
  return pods.flatMap(({ place, frame }) =>
    place.workload!.containers.map(({ name, path, raw }) => ({
      place: { ...place, container: { name, path }, spot: spotAt(place.record, path) },
      frame: [...frame, raw],
    })),
  );
}

function placeOf(workload: Workload): Place {
  return { record: workload.record, workload };
}

/** Where a path of the control starts at a place; the item first, then what the control is evaluated on. */
export function baseOf(place: Place, base?: FixBase): Path {
  if (base === "object") return root;
  if (base === "pod") return place.pod ?? root;
  if (base === "container") return place.container?.path ?? place.pod ?? root;
  return place.item ?? place.container?.path ?? place.pod ?? root;
}

const root: Path = [];

/** The spot of a place, or of what holds it. */
export function spotOf(place: Place, base?: FixBase): Spot {
  if (base === undefined && place.spot !== undefined) return place.spot;
  const path = baseOf(place, base);
  if (path !== place.item) return spotAt(place.record, path);
  const holder = place.container?.path ?? place.pod ?? root;
  return spotBelow(spotAt(place.record, holder), path.slice(holder.length));
}

/** Reads the dotted text of `each` and `path` once. */
export const pathOfText = (text: string): Path => (text === "" ? [] : parsePath(text));
