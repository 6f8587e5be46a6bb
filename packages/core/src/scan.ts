/** The whole product in one function: a snapshot and a library in, a report out. It touches nothing else. */
import type { Thresholds } from "./model/evidence.ts";
import type { Control, Library } from "./controls/control.ts";
import type { GraphOptions } from "./graph/entries.ts";
import type { AttackLibrary } from "./graph/edge.ts";
import { attackOf, type Attack } from "./risk/attack.ts";
import { evaluate } from "./controls/evaluate.ts";
import { standingOf } from "./controls/conditions.ts";
import { accept } from "./controls/exceptions.ts";
import { createDetector, type Detector } from "./evidence/detect.ts";
import { atLeast } from "./evidence/expected.ts";
import type { Framework } from "./controls/framework.ts";
import type { Evaluation, Judged, MembersOf } from "./controls/ledger.ts";
import { kindsOf } from "./controls/places.ts";
import { policyControls } from "./controls/policy/policy.ts";
import { policyBindingKind, policyKind } from "./inventory/admission.ts";
import { createInventory, type InventoryOptions } from "./inventory/build.ts";
import { exposureKinds } from "./inventory/exposure.ts";
import type { Inventory } from "./inventory/inventory.ts";
import { connectivityKinds } from "./inventory/network/kinds/foreign.ts";
import { workloadKinds } from "./inventory/podspec.ts";
import type { Exception } from "./model/exception.ts";
import type { Gap } from "./model/gap.ts";
import type { Result, Severity } from "./model/finding.ts";
import {
  reportSchemaVersion,
  type ControlSummary,
  type Coverage,
  type Edit,
  type Report,
} from "./model/report.ts";
import type { Snapshot } from "./model/snapshot.ts";
import type { Edits } from "./remediation/patches/edits.ts";
import { fixesFor } from "./remediation/patches/fixes.ts";
import { thresholds } from "./remediation/verdicts/gathered.ts";
import { createJudge, type Judge } from "./remediation/verdicts/judge.ts";
import { standardsOf } from "./remediation/objects/pod-security-standards.ts";
import { withPatches } from "./remediation/narrowing/narrowed.ts";
import { judgeEdits, type Verdicts } from "./remediation/verdicts/verdicts.ts";
import { weighingOf, type Sightings, type Weighing } from "./risk/evidence.ts";
import { requirementsOf, scoreOf } from "./risk/posture.ts";
import { toldIn, withDetections, type Told } from "./risk/detections.ts";
import { withUse } from "./risk/vulnerabilities.ts";
import { prioritise } from "./risk/priorities.ts";

export interface ScanOptions extends InventoryOptions {
  /** Ids of controls to evaluate; default: those of `frameworks`, else all. */
  readonly controls?: readonly string[];
  /** Ids of frameworks to measure against; default: all, or none where `controls` are given. */
  readonly frameworks?: readonly string[];
  /** Report passed and skipped results too. */
  readonly everyResult?: boolean;
  /** Findings alone: without patches, verdicts, edits, priorities and paths; these are then empty. */
  readonly brief?: boolean;
  readonly exceptions?: readonly Exception[];
  /** Ids of findings that were there before: those that were not, of high severity or worse, come first. */
  readonly baseline?: ReadonlySet<string>;
  /** Attack paths from and to these alone; default: from all entries to all targets. */
  readonly paths?: GraphOptions;
  /** From where on "never seen" is taken for "does not do", where not as `thresholds` has it; of findings and flaws where it asks for more than `enough`. */
  readonly thresholds?: Partial<Thresholds>;
  /** How long a container is learned before what is new of it is told, milliseconds; default: a day. */
  readonly learningTime?: number;
  /** The version of the tool, told in the report. */
  readonly toolVersion: string;
}

