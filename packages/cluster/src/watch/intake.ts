/** Between what is held and what is handed over: makes records of objects, once each, and knows those it refused. */
import type { Gap, ResourceRecord } from "@plimsoll/core";
import type { Listing } from "../discover.ts";
import { takenIn } from "../place.ts";
import { digestOf } from "./digest.ts";
import type { Step } from "./delivery.ts";
import type { Named } from "./event.ts";
import type { Sink } from "./holdings.ts";

export interface Intake {
  readonly sink: Sink;
  /** Objects that are there and could not be taken in. */
  readonly gaps: () => readonly Gap[];
  readonly onDigest: (note: (key: string, version: string, digest: string) => void) => void;
}

export function createIntake(listing: Listing, add: (key: string, step: Step) => void): Intake {
  const refused = new Map<string, Gap>();
  let note: (key: string, version: string, digest: string) => void = () => undefined;
  const make = ({ key, version, object }: Named): ResourceRecord | undefined => {
    const taken = takenSafely(listing, object);
    if ("record" in taken) {
      refused.delete(key);
      note(key, version, digestOf(taken.record));
      return taken.record;
    }
    if ("gap" in taken) refused.set(key, taken.gap);
    return undefined;
  };
  return {
    sink: {
      put: (named) => add(named.key, { op: "put", uid: named.uid, make: once(() => make(named)) }),
      remove: (key, uid) => {
        refused.delete(key);
        add(key, { op: "remove", uid });
      },
    },
    gaps: () => [...refused.values()],
    onDigest: (next) => void (note = next),
  };
}

/** Taking in changes the object, so it is done once, however often the outcome is asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function takenSafely(listing: Listing, object: Named["object"]): ReturnType<typeof takenIn> {
  try {
    return takenIn(listing, object);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { apiVersion, kind } = listing;
    const message = `${kind}: nested too deep`;
    return { gap: { reason: "refused", source: "cluster", message, kinds: [`${apiVersion}/${kind}`] } };
  }
}
