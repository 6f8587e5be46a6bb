/** Groups findings by the one change that resolves them: the edit, the unit of what people are shown. */
import type { Control, FixStep } from "../controls/control.ts";
import type { Judged } from "../controls/ledger.ts";
import { baseOf, type Place } from "../controls/places.ts";
import { existingPrefix, formatPath, locate, parsePath } from "../inventory/path.ts";
import { severities, type PatchOperation, type Severity } from "../model/finding.ts";
import type { Path, Resource, ResourceRecord } from "../model/resource.ts";
import { refKey } from "../model/resource.ts";
import type { Edit } from "../model/report.ts";
import { applyOperations, operationsFor } from "./patch.ts";

interface Group {
  readonly key: string;
  readonly block: Path;
  readonly members: Judged[];
}

/** The patch of each finding that has one, against the resource as it stands. */
export type Fixes = ReadonlyMap<Judged, readonly PatchOperation[]>;

/** Works out every finding's patch once. */
export function fixesFor(judged: readonly Judged[]): Fixes {
  const fixes = new Map<Judged, readonly PatchOperation[]>();
  for (const entry of judged) {
    const { control, place, result } = entry;
    if (result.result !== "fail" || control.fix === undefined || place === undefined) continue;
    if (!mayBeFixed(entry)) continue;
    const operations = operationsFor(place.record.resource, place, control.fix);
    if (operations.length > 0) fixes.set(entry, operations);
  }
  return fixes;
}

/** One edit for each block of a resource that findings want changed; findings without a patch get one by hand. Sorted by id. */
export function editsFor(judged: readonly Judged[], fixes: Fixes): readonly Edit[] {
  const blocks = new Map<ResourceRecord, Map<string, Group>>();
  const edits: Edit[] = [];
  for (const entry of judged) {
    const { control, place, result } = entry;
    if (result.result !== "fail" || result.exception !== undefined) continue;
    if (control.fix === undefined || place === undefined || !fixes.has(entry)) {
      const key = `by-hand:${control.id}:${whereOf(entry)}:${result.path}`;
      edits.push(editOf({ key, block: [], members: [entry] }, fixes));
      continue;
    }
    const block = blockOf(place, control.fix[0]!);
    const text = formatPath(place.record.resource, block);
    const groups = blocks.get(place.record) ?? new Map<string, Group>();
    blocks.set(place.record, groups);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key: `${whereOf(entry)}:${text}`, block, members: [entry] });
    else group.members.push(entry);
  }
  for (const groups of blocks.values()) for (const group of groups.values()) edits.push(editOf(group, fixes));
  return edits.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function whereOf({ result }: Judged): string {
  return refKey(result.resource) + fileSuffix(result.id);
}

/** Results of a resource that stands in several files carry the file in their id; so do their edits. */
function fileSuffix(id: string): string {
  const at = id.lastIndexOf("@");
  return at > id.lastIndexOf(":") ? id.slice(at) : "";
}

/** The part of a resource a step changes: the field below the container, pod spec or resource, not its leaf. */
function blockOf(place: Place, step: FixStep): Path {
  const base = baseOf(place, step.base);
  const path = stepPath(step);
  if (step.base === undefined && place.item !== undefined) return base;
  const depth = base.length === 0 || path[0] === "spec" ? 2 : 1;
  return [...base, ...path.slice(0, Math.min(depth, path.length))];
}

function editOf({ key, block, members }: Group, fixes: Fixes): Edit {
  const first = members[0]!;
  const { result, place } = first;
  const operations = place === undefined ? [] : combinedOperations(place.record.resource, members, fixes);
  const byHand = operations.length === 0;
  const path = place === undefined || byHand ? result.path : formatPath(place.record.resource, block);
  return {
    id: key,
    title: titleOf(members, path),
    resource: result.resource,
    ...(result.workload === undefined ? {} : { workload: result.workload }),
    path,
    resolves: members.map((member) => member.result.id),
    severity: worst(members.map((member) => member.result.severity)),
    operations,
    byHand,
    ...riskOf(members),
    source: place === undefined || byHand ? result.source : { ...result.source, ...locationOf(place, block) },
    ...(result.system === undefined ? {} : { system: result.system }),
    ...(result.team === undefined ? {} : { team: result.team }),
    ...(result.environment === undefined ? {} : { environment: result.environment }),
  };
}

function riskOf(members: readonly Judged[]): Pick<Edit, "breakRisk"> {
  const breakRisk = members.find(({ control }) => control.breakRisk !== undefined)?.control.breakRisk;
  return breakRisk === undefined ? {} : { breakRisk };
}

function locationOf({ record }: Place, block: Path): { line?: number; column?: number } {
  return locate(record.resource, record.source, existingPrefix(record.resource, block)) ?? {};
}

/** All members' fixes in one patch; entries of a list are removed from its end, so that indexes stay true. */
function combinedOperations(
  resource: Resource,
  members: readonly Judged[],
  fixes: Fixes,
): readonly PatchOperation[] {
  const ordered = members.filter((entry) => fixes.has(entry)).sort(byItemDescending);
  const [first, ...others] = ordered;
  if (first === undefined) return [];
  const operations = [...fixes.get(first)!];
  let state: Resource = others.length === 0 ? resource : applyOperations(resource, operations);
  for (const [index, { control, place }] of others.entries()) {
    const more = operationsFor(state, place!, control.fix!);
    operations.push(...more);
    if (index < others.length - 1) state = applyOperations(state, more);
  }
  return operations;
}

function byItemDescending(a: Judged, b: Judged): number {
  return lastIndex(b) - lastIndex(a);
}

function lastIndex({ place }: Judged): number {
  const step = place?.item?.at(-1);
  return typeof step === "number" ? step : -1;
}

function worst(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? "low";
}

/** One control: the first sentence of its remedy. Several: what they change, the gravest first. */
function titleOf(members: readonly Judged[], path: string): string {
  const controls = [...new Set(members.map((member) => member.control))];
  if (controls.length === 1) return firstSentence(controls[0]!);
  const gravest = controls.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  const fields = new Set(
    gravest.flatMap((control) => (control.fix ?? []).map(fieldOf)).filter((field) => field !== ""),
  );
  const { container } = members[0]!.result;
  return `Harden ${container === undefined ? path : `container ${container}`}: ${[...fields].join(", ")}`;
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

/** Not where the check withholds it; and Kubernetes lets nobody change or remove an ephemeral container. */
function mayBeFixed({ place, withoutFix }: Judged): boolean {
  return withoutFix === undefined && !place?.container?.path.includes("ephemeralContainers");
}
