/** What readers ask the store: filters that are all to hold, an order, a page. */
import type { Outcome, Severity } from "@plimsoll/core";
import type { Place } from "./batch.ts";

export interface FindingQuery {
  readonly clusters?: readonly string[];
  readonly controls?: readonly string[];
  readonly severities?: readonly Severity[];
  readonly outcomes?: readonly Outcome[];
  readonly namespaces?: readonly string[];
  readonly kinds?: readonly string[];
  readonly names?: readonly string[];
  /** `apps/v1/Deployment/shop/web`. */
  readonly workload?: string;
  readonly edit?: string;
  readonly places?: readonly Place[];
  readonly teams?: readonly string[];
  /** True: accepted ones only; false: none of them. */
  readonly excepted?: boolean;
  /** Milliseconds since 1970; at or after. */
  readonly changedSince?: number;
  readonly firstSeenSince?: number;
  /** Words that all stand in control, place or sentence, in any case. At most 8 words and 200 characters. */
  readonly search?: string;
  readonly visible?: Visible;
  /** Default: severity, worst first. */
  readonly sort?: SortKey;
  readonly descending?: boolean;
  /** 1 to 500; default 50. */
  readonly limit?: number;
  /** From the page before, of the same order. */
  readonly cursor?: string;
}

/**
 * What the asker may see: what any of the entries lets be seen. Absent: everything. An empty namespace stands for
 * cluster-scoped resources.
 */
export type Visible = readonly {
  readonly cluster: string;
  readonly namespaces: readonly string[] | "all";
  /** Only results about these; history knows no kinds, so there such an entry lets nothing be seen. Absent: all. */
  readonly kinds?: readonly string[];
}[];

export type SortKey =
  | "severity"
  | "lastChanged"
  | "firstSeen"
  | "namespace"
  | "name"
  | "control"
  | "kind"
  | "cluster"
  /** The quickest to go through from page to page. */
  | "id";

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next?: string;
}

export type GroupKey =
  | "severity"
  | "outcome"
  | "control"
  | "namespace"
  | "kind"
  | "place"
  | "cluster"
  | "workload"
  | "edit"
  | "team";

export interface Group {
  readonly key: string;
  readonly count: number;
}