export function scan(snapshot: Snapshot, library: AttackLibrary, options: ScanOptions): Report {
  const { inventory, weighing } = observed(snapshot, options);
  const policies = policyControls(inventory);
  const selection = selected(library, policies.controls, options);
  const { evaluation, exceptions } = accept(
    evaluate(inventory, selection.controls, options.everyResult),
    options.exceptions ?? [],
    selection.controls,
    snapshot.header.takenAt,
    standingOf(options.exceptions ?? [], library.controls, inventory),
  );
  const { results, edits, membersOf } = options.brief
    ? unfinished(evaluation.judged, weighing)
    : finished(
        evaluation.judged,
        weighing,
        judgeFor(snapshot, inventory, options, library),
        snapshot.header.server,
      );
  const detect = createDetector(library.detections ?? [], options);
  const told = toldOf(snapshot, inventory, library, evaluation.judged, options.exceptions, detect);
  const attack =
    !options.brief && asksForPaths(library, options)
      ? attackOf(inventory, library.edges, edits, membersOf, options.paths, weighing?.traffic)
      : undefined;
  const { gaps } = policies;
  return reportOf({
    ...selection,
    snapshot,
    inventory,
    options,
    evaluation,
    gaps,
    results,
    edits,
    membersOf,
    exceptions: told === undefined ? exceptions : withDetections(exceptions, told),
    attack,
    weighing,
    told,
  });
}

/** What happened and should not, by the library's rules, which `detect` asks; undefined where nobody observed, so that nothing told is not taken for nothing happened. */
export function toldOf(
  snapshot: Sightings,
  inventory: Inventory,
  { detections = [], controls }: AttackLibrary,
  judged: readonly Judged[],
  exceptions: readonly Exception[] = [],
  detect: Detector,
): Told | undefined {
  const { observations, watches = [], detections: given = [] } = snapshot;
  if (observations.length + watches.length + given.length === 0) return undefined;
  const standing = standingOf(exceptions, controls, inventory);
  return toldIn(snapshot, inventory, detections, judged, { exceptions, standing }, detect);
}

/** The inventory, its exposure weighed by what was seen listening, its flaws by what was loaded; without observations it is what was read. */
export function observed(
  snapshot: Snapshot,
  options: InventoryOptions & Pick<ScanOptions, "thresholds">,
): { readonly inventory: Inventory; readonly weighing: Weighing | undefined } {
  const read = createInventory(snapshot, options);
  const least = atLeast(options.thresholds);
  const weighing = weighingOf(snapshot, read, least);
  if (weighing === undefined) return { inventory: read, weighing };
  const images = withUse(snapshot, read, least);
  return {
    inventory: createInventory({ ...snapshot, images }, { ...options, silent: weighing.silent }),
    weighing,
  };
}

/** What a scan asks, and what it measures against. */
export interface Selection {
  readonly controls: readonly Control[];
  readonly frameworks: readonly Framework[];
}

/** Everything that a report is put together of. */
export interface ReportParts extends Selection {
  readonly snapshot: Snapshot;
  readonly inventory: Inventory;
  readonly options: ScanOptions;
  /** After exceptions. */
  readonly evaluation: Evaluation;
  /** Of the admission policies that cannot be evaluated. */
  readonly gaps: readonly Gap[];
  readonly results: readonly Result[];
  /** Of the findings alone. */
  readonly edits: readonly Edit[];
  readonly membersOf: MembersOf;
  readonly exceptions: Report["exceptions"];
  readonly attack: Attack | undefined;
  /** Absent: nothing was observed. */
  readonly weighing?: Weighing | undefined;
  readonly told?: Told | undefined;
}

/** The library's controls and the cluster's own policies, as far as the options ask for them. */
export function selected(
  library: Library,
  policies: readonly Control[],
  options: Pick<ScanOptions, "controls" | "frameworks">,
): Selection {
  return chosen({ ...library, controls: [...library.controls, ...policies] }, options);
}

/** Judges patches by all that was seen and stands there: a workload's pods, account, images and observations. */
function judgeFor(snapshot: Sightings, inventory: Inventory, options: ScanOptions, library: Library): Judge {
  const { observations, watches = [], detections = [] } = snapshot;
  const seen = { observations, watches, detections };
  const least = { ...thresholds, ...options.thresholds };
  return createJudge(inventory, seen, least, undefined, standardsOf(library));
}

/** Results, and the edits that resolve them. */
interface Finished extends Edits {
  readonly results: readonly Result[];
}

