/** What every generator gives: the resources, what they were held against, and what they admit beyond what was seen. */
import type { Resource } from "../../model/resource.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Missing } from "../../model/verdict.ts";

export interface Generated {
  /** Ready to apply; empty where nothing could be generated. */
  readonly resources: readonly Resource[];
  /** What is no resource: a seccomp profile. */
  readonly file?: JsonObject;
  readonly proof: Proof;
  /** What people are to know: what was left out and why, whose else the change is. */
  readonly notes: readonly string[];
  /** What was not seen, so that it may be refused though it is needed. */
  readonly missing: readonly Missing[];
}

/** Every recorded behaviour run through the result, with the policies that are there already. */
export interface Proof {
  /** Behaviours that were run through it. */
  readonly replayed: number;
  /** What would be refused, in words; only with none of them may it be called proved. */
  readonly denied: readonly string[];
  /** What could not be decided, and why. */
  readonly undecided: readonly string[];
  /** What it admits, and what of that was seen, counted alike; their ratio is the excess. */
  readonly admitted: number;
  readonly seen: number;
}

export function isProved({ denied, undecided, replayed }: Proof): boolean {
  return replayed > 0 && denied.length === 0 && undecided.length === 0;
}
