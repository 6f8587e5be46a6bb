/** How much may be asked for at once, and how it is refused. */
import { StoreError } from "../error.ts";

export const limits = { values: 2000, visible: 20_000, words: 8, search: 200, page: 500 } as const;

export function bad(message: string): StoreError {
  return new StoreError("bad-query", message);
}