/** Findings as they are, with what was seen of them. */
function unfinished(judged: readonly Judged[], weighing: Weighing | undefined): Finished {
  if (weighing !== undefined) withEvidence(judged, weighing);
  return { results: judged.map(({ result }) => result), edits: [], membersOf: () => [] };
}

/** Findings with their patches, the edits that resolve them, and what these would refuse. The results are completed in place. */
export function finished(
  judged: readonly Judged[],
  weighing: Weighing | undefined,
  judge: Judge,
  server: Snapshot["header"]["server"],
): Finished {
  if (weighing !== undefined) withEvidence(judged, weighing);
  const verdicts = judgeEdits(judged, fixesFor(judged), judge, server);
  const { edits, membersOf } = verdicts;
  return { results: withFixes(judged, verdicts), edits, membersOf };
}

/** Attack paths are looked for where all controls are: what breaks a step is a finding. */
export function asksForPaths(
  library: AttackLibrary,
  options: Pick<ScanOptions, "controls">,
): library is AttackLibrary & Required<Pick<AttackLibrary, "edges">> {
  return library.edges !== undefined && options.controls === undefined;
}

/** Puts a report together. */
export function reportOf(parts: ReportParts): Report {
  const { snapshot, inventory, options, evaluation, controls, frameworks, attack } = parts;
  const { header } = snapshot;
  const undecided = parts.told?.undecided.map(undecidedGap) ?? [];
  const gaps = [
    ...snapshot.gaps,
    ...parts.gaps,
    ...evaluation.gaps,
    ...circularGaps(inventory),
    ...undecided,
  ];
  const edits = [...parts.edits, ...narrowingsOf(parts)].sort((a, b) => (a.id < b.id ? -1 : 1));
  const requirements = frameworks.map((framework) =>
    requirementsOf(framework, evaluation.tallies, header.server.distribution),
  );
  return {
    schemaVersion: reportSchemaVersion,
    tool: { name: "plimsoll", version: options.toolVersion },
    takenAt: header.takenAt,
    server: header.server,
    results: parts.results,
    frameworks: frameworks.map((framework, index) => scoreOf(framework, requirements[index]!)),
    requirements: requirements.flat(),
    gaps,
    coverage: coverageOf(snapshot, inventory, evaluation, controls, gaps),
    edits,
    priorities: prioritise(
      inventory,
      edits,
      evaluation.judged,
      parts.membersOf,
      options.baseline,
      attack,
      parts.weighing,
      parts.told,
    ),
    ...(parts.told === undefined ? {} : { detections: parts.told.reports }),
    ...(attack === undefined ? {} : { paths: attack.paths }),
    exceptions: parts.exceptions,
    controls: summariesOf(controls, frameworks),
  };
}

/** The edits that paths ask for, patched by what is known of who connects. */
function narrowingsOf({ attack, snapshot, inventory, options, weighing }: ReportParts): readonly Edit[] {
  if (attack === undefined) return [];
  const { observations, watches = [], detections = [] } = snapshot;
  return withPatches(attack, {
    inventory,
    seen: { observations, watches, detections },
    traffic: weighing?.traffic,
    thresholds: { ...thresholds, ...options.thresholds },
  });
}

function undecidedGap({ rule, reason, count }: Told["undecided"][number]): Gap {
  return {
    reason: "evaluation-error",
    source: rule,
    kinds: [],
    message: `the detection ${rule} could not be evaluated on ${count} ${count === 1 ? "behaviour" : "behaviours"}: ${reason}`,
  };
}

/** Owners that lead back to themselves are forged or broken: whose a workload is cannot be told. */
function circularGaps({ workloads }: Inventory): readonly Gap[] {
  return workloads
    .filter(({ circular }) => circular)
    .map(({ ref: { kind, namespace, name }, record }) => ({
      reason: "refused",
      source: record.source.file,
      message: `${kind} ${namespace}/${name}: its owners lead back to itself; it is judged as if it had none`,
      kinds: [],
      blocking: false,
    }));
}

