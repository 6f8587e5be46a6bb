/** Groups findings by the one change that resolves them: the edit, the unit of what people are shown. */
import { createChains, createNumbers } from "../../controls/alike.ts";
import type { Control, FixStep } from "../../controls/control.ts";
import type { Judged, MembersOf } from "../../controls/ledger.ts";
import { baseOf, spotOf, type Place } from "../../controls/places.ts";
import { parsePath } from "../../inventory/path.ts";
import { lineBelow, spotAt, spotBelow } from "../../inventory/spot.ts";
import { severities, type Result, type Severity } from "../../model/finding.ts";
import type { Edit } from "../../model/report.ts";
import type { Path } from "../../model/resource.ts";
import { dossiersOf, type Dossier } from "./dossier.ts";
import { removesEntry, type Fixes } from "./fixes.ts";

/** An edit with the findings that it resolves. */
export interface Grouped {
  readonly edit: Edit;
  readonly members: readonly Judged[];
}

export interface Edits {
  /** Sorted by id. */
  readonly edits: readonly Edit[];
  readonly membersOf: MembersOf;
}

/** One edit for each block of a resource that findings want changed; findings without a patch get one by hand. */
export function editsFor(judged: readonly Judged[], fixes: Fixes): Edits {
  const grouping = createGrouping(fixes);
  return editsIn(dossiersOf(judged).map((dossier) => grouping(dossier)));
}

export function editsIn(all: readonly Groups[]): Edits {
  const grouped = inOrder(all);
  const members = new Map<Pick<Edit, "resolves">, readonly Judged[]>();
  for (const group of grouped) members.set(group.edit, group.members);
  return { edits: grouped.map(({ edit }) => edit), membersOf: (edit) => members.get(edit) ?? [] };
}

/** What is done about one resource. */
export interface Groups {
  readonly patched: readonly Grouped[];
  /** Each with the number of its one finding. */
  readonly byHand: readonly (readonly [number, Grouped])[];
}

/** Sorted by id, from an order that is nearly that: to put ten thousand long texts in order from nothing is half the work. */
function inOrder(all: readonly Groups[]): readonly Grouped[] {
  const byHand = all
    .flatMap((groups) => groups.byHand)
    .sort(([a], [b]) => a - b)
    .map(([, group]) => group);
  return [...byHand, ...all.flatMap(({ patched }) => patched)].sort((a, b) =>
    a.edit.id < b.edit.id ? -1 : 1,
  );
}

/** How findings are grouped: the same for all resources whose findings want the same in the same places. */
interface Plan {
  readonly patched: readonly Pattern[];
  /** Positions among the findings. */
  readonly byHand: readonly number[];
}

/** An edit but for the resource that it is of. */
interface Pattern {
  readonly block: Path;
  readonly text: string;
  /** Positions among the findings. */
  readonly members: readonly number[];
  readonly title: string;
  readonly severity: Severity;
  readonly breakRisk: string | undefined;
}

/** Groups the findings of one resource after the other; those that are alike are thought about once. */
export function createGrouping(fixes: Fixes): (dossier: Dossier) => Groups {
  const plans = new Map<number, Plan>();
  const keyOf = createKeys(fixes);
  return ({ findings, numbers, where }) => {
    const key = keyOf(findings);
    let plan = key === undefined ? undefined : plans.get(key);
    if (plan === undefined) {
      plan = planOf(findings, fixes);
      if (key !== undefined) plans.set(key, plan);
    }
    return {
      patched: plan.patched.map((pattern) => patchedEdit(pattern, findings, where, fixes)),
      byHand: plan.byHand.map((at) => [numbers[at]!, editByHand(findings[at]!, where)]),
    };
  };
}

/** Numbers findings by all that decides how they are grouped and what the edits are called. */
function createKeys(fixes: Fixes): (findings: readonly Judged[]) => number | undefined {
  const { add } = createChains();
  const { ofValue } = createNumbers();
  const places = new Map<Place | undefined, number>([[undefined, 0]]);
  const controls = new Map<Control, number>();
  const placeNumber = (place: Place | undefined): number => {
    let number = places.get(place);
    if (number === undefined) {
      number = add(add(0, ofValue(spotOf(place!).text)), ofValue(place!.container?.name));
      places.set(place, number);
    }
    return number;
  };
  const controlNumber = (control: Control): number => {
    let number = controls.get(control);
    if (number === undefined) controls.set(control, (number = controls.size));
    return number;
  };
  return (findings) => {
    let key = 0;
    for (const entry of findings) {
      const { control, place } = entry;
      const isFixed = fixes.of(entry) !== undefined;
      // Blocks of entries of a list depend on the list.
      if (isFixed && place?.item !== undefined) return undefined;
      key = add(key, controlNumber(control) * 2 + (isFixed ? 1 : 0));
      if (isFixed) key = add(key, placeNumber(place));
    }
    return key;
  };
}

