/** The API server's audit log, sent to the service's door for it as the API server's webhook would: lists of events, again until they are taken. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { JsonObject } from "@plimsoll/core";
import type { Reply } from "../installed.ts";

export interface AuditLog {
  /** Parsed, as many as were written since it was opened. */
  readonly events: readonly JsonObject[];
  /** Resolves once it has stopped. */
  readonly stop: () => Promise<void>;
}

/** As many as the webhook of the API server sends at once. */
const most = 400;

/** Throws where the log cannot be read, or is refused for another reason than that it comes too early. */
export function sendAuditLog(file: string, send: (list: object) => Promise<Reply>): AuditLog {
  const events: JsonObject[] = [];
  const log = follow(file);
  const ending = new AbortController();
  let sent = 0;
  const sendAll = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      events.push(...log.next());
      const items = events.slice(sent, sent + most);
      if (items.length > 0) {
        const { status, body } = await send({ kind: "EventList", apiVersion: "audit.k8s.io/v1", items });
        if (status === 200) sent += items.length;
        else if (status !== 503) throw new Error(`audit: ${status} ${JSON.stringify(body)}`);
      }
      if (items.length < most) await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const ended = sendAll();
  ended.catch((error: unknown) => console.log(`audit: ${String(error)}`));
  return {
    events,
    stop: () => {
      ending.abort();
      return ended;
    },
  };
}

function follow(file: string): { readonly next: () => readonly JsonObject[] } {
  let at = statSync(file).size;
  let rest = Buffer.alloc(0);
  return {
    next: () => {
      const handle = openSync(file, "r");
      try {
        const size = fstatSync(handle).size;
        // Begun anew, where it grew too long.
        if (size < at) [at, rest] = [0, Buffer.alloc(0)];
        const more = Buffer.alloc(size - at);
        at += readSync(handle, more, 0, more.length, at);
        const all = Buffer.concat([rest, more]);
        const end = all.lastIndexOf(10) + 1;
        rest = all.subarray(end);
        const lines = all.subarray(0, end).toString().split("\n");
        return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JsonObject);
      } finally {
        closeSync(handle);
      }
    },
  };
}
