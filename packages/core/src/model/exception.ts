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

export interface Exception {
  readonly id: string;
  /** Ids of controls, or `*`; an equivalent's id (`kubescape:C-0057`) means the control that lists it. */
  readonly controls: readonly string[];
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339 date or time after which it no longer holds; the date's own day still counts. */
  readonly until?: string;
  readonly match: ExceptionMatch;
  /** Where it was written: a file, an annotation, a comment. */
  readonly source: string;
}

export type ExceptionState = "used" | "unused" | "expired" | "over-broad";

/** What became of an exception in a scan. `over-broad` is used, and says what should narrow it. */
export interface ExceptionReport {
  readonly id: string;
  readonly state: ExceptionState;
  readonly reason: string;
  readonly owner: string;
  readonly until?: string;
  readonly source: string;
  /** Findings it accepts; for an expired one, those it would. */
  readonly findings: number;
  readonly because: string;
}
