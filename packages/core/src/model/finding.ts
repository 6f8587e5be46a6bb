/** The outcome of a control at one place. A finding is a result that is `fail`. */
import type { Json } from "./json.ts";
import type { PatchOperation } from "./operation.ts";
import type { ResourceRef } from "./resource.ts";
import type { EditVerdict } from "./verdict.ts";

export type Outcome = "pass" | "fail" | "skip" | "unknown";

export type Severity = "critical" | "high" | "medium" | "low";

export const severities = ["critical", "high", "medium", "low"] as const satisfies readonly Severity[];

export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly renderedBy?: string;
}

export interface Result {
  /**
   * Identity: `control:apiVersion/kind/namespace/name:path`, container names in place of indexes; readable, and the
   * same from a file, a live cluster or a snapshot.
   */
  readonly id: string;
  readonly control: string;
  readonly result: Outcome;
  readonly severity: Severity;
  readonly resource: ResourceRef;
  /** The workload at the top of the owner chain, where the resource belongs to one. */
  readonly workload?: ResourceRef;
  readonly container?: string;
  /** `spec.template.spec.containers[app].securityContext.privileged`; `""` when the whole resource is meant. */
  readonly path: string;
  /** The value found at the path (credentials are markers since the pillar); absent where nothing stands there. */
  readonly value?: Json;
  /** One sentence: what was seen that made the outcome. For `unknown`, what is missing. */
  readonly because: string;
  readonly source: SourceLocation;
  readonly fix?: FixPatch;
  /** Whether what it grants was seen in use; absent where nothing was observed, or nothing observable would show it. */
  readonly evidence?: FindingEvidence;
  /** Its patch is withheld: what it would refuse of what the workload was seen to do. */
  readonly withheld?: EditVerdict;
  readonly exception?: ExceptionUse;
  /** The id of the edit that resolves it, where there is one. */
  readonly edit?: string;
  /** Set for platform components: why it is thought privileged by function. */
  readonly system?: string;
  readonly team?: string;
  readonly environment?: string;
  /** What deployed it: `helm:shop`, `argocd:payments`, `flux:infra`. */
  readonly deployedBy?: string;
}

/** What was seen of a finding's privilege. `not-observed` only where nothing was lacking, else `unknown`. */
export interface FindingEvidence {
  /** What would be seen: `uses the capability SYS_ADMIN`. */
  readonly claim: string;
  readonly state: "observed" | "not-observed" | "unknown";
  /** One sentence: `granted, never used in 13 days, 3 of 3 replicas, from start-up, by agent`. */
  readonly text: string;
  /** Hours that it was watched for. */
  readonly hours: number;
  /** What would show it, where it is unknown. */
  readonly remedy?: string;
}

/** RFC 6902 operations against the resource the result names. */
export interface FixPatch {
  readonly operations: readonly PatchOperation[];
}

export type { PatchOperation };

export interface ExceptionUse {
  readonly id: string;
  readonly reason: string;
  readonly owner: string;
  readonly until?: string;
}
