/** What a scan says: results, requirements met, gaps, coverage, and the edits that resolve most. */
import type { ExceptionReport } from "./exception.ts";
import type { Result, PatchOperation, Severity } from "./finding.ts";
import type { ContainerKey, Trust } from "./observation.ts";
import type { Gap } from "./gap.ts";
import type { ResourceRef } from "./resource.ts";
import type { Server, SkippedCount } from "./snapshot.ts";
import type { EditVerdict } from "./verdict.ts";

export const reportSchemaVersion = "1";

export interface Report {
  readonly schemaVersion: typeof reportSchemaVersion;
  readonly tool: { readonly name: "plimsoll"; readonly version: string };
  /** RFC 3339, the snapshot's clock. */
  readonly takenAt: string;
  readonly server: Server;
  /** Sorted by id. Failed and unknown always; passed and skipped on request. */
  readonly results: readonly Result[];
  readonly frameworks: readonly FrameworkScore[];
  readonly requirements: readonly RequirementResult[];
  readonly gaps: readonly Gap[];
  readonly coverage: Coverage;
  readonly edits: readonly Edit[];
  /** What to do first. */
  /** What happened and should not; absent where nobody observed. */
  readonly detections?: readonly DetectionReport[];
  readonly priorities: Priorities;
  /** How an attacker gets from where he may come in to what he must not get; absent where it was not looked for. */
  readonly paths?: AttackPaths;
  /** What became of each exception. */
  readonly exceptions: readonly ExceptionReport[];
  /** The controls that results name, so that a report is readable on its own. */
  readonly controls: readonly ControlSummary[];
}

export interface ControlSummary {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly remediation: string;
  readonly equivalents: readonly string[];
  /** `framework/requirement` ids that it helps to meet. */
  readonly requirements: readonly string[];
  readonly noFix?: string;
}

/** `accepted`: it fails only where exceptions accept it. `manual`: a person must look. `skip`: it cannot apply here. */
export type RequirementStatus = "met" | "failed" | "accepted" | "unknown" | "manual" | "skip";

export interface RequirementResult {
  readonly framework: string;
  readonly id: string;
  readonly title: string;
  /** Whose it is on the distribution that was scanned; the provider's is skipped. */
  readonly owner: "customer" | "provider" | "shared";
  readonly status: RequirementStatus;
  readonly controls: readonly string[];
  /** Findings and unknown results of its controls. */
  readonly failed: number;
  readonly unknown: number;
  readonly because: string;
  /** Failed findings by namespace (`""` for cluster-scoped resources); namespaces without one are left out. */
  readonly namespaces: { readonly [namespace: string]: number };
}

/** Posture score of a framework: met ÷ (met + failed + unknown) over its automated requirements, 0..1; null where there are none. */
export interface FrameworkScore {
  readonly id: string;
  readonly title: string;
  readonly score: number | null;
  readonly met: number;
  readonly failed: number;
  readonly unknown: number;
  readonly accepted: number;
  readonly manual: number;
  readonly skipped: number;
}

export interface Coverage {
  /** Resources read, by kind, sorted. */
  readonly kinds: readonly { readonly kind: string; readonly count: number }[];
  readonly resources: number;
  readonly workloads: number;
  readonly containers: number;
  readonly namespaces: number;
  readonly controls: number;
  readonly skipped: readonly SkippedCount[];
  /** Results by outcome, those of excepted findings counted apart as well. */
  readonly outcomes: {
    readonly pass: number;
    readonly fail: number;
    readonly skip: number;
    readonly unknown: number;
    readonly excepted: number;
  };
  /** Findings that no exception accepts. */
  readonly bySeverity: { readonly [S in Severity]: number };
  /** False where something asked for could not be evaluated. */
  readonly complete: boolean;
}

/** One change that resolves a group of findings: the unit of what people are shown. */
export interface Edit {
  readonly id: string;
  readonly title: string;
  readonly resource: ResourceRef;
  readonly workload?: ResourceRef;
  /** The block that is changed, e.g. `spec.template.spec.containers[app].securityContext`. */
  readonly path: string;
  /** Ids of the results it resolves. */
  readonly resolves: readonly string[];
  readonly severity: Severity;
  readonly operations: readonly PatchOperation[];
  /** What it changes elsewhere: RFC 6902 against each resource, in turn; `add` at the root (`""`) makes one. */
  readonly also?: readonly ResourceChange[];
  /** True where no patch can be made, or none that is known to break nothing, and words must do. */
  readonly byHand: boolean;
  /** What the patch would refuse of what was seen; with `breaks` it is withheld. Absent where there never was one. */
  readonly verdict?: EditVerdict;
  /** What to do, in words, where no control says it. */
  readonly how?: string;
  /** What the edit breaks where somebody relies on what it takes away, and how much of that is known. */
  readonly breakRisk?: string;
  readonly source: { readonly file: string; readonly line?: number; readonly column?: number };
  readonly system?: string;
  readonly team?: string;
  readonly environment?: string;
}

/** Operations against one resource. */
export interface ResourceChange {
  readonly resource: ResourceRef;
  readonly operations: readonly PatchOperation[];
}

