/**
 * The patch of each finding. What a patch is made of is what its steps read and change: places that hold the same there
 * get the same patch, made once, as do groups of findings that are resolved together.
 */
import { createChains, createNumbers } from "../../controls/alike.ts";
import { parse, readsOf, type Read } from "../../controls/cel/compile.ts";
import type { Control, FixStep } from "../../controls/control.ts";
import type { Judged } from "../../controls/ledger.ts";
import { spotOf, stepNames, type Place } from "../../controls/places.ts";
import { parsePath, pointerOf } from "../../inventory/path.ts";
import type { PatchOperation } from "../../model/finding.ts";
import type { Json } from "../../model/json.ts";
import type { Path } from "../../model/resource.ts";
import { applyOperations, operationsFor } from "./patch.ts";

export interface Fixes {
  /** The patch of a finding that has one, against the resource as it stands. */
  readonly of: (entry: Judged) => readonly PatchOperation[] | undefined;
  /** The patches of findings of one resource as one, in their order, each against the outcome of those before it. */
  readonly together: (entries: readonly Judged[]) => readonly PatchOperation[];
}

interface Fix {
  readonly operations: readonly PatchOperation[];
  /** The same for all places where the control's fix finds and changes the same; `undefined`: nothing is alike. */
  readonly alike: number | undefined;
}

/** Works out every finding's patch once. */
export function fixesFor(judged: readonly Judged[]): Fixes {
  const fixes = new Map<Judged, Fix>();
  const keys = createKeys();
  const made = new Map<number, Fix>();
  for (const entry of judged) {
    const { control, place, result } = entry;
    if (result.result !== "fail" || control.fix === undefined || place === undefined) continue;
    if (!mayBeFixed(entry)) continue;
    const key = keys(control, control.fix, place);
    let fix = key === undefined ? undefined : made.get(key);
    if (fix === undefined) {
      fix = { operations: operationsFor(place.record.resource, place, control.fix), alike: key };
      if (key !== undefined) made.set(key, fix);
    }
    if (fix.operations.length > 0) fixes.set(entry, fix);
  }
  const groups = new Map<number, readonly PatchOperation[]>();
  const chains = createChains();
  return {
    of: (entry) => fixes.get(entry)?.operations,
    together: (entries) => {
      if (entries.length === 1) return fixes.get(entries[0]!)?.operations ?? [];
      const own = entries.flatMap((entry) => fixes.get(entry) ?? []);
      if (own.length < 2) return own[0]?.operations ?? [];
      let key = 0;
      for (const { alike } of own) {
        if (alike === undefined) return combined(entries, own);
        key = chains.add(key, alike);
      }
      // Entries of one list shift each other: what is left there is read by nobody's steps.
      if (entries.some(({ place }) => place?.item !== undefined)) return combined(entries, own);
      let operations = groups.get(key);
      if (operations === undefined) groups.set(key, (operations = combined(entries, own)));
      return operations;
    },
  };
}

/** Not where the check withholds it; and Kubernetes lets nobody change or remove an ephemeral container. */
function mayBeFixed({ place, withoutFix }: Judged): boolean {
  return withoutFix === undefined && !place?.container?.path.includes("ephemeralContainers");
}

/** Whether a step takes away the entry of a list that a finding is about. */
export function removesEntry({ item }: Place, step: FixStep): boolean {
  return (
    "remove" in step && step.remove === "" && step.base === undefined && typeof item?.at(-1) === "number"
  );
}

function combined(entries: readonly Judged[], own: readonly Fix[]): readonly PatchOperation[] {
  const [first, ...others] = entries;
  const operations = [...own[0]!.operations];
  const gone = new Set([goneBy(first!)]);
  let state = applyOperations(first!.place!.record.resource, operations);
  for (const entry of others) {
    // An entry that went already is none of its neighbours, which stands where it stood.
    const { item } = entry.place!;
    if (item !== undefined && gone.has(pointerOf(item))) continue;
    const more = operationsFor(state, entry.place!, entry.control.fix!);
    operations.push(...more);
    gone.add(goneBy(entry));
    state = applyOperations(state, more);
  }
  return operations;
}

function goneBy({ place, control }: Judged): string | undefined {
  return control.fix!.some((step) => removesEntry(place!, step)) ? pointerOf(place!.item!) : undefined;
}

/** What a fix reads and changes, the place that its paths start from by default behind the named ones. */
const base = stepNames.length;

/** Makes the number that is the same for a control's places that get the same patch. */
function createKeys(): (control: Control, steps: readonly FixStep[], place: Place) => number | undefined {
  const reads = new Map<Control, readonly Read[] | undefined>();
  const numbers = createNumbers();
  const pointers = new Map<Path, number>();
  const ids = new Map<unknown, number>([[undefined, 0]]);
  const idOf = (thing: unknown): number => {
    let id = ids.get(thing);
    if (id === undefined) ids.set(thing, (id = ids.size));
    return id;
  };
  const pointerId = (path: Path | undefined): number => {
    if (path === undefined) return 0;
    let id = pointers.get(path);
    if (id === undefined) pointers.set(path, (id = idOf(pointerOf(path))));
    return id;
  };
  const { add } = createChains();
  const places = new Map<Place, number>();
  const placeNumber = (place: Place): number => {
    let number = places.get(place);
    if (number === undefined) {
      number = add(add(0, pointerId(place.pod)), pointerId(place.container?.path));
      if (place.item !== undefined) number = add(number, idOf(pointerOf(place.item)));
      places.set(place, number);
    }
    return number;
  };
  return (control, steps, place) => {
    if (!reads.has(control)) reads.set(control, readsOfSteps(steps));
    const own = reads.get(control);
    if (own === undefined) return undefined;
    let key = add(add(0, idOf(control)), placeNumber(place));
    for (const read of own) key = add(key, numbers.of(valueOf(place, read.slot), read));
    return key;
  };
}

function valueOf(place: Place, slot: number): Json | undefined {
  const { pod, container, item, record } = place;
  if (slot === base) return spotOf(place).value;
  if (slot === 0) return record.resource;
  if (slot === 1) return pod === undefined ? undefined : spotOf(place, "pod").value;
  if (slot === 2) return container === undefined ? undefined : spotOf(place, "container").value;
  return item === undefined ? undefined : spotOf(place).value;
}

/** `undefined` where that cannot be told. */
function readsOfSteps(steps: readonly FixStep[]): readonly Read[] | undefined {
  const reads: Read[] = [];
  for (const step of steps) {
    const text = "set" in step ? step.set : "remove" in step ? step.remove : step.append;
    const path = text === "" ? [] : parsePath(text);
    if (path.some((key) => typeof key === "number")) return undefined;
    reads.push({
      slot: step.base === undefined ? base : stepNames.indexOf(step.base),
      keys: path.map(String),
    });
    const source = "from" in step ? step.from : "keys" in step ? step.keys : undefined;
    const more = source === undefined ? [] : readsOf([parse(source)], stepNames);
    if (more === undefined) return undefined;
    reads.push(...more);
  }
  return reads;
}
