/** A process as people name one. */
import { sanitize, UserError } from "@plimsoll/core";

export function processFrom(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new UserError("usage", `--pid is no process: ${sanitize(text)}`, "give the number that ps shows");
  return Number(text);
}