/** Something that happened and should not, of the workload that it happened in. */
export interface DetectionReport {
  /** The same for the same rule, container and program. */
  readonly key: string;
  /** One of ours, or another tool's by its name. */
  readonly rule: string;
  /** `plimsoll`: by a rule of ours, over what sensors saw; else the tool that told it. */
  readonly sensor: string;
  readonly title: string;
  readonly severity: Severity;
  /** Why it is graver than the rule says. */
  readonly raised?: string;
  readonly why?: string;
  /** One sanitised line. */
  readonly message: string;
  readonly container: ContainerKey;
  /** Absent: nothing that was read made the container. */
  readonly workload?: ResourceRef;
  readonly program?: string;
  /** ATT&CK techniques, as `T1059`. */
  readonly techniques: readonly string[];
  readonly trust: Trust;
  /** RFC 3339. */
  readonly first: string;
  readonly last: string;
  /** Events. */
  readonly count: number;
  readonly replicas: number;
  readonly exception?: {
    readonly id: string;
    readonly reason: string;
    readonly owner: string;
    readonly until?: string;
  };
}

export type ActReason =
  | "cuts-path" // 1. belongs to the chosen cut of attack paths
  | "removes-takeover" // 2. removes the power to take over a node or the cluster
  | "closes-detection" // 3.
  | "exploited-vulnerability" // 4.
  | "reverts-regression" // 5.
  | "lifts-blind-spot"; // 6.

export interface Action {
  /** Id of the edit. */
  readonly edit: string;
  readonly reason: ActReason;
  /** One sentence for people. */
  readonly because: string;
  /**
   * Each factor by its name, in the order in which they count: `exploit: …`, `target: a node`, `entry: the internet
   * (Service shop/web)`, `paths cut: 3`, `privilege gained: …`, `blast radius: …`, `environment: …`, `verdict: …`,
   * `break risk: …`, `effort: patch`.
   */
  readonly steps: readonly string[];
}

export interface Priorities {
  /** In the order in which to do them. */
  readonly act: readonly Action[];
  readonly later: readonly { readonly reason: string; readonly edits: number; readonly findings: number }[];
  readonly blind: readonly Blind[];
  /** Findings of platform components, counted, and grouped here as privileged by function. */
  readonly system: readonly {
    readonly workload: ResourceRef;
    readonly because: string;
    readonly findings: number;
  }[];
  /** Share (0..1) of findings that Act edits resolve. */
  readonly actShare: number;
}

/** Something that could not be seen, how many results it leaves unknown, and what would show it. */
export interface Blind {
  readonly what: string;
  readonly because: string;
  readonly remedy: string;
  readonly results: number;
}

/** Attack paths of at most six hops, and what cuts them. A pair is an entry and a target that a path connects. */
export interface AttackPaths {
  /** The gravest paths, one for each pair, at most 20. */
  readonly top: readonly AttackPath[];
  readonly pairs: number;
  /** Of the pairs, those that the edits to act on cut. */
  readonly cut: number;
  /** Of those, pairs that are cut only where a connection or a way in is narrowed that somebody may need. */
  readonly narrowed: number;
  /** Of the smallest cut, the edits that cut most for their cost, in turn; `cut` counts the pairs cut by it and those before it. */
  readonly chokePoints: readonly { readonly edits: readonly string[]; readonly cut: number }[];
  readonly smallestCut: SmallestCut;
  /** Pairs that no edit cuts, with the step that nothing breaks. At most 50 are listed. */
  readonly uncut: readonly UncutPair[];
  readonly uncutCount: number;
  /** The search ended before all was looked at. */
  readonly partial: boolean;
  /** What was not read, so that there may be more. */
  readonly missing: readonly string[];
}

/** The cheapest edits found that cut every pair that can be cut. */
export interface SmallestCut {
  /** How many; 0 where there is nothing to cut, or the search ended before any were found. */
  readonly edits: number;
  /** No cheaper ones exist; otherwise none of them is redundant. */
  readonly exact: boolean;
  /** The search ended early: some may not be needed. */
  readonly partial: boolean;
}

export interface UncutPair {
  readonly entry: string;
  readonly target: string;
  readonly because: string;
}

export interface AttackPath {
  readonly entry: string;
  readonly target: string;
  /** False where a step may not lead on after all: the step says why. */
  readonly certain: boolean;
  readonly steps: readonly AttackStep[];
  /** Ids of the edits to act on that break it; empty where none does. */
  readonly cutBy: readonly string[];
}

export interface AttackStep {
  readonly from: string;
  readonly to: string;
  /** Id of the attack edge or the power. */
  readonly by: string;
  readonly title: string;
  /** ATT&CK; absent for steps that only say what is part of what. */
  readonly technique?: string;
  /** What was seen that opens it, bindings and rules included. */
  readonly because: readonly string[];
  readonly unsure: readonly string[];
  /** That it was seen in use: `seen in use on port 5432, last on 2026-09-15`; absent: it was not, or nobody looked. */
  readonly seen?: string;
  /** The permissions that give it, all of which are needed; absent where no right does. */
  readonly rights?: readonly AttackRight[];
}

/** One permission on an attack path: what a role allows, and the binding that gives the role. */
export interface AttackRight {
  /** `update|patch deployments.apps` */
  readonly may: string;
  /** `ClusterRole edit, in tools`, `Role shop/reader`. Of several roles that give it, one. */
  readonly role: string;
  /** `RoleBinding tools/everyone-may-edit` */
  readonly binding: string;
  /** Further pairs of a binding and a role that give the same: each of them must go too. */
  readonly others: number;
}
