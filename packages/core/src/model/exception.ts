/** An accepted finding: who accepts what, why, and until when. */

/** What an exception covers. Every field given must hold; a text may have `*` for any run of characters. */
export interface ExceptionMatch {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Labels of the resource or of the pods it makes. */
  readonly labels?: { readonly [key: string]: string };
  readonly container?: string;
  /** The finding's path. */
  readonly path?: string;
  /** The file it was read from. */
  readonly file?: string;
  /** Lines of that file at one of which the finding stands: what a comment beside a field covers. */
  readonly lines?: readonly number[];
}

/**
 * What has to be so for an exception to accept anything: that a control is met, or that something of a kind is there for which
 * CEL over `object` holds. Looked at in `namespace`; where none is named, in that of the finding, and everywhere for what has
 * none. What is not known does not hold.
 */
export type ExceptionCondition =
  | { readonly control: string; readonly namespace?: string }
  | {
      /** `networking.k8s.io/v1/NetworkPolicy`. */
      readonly kind: string;
      readonly name?: string;
      readonly holds: string;
      readonly namespace?: string;
    };

export interface Exception {
  readonly id: string;
  /** Ids of controls, or `*`; an equivalent's id (`kubescape:C-0057`) means the control that lists it. */
  readonly controls: readonly string[];
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339 date or time after which it no longer holds; the date's own day still counts. */
  readonly until?: string;
  /** It accepts only as long as this holds. */
  readonly while?: ExceptionCondition;
  readonly match: ExceptionMatch;
  /** Where it was written: a file, an annotation, a comment. */
  readonly source: string;
}

export type ExceptionState = "used" | "unused" | "expired" | "over-broad" | "lapsed";

/**
 * What became of an exception in a scan. `over-broad` is used, and says what should narrow it; `lapsed`: its condition does not
 * hold, or is not known to, where findings are that it would accept.
 */
export interface ExceptionReport {
  readonly id: string;
  readonly state: ExceptionState;
  readonly reason: string;
  readonly owner: string;
  readonly until?: string;
  readonly source: string;
  /** Findings it accepts; for an expired one, those it would; for a lapsed one both. */
  readonly findings: number;
  readonly because: string;
}
