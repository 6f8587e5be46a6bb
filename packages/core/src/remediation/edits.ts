/** Groups findings by the one change that resolves them: the edit, the unit of what people are shown. */
import type { Control, FixStep } from "../controls/control.ts";
import type { Judged } from "../controls/ledger.ts";
import { baseOf, spotOf, type Place } from "../controls/places.ts";
import { parsePath } from "../inventory/path.ts";
import { lineOf, sharedSpot, spotAt, type Spot } from "../inventory/spot.ts";
import { severities, type Severity } from "../model/finding.ts";
import type { Path, ResourceRecord } from "../model/resource.ts";
import { refKey, refOf } from "../model/resource.ts";
import type { Edit } from "../model/report.ts";
import { removesEntry, type Fixes } from "./fixes.ts";

interface Group {
  readonly key: string;
  /** What the edit changes, where a patch does. */
  readonly block?: Spot;
  readonly members: Judged[];
}

/** An edit with the findings that it resolves. */
export interface Grouped {
  readonly edit: Edit;
  readonly members: readonly Judged[];
}

/** One edit for each block of a resource that findings want changed; findings without a patch get one by hand. Sorted by id. */
export function groupedEdits(judged: readonly Judged[], fixes: Fixes): readonly Grouped[] {
  return groupsOf(judged, fixes)
    .map((group) => ({ edit: editOf(group, fixes), members: group.members }))
    .sort((a, b) => (a.edit.id < b.edit.id ? -1 : 1));
}

export function editsFor(judged: readonly Judged[], fixes: Fixes): readonly Edit[] {
  return groupedEdits(judged, fixes).map(({ edit }) => edit);
}

/** In an order that is nearly that of their keys: to put ten thousand long texts in order from nothing is half the work. */
function groupsOf(judged: readonly Judged[], fixes: Fixes): readonly Group[] {
  const blocks = new Map<Spot, Group>();
  const byHand: Group[] = [];
  const byRecord = new Map<ResourceRecord, Group[]>();
  const whereOf = placesIn(judged);
  for (const entry of judged) {
    const { control, place, result } = entry;
    if (result.result !== "fail" || result.exception !== undefined) continue;
    if (control.fix === undefined || place === undefined || fixes.of(entry) === undefined) {
      const key = `by-hand:${control.id}:${whereOf(entry)}:${result.path}`;
      byHand.push({ key, members: [entry] });
      continue;
    }
    const block = blockOf(place, control.fix[0]!);
    let group = blocks.get(block);
    if (group === undefined) {
      group = { key: `${whereOf(entry)}:${block.text}`, block, members: [] };
      blocks.set(block, group);
      const own = byRecord.get(place.record);
      if (own === undefined) byRecord.set(place.record, [group]);
      else own.push(group);
    }
    group.members.push(entry);
  }
  const perRecord = [...byRecord.values()];
  for (const list of perRecord) list.sort((a, b) => (a.key < b.key ? -1 : 1));
  return [...byHand, ...perRecord.sort((a, b) => (a[0]!.key < b[0]!.key ? -1 : 1)).flat()];
}

/** A resource that stands in several places is another one at each: its edits carry the file, so that no two are one. */
function placesIn(judged: readonly Judged[]): (entry: Judged) => string {
  const records = new Set<ResourceRecord>();
  for (const { place, result } of judged)
    if (place !== undefined && result.result === "fail") records.add(place.record);
  const byKey = Map.groupBy(records, ({ resource }) => refKey(refOf(resource)));
  const known = new Map<ResourceRecord, string>();
  const whereOf = ({ place, result }: Judged): string => {
    const key = refKey(result.resource);
    const same = byKey.get(key) ?? [];
    if (same.length < 2) return key;
    const { file } = (place?.record ?? result).source;
    const inFile = same.filter(({ source }) => source.file === file);
    const count = place === undefined ? 0 : inFile.indexOf(place.record);
    return count < 1 ? `${key}@${file}` : `${key}@${file}#${count + 1}`;
  };
  return (entry) => {
    if (entry.place === undefined) return whereOf(entry);
    const { record } = entry.place;
    let where = known.get(record);
    if (where === undefined) known.set(record, (where = whereOf(entry)));
    return where;
  };
}

/** The part of a resource a step changes: the field below the container, pod spec or resource, not its leaf. */
function blockOf(place: Place, step: FixStep): Spot {
  const spot = spotOf(place, step.base);
  if (step.base === undefined && place.item !== undefined)
    return removesEntry(place, step)
      ? sharedSpot(spotAt(place.record, listAround(place.item)), [])
      : sharedSpot(spot, []);
  const path = stepPath(step);
  const isRoot = baseOf(place, step.base).length === 0;
  return sharedSpot(spot, beginning(path, isRoot || path[0] === "spec" ? 2 : 1));
}

