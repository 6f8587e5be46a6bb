/** What the store says when it cannot do what was asked, and what it lost. */

export type StoreErrorCode =
  | "locked" // another process has the store open
  | "newer-schema"
  | "read-only"
  | "full" // no space; what was acknowledged stays, send again later
  | "unavailable" // the disk or the server does not answer
  | "damaged"
  | "conflict"
  | "out-of-order"
  | "bad-query"
  | "too-slow"
  | "closed";

/** One line for people; never holds a value that came from a cluster. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}

/** Something that was written and cannot be read any more. */
export interface Loss {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `history`, `resources`, … */
  readonly what: string;
  /** Rows; undefined where it cannot be told. */
  readonly rows?: number;
  readonly because: string;
  /** True where the cluster still knows: a whole batch brings it back. */
  readonly rebuilt: boolean;
}