/** The kinds a cluster must be asked for, so that these controls can be judged and their findings weighed. Sorted. */
export function kindsNeeded(controls: readonly Control[]): readonly string[] {
  const always = [
    ...workloadKinds,
    ...exposureKinds,
    ...connectivityKinds,
    "v1/Namespace",
    "v1/Node",
    policyKind,
    policyBindingKind,
  ];
  return [...new Set([...always, ...controls.flatMap(kindsOf)])].sort();
}

function chosen(library: Library, options: Pick<ScanOptions, "controls" | "frameworks">): Selection {
  const only = options.controls === undefined ? undefined : new Set(options.controls);
  const wanted = options.frameworks ?? (only === undefined ? library.frameworks.map(({ id }) => id) : []);
  const frameworks = library.frameworks.filter(({ id }) => wanted.includes(id));
  if (only === undefined && options.frameworks === undefined)
    return { controls: library.controls, frameworks };
  const measured = new Set(
    frameworks.flatMap(({ requirements }) => requirements.flatMap((entry) => entry.controls)),
  );
  return { controls: library.controls.filter(({ id }) => only?.has(id) || measured.has(id)), frameworks };
}

/** Completes results with their fix and edit; they are ours alone until the report is handed out, so no copies are made. */
function withFixes(judged: readonly Judged[], { fixes, withheld, editOf }: Verdicts): readonly Result[] {
  return judged.map((entry) => {
    const result: { -readonly [K in keyof Result]: Result[K] } = entry.result;
    if (result.result !== "fail") return result;
    const operations = fixes.of(entry);
    if (operations !== undefined) result.fix = { operations };
    const verdict = withheld.get(entry);
    if (verdict !== undefined) result.withheld = verdict;
    const edit = editOf.get(entry);
    if (edit !== undefined) result.edit = edit;
    return result;
  });
}

/** What was seen of each finding's privilege; see `withFixes`. */
function withEvidence(judged: readonly Judged[], weighing: Weighing): void {
  for (const entry of judged) {
    const evidence = weighing.ofFinding(entry);
    const result: { -readonly [K in keyof Result]: Result[K] } = entry.result;
    if (evidence !== undefined) result.evidence = evidence;
  }
}

function coverageOf(
  snapshot: Snapshot,
  inventory: Inventory,
  evaluation: Evaluation,
  controls: readonly Control[],
  gaps: readonly Gap[],
): Coverage {
  const own = inventory.workloads.filter((workload) => !workload.derived);
  const sum = (field: "pass" | "fail" | "skip" | "unknown"): number =>
    [...evaluation.tallies.values()].reduce((total, tally) => total + tally[field], 0);
  const excepted = evaluation.judged.filter(({ result }) => result.exception !== undefined).length;
  return {
    kinds: inventory.kinds.map((kind) => ({ kind, count: inventory.ofKind(kind).length })),
    resources: snapshot.resources.length,
    workloads: own.length,
    containers: own.reduce((total, workload) => total + workload.containers.length, 0),
    namespaces: new Set(snapshot.resources.map(({ resource }) => resource.metadata.namespace ?? "")).size,
    controls: controls.length,
    skipped: snapshot.skipped,
    outcomes: { pass: sum("pass"), fail: sum("fail"), skip: sum("skip"), unknown: sum("unknown"), excepted },
    bySeverity: severityCounts(evaluation.judged),
    complete: !gaps.some((gap) => gap.blocking !== false),
  };
}

function severityCounts(judged: readonly Judged[]): { readonly [S in Severity]: number } {
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { result } of judged)
    if (result.result === "fail" && result.exception === undefined) counts[result.severity] += 1;
  return counts;
}

function summariesOf(
  controls: readonly Control[],
  frameworks: readonly Framework[],
): readonly ControlSummary[] {
  const requirements = new Map<string, string[]>();
  for (const framework of frameworks) {
    for (const requirement of framework.requirements) {
      for (const id of requirement.controls) {
        requirements.set(id, [...(requirements.get(id) ?? []), `${framework.id}/${requirement.id}`]);
      }
    }
  }
  return controls.map(({ id, title, severity, why, remediation, equivalents, noFix }) => ({
    id,
    title,
    severity,
    why,
    remediation,
    equivalents,
    requirements: requirements.get(id) ?? [],
    ...(noFix === undefined ? {} : { noFix }),
  }));
}
