/**
 * What was seen, on its way into another thread. Most of it was sent before: only what is new is copied, and of the rest
 * is said where it stood in the list of before. Parcels are opened in the order in which they were made.
 */
import type { Change, Seen } from "@plimsoll/core";

/** An entry, or so many of the list of before from one place on. */
type Piece = { readonly entry: object } | { readonly from: number; readonly count: number };

type Names = keyof Seen;

const names: readonly Names[] = ["observations", "watches", "detections"];

export type Parcel = { readonly [Name in Names]: readonly Piece[] };

/** A change as it crosses. */
export type Sent =
  | Exclude<Change, { op: "observations" }>
  | { readonly op: "parcel"; readonly parcel: Parcel };

export function createSender(): (change: Change) => Sent {
  let before = placesOf({ observations: [], watches: [], detections: [] });
  return (change) => {
    if (change.op !== "observations") return change;
    const { observations, watches = [], detections = [] } = change;
    const seen = { observations, watches, detections };
    const parcel = mapped((name) => piecesOf(seen[name], before[name]));
    before = placesOf(seen);
    return { op: "parcel", parcel };
  };
}

export function createReceiver(): (sent: Sent) => Change {
  let before: { readonly [Name in Names]: readonly object[] } = mapped(() => []);
  return (sent) => {
    if (sent.op !== "parcel") return sent;
    const { parcel } = sent;
    const last = before;
    before = mapped((name) =>
      parcel[name].flatMap((piece) =>
        "entry" in piece ? [piece.entry] : last[name].slice(piece.from, piece.from + piece.count),
      ),
    );
    return { op: "observations", ...(before as unknown as Seen) };
  };
}

type Places = { readonly [Name in Names]: ReadonlyMap<object, number> };

function placesOf(seen: Seen): Places {
  return mapped((name) => new Map(seen[name].map((entry, place) => [entry, place])));
}

function piecesOf(list: readonly object[], before: ReadonlyMap<object, number>): readonly Piece[] {
  const pieces: Piece[] = [];
  let run: { readonly from: number; count: number } | undefined;
  for (const entry of list) {
    const place = before.get(entry);
    if (place !== undefined && run !== undefined && place === run.from + run.count) {
      run.count += 1;
      continue;
    }
    run = place === undefined ? undefined : { from: place, count: 1 };
    pieces.push(run ?? { entry });
  }
  return pieces;
}

function mapped<T>(make: (name: Names) => T): { readonly [Name in Names]: T } {
  const [observations, watches, detections] = names.map(make) as [T, T, T];
  return { observations, watches, detections };
}
