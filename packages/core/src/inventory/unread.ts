/** What of the input could not be read at all: whatever is asked for may have stood there. May not be taken for nothing. */
import type { Gap } from "../model/gap.ts";

/** Gaps of evaluating and of evidence hide no resource. */
const hidesNothing: ReadonlySet<Gap["reason"]> = new Set(["evaluation-error", "no-evidence"]);

/** One line for each document or file of which not even the kind is known: `a.yaml:2: document refused: …`. */
export function unreadDocuments(gaps: readonly Gap[]): readonly string[] {
  return gaps
    .filter(
      ({ kinds, blocking, reason }) => kinds.length === 0 && blocking !== false && !hidesNothing.has(reason),
    )
    .map(placedMessage);
}

/** What happened, after where it did; said once where the message says it too. */
export function placedMessage({ source, message, line }: Gap): string {
  const place = line === undefined ? source : `${source}:${line}`;
  return message.startsWith(source) ? message : `${place}: ${message}`;
}
