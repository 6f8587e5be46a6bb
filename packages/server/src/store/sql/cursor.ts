/** Where a page ended: the order, and the last row's place in it. Holds nothing that the asker has not just been shown. */
import type { SortKey } from "../query.ts";
import { bad } from "./limit.ts";

export interface Position {
  readonly value: string | number;
  readonly cluster: string;
  readonly id: string;
}

export interface Order {
  readonly sort: SortKey;
  readonly descending: boolean;
}

export function writeCursor({ sort, descending }: Order, { value, cluster, id }: Position): string {
  return Buffer.from(JSON.stringify([sort, descending, value, cluster, id])).toString("base64url");
}

/** A cursor may be forged: it can then only point elsewhere in what the asker may see. */
export function readCursor(cursor: string, order: Order): Position {
  if (cursor.length > 8192) throw bad("the cursor is too long");
  const [sort, descending, value, cluster, id] = parsed(cursor);
  const fits = typeof value === (isNumeric(order.sort) ? "number" : "string") && !Number.isNaN(value);
  if (sort !== order.sort || descending !== order.descending || !fits) {
    throw bad("the cursor belongs to another order");
  }
  if (typeof cluster !== "string" || typeof id !== "string") throw bad("the cursor is none of ours");
  return { value: value as string | number, cluster, id };
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw bad("the cursor is none of ours");
}

export function isNumeric(sort: SortKey): boolean {
  return sort === "severity" || sort === "lastChanged" || sort === "firstSeen";
}