function planOf(findings: readonly Judged[], fixes: Fixes): Plan {
  const blocks = new Map<string, { readonly block: Block; readonly members: number[] }>();
  const byHand: number[] = [];
  findings.forEach((entry, at) => {
    const { control, place } = entry;
    if (control.fix === undefined || place === undefined || fixes.of(entry) === undefined) {
      byHand.push(at);
      return;
    }
    const block = blockOf(place, control.fix[0]!);
    const group = blocks.get(block.text);
    if (group === undefined) blocks.set(block.text, { block, members: [at] });
    else group.members.push(at);
  });
  const patched = [...blocks.values()].map(({ block, members }): Pattern => {
    const own = members.map((at) => findings[at]!);
    return {
      block: block.path,
      text: block.text,
      members,
      title: titleOf(own, block.text),
      severity: worst(own),
      breakRisk: own.find(({ control }) => control.breakRisk !== undefined)?.control.breakRisk,
    };
  });
  return { patched: patched.sort((a, b) => (a.text < b.text ? -1 : 1)), byHand };
}

interface Block {
  /** From where the step starts by its base; of entries of a list from the root of the resource. */
  readonly path: Path;
  readonly text: string;
}

/** The part of a resource a step changes: the field below the container, pod spec or resource, not its leaf. */
function blockOf(place: Place, step: FixStep): Block {
  if (step.base === undefined && place.item !== undefined) {
    // Entries of one list that are to go are one edit: by edits of their own, each would shift the others.
    const path = removesEntry(place, step) ? place.item.slice(0, -1) : place.item;
    return { path, text: spotBelow(spotAt(place.record, []), path).text };
  }
  const own = stepPath(step);
  const path = own.slice(0, baseOf(place, step.base).length === 0 || own[0] === "spec" ? 2 : 1);
  return { path, text: spotBelow(spotOf(place, step.base), path).text };
}

function lineOfBlock(block: Path, place: Place, step: FixStep): ReturnType<typeof lineBelow> {
  const isOfItem = step.base === undefined && place.item !== undefined;
  return lineBelow(isOfItem ? spotAt(place.record, []) : spotOf(place, step.base), block);
}

function patchedEdit(pattern: Pattern, findings: readonly Judged[], where: string, fixes: Fixes): Grouped {
  const members = pattern.members.map((at) => findings[at]!);
  const { result, place, control } = members[0]!;
  const { text, title, severity, breakRisk, block } = pattern;
  // Entries of a list are removed from its end, so that indexes stay true.
  const operations = fixes.together(place!.item === undefined ? members : members.toSorted(byItemDescending));
  const line = lineOfBlock(block, place!, control.fix![0]!);
  const source = line === undefined ? result.source : { ...result.source, ...line };
  const resolves = members.map((member) => member.result.id);
  const about = {
    id: `${where}:${text}`,
    title,
    path: text,
    resolves,
    severity,
    operations,
    breakRisk,
    source,
  };
  return { edit: editOf(result, about), members };
}

function editByHand(member: Judged, where: string): Grouped {
  const { result, control } = member;
  const { path, severity, source, id } = result;
  const about = {
    id: `by-hand:${control.id}:${where}:${path}`,
    title: remembered(sentences, control, firstSentence),
    path,
    resolves: [id],
    severity,
    operations: [],
    breakRisk: control.breakRisk,
    source,
  };
  return { edit: editOf(result, about), members: [member] };
}

type About = Pick<Edit, "id" | "title" | "path" | "resolves" | "severity" | "operations" | "source"> & {
  readonly breakRisk: string | undefined;
};

/** Field by field: a scan makes tens of thousands of these. */
function editOf(result: Result, about: About): Edit {
  const edit: { -readonly [K in keyof Edit]?: Edit[K] } = {
    id: about.id,
    title: about.title,
    resource: result.resource,
  };
  if (result.workload !== undefined) edit.workload = result.workload;
  edit.path = about.path;
  edit.resolves = about.resolves;
  edit.severity = about.severity;
  edit.operations = about.operations;
  edit.byHand = about.operations.length === 0;
  if (about.breakRisk !== undefined) edit.breakRisk = about.breakRisk;
  edit.source = about.source;
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
