/** How fields come to their judgement: by construction, by what was seen, or not at all for want of sight. */
import type { ObservationKind, WatchedKind } from "../../model/observation.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Change, ContainerEvidence, Judgement, Repair, Seen } from "./field.ts";

export function clearByConstruction(because: string): Judgement {
  return { verdict: "clear", basis: "construction", because };
}

export function breaksByConstruction(because: string, repair?: Repair): Judgement {
  return { verdict: "breaks", basis: "construction", because, ...(repair === undefined ? {} : { repair }) };
}

export function unknownFor(because: string, missing: readonly Missing[]): Judgement {
  return { verdict: "unknown", basis: "observation", because, missing };
}

/** What a change would refuse, and which kinds of behaviour must have been watched to say that it refuses nothing. */
export interface Grounds {
  readonly kinds: readonly ObservationKind[];
  readonly refused: readonly Seen[];
  /** What was looked for, in words that follow `seen to`: `write to its root file system`. */
  readonly doing: string;
  /** Besides what the ledger lacks. */
  readonly missing?: readonly Missing[];
  /** Whom it is said of; default: it. */
  readonly who?: string;
  /** Asked only where what is refused is the workload's ordinary work. */
  readonly repair?: (refused: readonly Seen[]) => Repair | undefined;
}

/** Refused is refused, however little was seen; that nothing is, takes enough sight. */
export function byObservation({ seen }: Pick<Change, "seen">, grounds: Grounds): Judgement {
  const { refused, doing, kinds, repair, who = "It" } = grounds;
  if (refused.length > 0) {
    const mended = refused.every(({ flags }) => flags.length === 0) ? repair?.(refused) : undefined;
    return {
      verdict: "breaks",
      basis: "observation",
      because: `${who} was seen to ${doing}`,
      kinds,
      witnesses: refused,
      missing: [],
      ...(mended === undefined ? {} : { repair: mended }),
    };
  }
  const missing = [...lacksOf(seen, kinds), ...(grounds.missing ?? [])];
  if (missing.length > 0)
    return unknownFor(`${who} was not seen to ${doing}, and not enough was seen`, missing);
  return { verdict: "clear", basis: "observation", because: `${who} was not seen to ${doing}`, kinds };
}

/** Each lack once. */
export function lacksOf(seen: ContainerEvidence, kinds: readonly WatchedKind[]): readonly Missing[] {
  const byText = new Map(kinds.flatMap((kind) => seen.lacks(kind)).map((lack) => [lack.text, lack]));
  return [...byText.values()];
}
