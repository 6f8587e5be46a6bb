/** The limits that everything from outside must keep to, and the error that says which one was broken. */

const mebibyte = 1024 * 1024;

/** Per object; a stream, a list or a snapshot may be as long as it is. */
export const limits = {
  /** The API server takes no larger request body. */
  objectBytes: 3 * mebibyte,
  scalarBytes: 1.5 * mebibyte,
  depth: 100,
  nodes: 200_000,
  aliases: 1_000,
  /** How many values aliases may copy for each one that was written. */
  growth: 10,
  /** How deep a `List` may hold a `List`. */
  listDepth: 10,
} as const;

export type RefusalCode =
  | "size"
  | "scalar-size"
  | "depth"
  | "nodes"
  | "aliases"
  | "growth"
  | "cycle"
  | "duplicate-key"
  | "key"
  | "tag"
  | "number"
  | "encoding"
  | "template"
  | "syntax"
  | "shape";

/** Input that is not taken. Thrown and caught inside this package; outside it is a gap. */
export class RefusedError extends Error {
  readonly code: RefusalCode;
  /** Where in the text that was being read; -1 where that is not known. */
  readonly offset: number;

  constructor(code: RefusalCode, message: string, offset = -1, options?: ErrorOptions) {
    super(message, options);
    this.name = "RefusedError";
    this.code = code;
    this.offset = offset;
  }
}

/** Text from outside made fit for one line of a message: no control or bidirectional characters, not too long. */
export function sanitised(text: string, most = 200): string {
  const plain = text.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim();
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}
