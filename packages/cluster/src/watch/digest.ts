/** A short digest of what was taken in, to tell later whether it is still what the server holds. */
import { hash } from "node:crypto";
import type { ResourceRecord } from "@plimsoll/core";

export function digestOf({ resource }: ResourceRecord): string {
  return hash("sha1", JSON.stringify(resource), "base64").slice(0, 12);
}
