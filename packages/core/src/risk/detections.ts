/**
 * What sensors and our own rules told, joined to the workloads it is of: weighed by what the workload may do, accepted by
 * exceptions, and named by the findings that let it happen.
 */
import type { Standing } from "../controls/conditions.ts";
import { coversDetection } from "../controls/exceptions.ts";
import type { Judged } from "../controls/ledger.ts";
import { compareText, detectionKey } from "../evidence/behaviour.ts";
import { createDetector, type Detector, type Undecided } from "../evidence/detect.ts";
import type { DetectionRule } from "../evidence/rule.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Detection } from "../model/detection.ts";
import type { Exception } from "../model/exception.ts";
import { severities, type Severity } from "../model/finding.ts";
import type { DetectionReport, Report } from "../model/report.ts";
import type { ContainerKey } from "../model/observation.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Workload } from "../model/workload.ts";

export interface Told {
  /** The gravest first; those that an exception accepts last. */
  readonly reports: readonly DetectionReport[];
  /** Rules that could not say of some behaviour whether it tells. */
  readonly undecided: readonly Undecided[];
  /** Exceptions that accept one of them. */
  readonly used: ReadonlySet<string>;
  /** The open detection that a finding's fix would have kept from happening. */
  readonly closedBy: (judged: Judged) => DetectionReport | undefined;
}

export function toldIn(
  snapshot: Pick<Snapshot, "observations"> & Pick<Partial<Snapshot>, "watches" | "detections">,
  inventory: Inventory,
  rules: readonly DetectionRule[],
  judged: readonly Judged[],
  { exceptions, standing }: { readonly exceptions: readonly Exception[]; readonly standing: Standing },
  detect: Detector = createDetector(rules),
): Told {
  const { detections, undecided } = detect({
    observations: snapshot.observations,
    watches: snapshot.watches ?? [],
  });
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const workloadOf = workloadsByPlace(inventory);
  const powerful = powerfulWorkloads(judged);
  const used = new Set<string>();
  const reports = [...detections, ...(snapshot.detections ?? [])].map((detection) => {
    const rule = detection.sensor === "plimsoll" ? known.get(detection.rule) : undefined;
    const workload = workloadOf(detection.container);
    const exception = exceptions.find((each) =>
      coversDetection(each, detection, rule?.equivalents ?? [], workload, inventory.takenAt, standing),
    );
    if (exception !== undefined) used.add(exception.id);
    return reportOf(detection, rule, workload, workload && powerful.get(refKey(workload.root)), exception);
  });
  const sorted = reports.toSorted(byGravity);
  return { reports: sorted, undecided, used, closedBy: closers(sorted, known) };
}

/** Whose container it is, among those that were read. */
export function workloadsByPlace({
  workloads,
}: Inventory): (container: ContainerKey) => Workload | undefined {
  const known = new Map(workloads.map((workload) => [placeOf(workload.ref), workload]));
  return ({ workloadKind: kind, namespace, workload: name }) => known.get(placeOf({ kind, namespace, name }));
}

function placeOf({ kind, namespace, name }: Pick<ResourceRef, "kind" | "namespace" | "name">): string {
  return `${kind}/${namespace}/${name}`;
}

/** What a workload's findings say that it could take over, by its root. */
function powerfulWorkloads(judged: readonly Judged[]): ReadonlyMap<string, string> {
  const powers = new Map<string, string>();
  for (const { control, result } of judged) {
    if (result.result !== "fail" || result.workload === undefined) continue;
    if (control.grants === "cluster-takeover")
      powers.set(refKey(result.workload), "the workload may take over the cluster");
    else if (control.grants === "node-takeover" && !powers.has(refKey(result.workload)))
      powers.set(refKey(result.workload), "the workload may take over its node");
  }
  return powers;
}

function reportOf(
  detection: Detection,
  rule: DetectionRule | undefined,
  workload: Workload | undefined,
  power: string | undefined,
  exception: Exception | undefined,
): DetectionReport {
  const { container, sensor, message, techniques, trust, support, program } = detection;
  const severity = power === undefined ? detection.severity : raised(detection.severity);
  return {
    key: detectionKey(detection),
    rule: detection.rule,
    sensor,
    title: rule?.title ?? detection.rule,
    severity,
    ...(severity === detection.severity ? {} : { raised: power! }),
    ...(rule === undefined ? {} : { why: rule.why }),
    message,
    container,
    ...(workload === undefined ? {} : { workload: workload.root }),
    ...(program === undefined ? {} : { program }),
    techniques,
    trust,
    first: support.map(({ first }) => first).reduce((a, b) => (a < b ? a : b)),
    last: support.map(({ last }) => last).reduce((a, b) => (a > b ? a : b)),
    count: support.reduce((sum, { count }) => sum + count, 0),
    replicas: new Set(support.map(({ pod }) => pod)).size,
    ...(exception === undefined ? {} : { exception: acceptanceOf(exception) }),
  };
}

function acceptanceOf({ id, reason, owner, until }: Exception): NonNullable<DetectionReport["exception"]> {
  return { id, reason, owner, ...(until === undefined ? {} : { until }) };
}

/** One step graver: what happens in a workload that may do much matters more. */
function raised(severity: Severity): Severity {
  return severities[Math.max(0, severities.indexOf(severity) - 1)]!;
}

function byGravity(a: DetectionReport, b: DetectionReport): number {
  return (
    Number(a.exception !== undefined) - Number(b.exception !== undefined) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    compareText(b.last, a.last) ||
    compareText(a.key, b.key)
  );
}

function closers(
  reports: readonly DetectionReport[],
  rules: ReadonlyMap<string, DetectionRule>,
): Told["closedBy"] {
  const open = new Map<string, DetectionReport>();
  for (const report of reports) {
    if (report.workload === undefined || report.exception !== undefined) continue;
    for (const control of rules.get(report.rule)?.closedBy ?? []) {
      const key = `${control} ${refKey(report.workload)}`;
      if (!open.has(key)) open.set(key, report);
    }
  }
  return ({ control, result }) =>
    result.workload === undefined || result.result !== "fail"
      ? undefined
      : open.get(`${control.id} ${refKey(result.workload)}`);
}

/** An exception that accepts a detection alone is used. */
export function withDetections(reports: Report["exceptions"], { used }: Told): Report["exceptions"] {
  return reports.map((report) =>
    report.state === "unused" && used.has(report.id)
      ? { ...report, state: "used", because: "accepts detections" }
      : report,
  );
}
