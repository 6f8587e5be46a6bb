/** How a CEL expression can go wrong: refused when compiled (CelError), or failed when evaluated (Failure). */

/** What a failed evaluation is about; the words are in the message. */
export type FailureKind =
  | "no-such-key"
  | "no-such-overload"
  | "out-of-range"
  | "overflow"
  | "invalid"
  | "none"
  | "budget"
  | "needs-request";

/** The outcome of an evaluation that has no value. It travels through expressions as a value; `||` and `&&` can absorb it. */
export interface CelFailure {
  readonly kind: FailureKind;
  readonly message: string;
}

/** An expression that does not compile: the first mistake found. Line and column count from 1. */
export class CelError extends Error {
  override readonly name = "CelError";
  readonly code = "cel-invalid";
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(`${message} (line ${line}, column ${column})`);
    this.line = line;
    this.column = column;
  }
}

/** A CelError for a place in a source text, given as an offset in UTF-16 units. */
export function errorAt(source: string, offset: number, message: string): CelError {
  const before = source.slice(0, offset);
  const line = before.split("\n").length;
  return new CelError(message, line, offset - before.lastIndexOf("\n"));
}
