/** Checksums of rows, digests of contents, and the texts that both engines can hold. */
import { hash } from "node:crypto";
import { crc32, constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { StoreError } from "../error.ts";
import { sealed, type Sealed, type Tables } from "./tables.ts";

/** CRC-32: every single flipped bit, every burst of up to 32, and all but one in 4 × 10⁹ of the rest are seen. */
export function sumOf<T extends Sealed>(table: T, row: Unsealed<T>): number {
  const values = row as { readonly [column: string]: unknown };
  return crc32(JSON.stringify(sealed[table].map((column) => values[column])));
}

export type Unsealed<T extends Sealed> = Omit<Tables[T], "sum" | "id"> & { readonly id?: unknown };

export function seal<T extends Sealed, R extends Unsealed<T>>(
  table: T,
  row: R,
): R & { readonly sum: number } {
  return { ...row, sum: sumOf(table, row) };
}

/** Throws `damaged` where a row is not what was written. */
export function checkRow<T extends Sealed>(table: T, row: Unsealed<T> & { readonly sum: number }): void {
  if (sumOf(table, row) !== row.sum) throw damaged(table);
}

export function checkBody(content: string, body: string): void {
  if (digestOf(body) !== content) throw damaged("results");
}

export function damaged(table: string): StoreError {
  return new StoreError(
    "damaged",
    `the store's table ${table} is damaged; opening it again repairs what can be`,
  );
}

export function digestOf(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}

export function pack(text: string): Uint8Array {
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

export function unpack(body: Uint8Array): string {
  try {
    return zstdDecompressSync(body).toString();
  } catch {
    throw damaged("versions");
  }
}

/** PostgreSQL holds no NUL and neither engine half a surrogate pair: both become U+FFFD, when stored and when asked for. */
export function plain(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

/** JSON of a value; `undefined` is not JSON and never a stored value. */
export function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}
