/** Workloads whose loss is the gravest, as somebody names them. */
import type { Severity } from "./finding.ts";

/** Targets of attack paths; each pattern may hold `*`, and what is absent is any. */
export interface CrownJewel {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** How grave its loss is; absent: high. */
  readonly criticality?: Severity;
}