const lists = new WeakMap<Path, Path>();

/** Entries of one list that are to go are one edit: by edits of their own, each would shift the others. */
function listAround(item: Path): Path {
  let list = lists.get(item);
  if (list === undefined) lists.set(item, (list = item.slice(0, -1)));
  return list;
}

const beginnings = new WeakMap<Path, Path[]>();

/** The first steps of a path, the same list for the same path. */
function beginning(path: Path, length: number): Path {
  if (path.length <= length) return path;
  let known = beginnings.get(path);
  if (known === undefined) beginnings.set(path, (known = []));
  return (known[length] ??= path.slice(0, length));
}

function editOf({ key, block, members }: Group, fixes: Fixes): Edit {
  const { result } = members[0]!;
  // Entries of a list are removed from its end, so that indexes stay true.
  const operations = fixes.together(members.length === 1 ? members : members.toSorted(byItemDescending));
  const byHand = operations.length === 0;
  const spot = byHand ? undefined : block;
  const path = spot?.text ?? result.path;
  const breakRisk = members.find(({ control }) => control.breakRisk !== undefined)?.control.breakRisk;
  // Field by field: a scan makes tens of thousands of these.
  const edit: { -readonly [K in keyof Edit]?: Edit[K] } = {
    id: key,
    title: titleOf(members, path),
    resource: result.resource,
  };
  if (result.workload !== undefined) edit.workload = result.workload;
  edit.path = path;
  edit.resolves = members.map((member) => member.result.id);
  edit.severity = worst(members);
  edit.operations = operations;
  edit.byHand = byHand;
  if (breakRisk !== undefined) edit.breakRisk = breakRisk;
  edit.source = spot === undefined ? result.source : { ...result.source, ...lineOf(spot) };
  if (result.system !== undefined) edit.system = result.system;
  if (result.team !== undefined) edit.team = result.team;
  if (result.environment !== undefined) edit.environment = result.environment;
  return edit as Edit;
}

function byItemDescending(a: Judged, b: Judged): number {
  return lastIndex(b) - lastIndex(a);
}

function lastIndex({ place }: Judged): number {
  const step = place?.item?.at(-1);
  return typeof step === "number" ? step : -1;
}

function worst(members: readonly Judged[]): Severity {
  if (members.length === 1) return members[0]!.result.severity;
  return severities.find((severity) => members.some(({ result }) => result.severity === severity)) ?? "low";
}

/** One control: the first sentence of its remedy. Several: what they change, the gravest first. */
function titleOf(members: readonly Judged[], path: string): string {
  const controls =
    members.length === 1 ? [members[0]!.control] : [...new Set(members.map(({ control }) => control))];
  if (controls.length === 1) return remembered(sentences, controls[0]!, firstSentence);
  const { container } = members[0]!.result;
  return `Harden ${container === undefined ? path : `container ${container}`}: ${fieldsOf(controls)}`;
}

function fieldsOf(controls: readonly Control[]): string {
  const gravest = controls.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  const fields = gravest.flatMap((control) => remembered(fieldsSet, control, fieldsSetBy));
  return [...new Set(fields)].join(", ");
}

/** Thousands of findings of a control are told in the same words. */
const sentences = new WeakMap<Control, string>();
const fieldsSet = new WeakMap<Control, readonly string[]>();

function remembered<T>(known: WeakMap<Control, T>, control: Control, make: (control: Control) => T): T {
  let found = known.get(control);
  if (found === undefined) known.set(control, (found = make(control)));
  return found;
}

function fieldsSetBy({ fix = [] }: Control): readonly string[] {
  return fix.map(fieldOf).filter((field) => field !== "");
}

/** `capabilities.drop` of `securityContext.capabilities.drop`: the block goes without saying. */
function fieldOf(step: FixStep): string {
  const path = stepPath(step);
  return path.slice(Math.min(1, path.length - 1)).join(".");
}

function stepPath(step: FixStep): Path {
  const text = "set" in step ? step.set : "remove" in step ? step.remove : step.append;
  return text === "" ? [] : parsePath(text);
}

/** Abbreviations and file names keep their dots: a sentence ends at a stop before a space and a capital. */
function firstSentence({ remediation }: Control): string {
  return (
    /^(.*?[.!])(?=\s+[A-Z`])/s.exec(remediation)?.[1]?.replace(/\.$/, "") ?? remediation.replace(/\.$/, "")
  );
}
