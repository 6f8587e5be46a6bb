/** How many places each outcome was given at, kept while places come and go. */
import type { Judged, Tally } from "../controls/ledger.ts";

export interface Totals {
  /** Passes and skips as they were counted; the rest is told by what was judged. `sign`: 1 comes, -1 goes. */
  readonly count: (tallies: ReadonlyMap<string, Tally>, sign: 1 | -1) => void;
  readonly judged: (entries: readonly Judged[], sign: 1 | -1) => void;
  readonly of: (controls: readonly string[]) => ReadonlyMap<string, Tally>;
  readonly clear: () => void;
}

interface Open {
  pass: number;
  fail: number;
  accepted: number;
  skip: number;
  unknown: number;
  readonly failedIn: Map<string, number>;
}

export function createTotals(): Totals {
  const totals = new Map<string, Open>();
  const openOf = (id: string): Open => {
    let open = totals.get(id);
    if (open === undefined)
      totals.set(id, (open = { pass: 0, fail: 0, accepted: 0, skip: 0, unknown: 0, failedIn: new Map() }));
    return open;
  };
  return {
    clear: () => totals.clear(),
    count: (tallies, sign) => {
      for (const [id, { pass, skip }] of tallies) {
        if (pass + skip === 0) continue;
        const open = openOf(id);
        open.pass += sign * pass;
        open.skip += sign * skip;
      }
    },
    judged: (entries, sign) => {
      for (const { control, result } of entries) {
        if (result.result === "unknown") openOf(control.id).unknown += sign;
        if (result.result !== "fail") continue;
        const open = openOf(control.id);
        if (result.exception !== undefined) open.accepted += sign;
        else {
          open.fail += sign;
          const { namespace } = result.resource;
          const left = (open.failedIn.get(namespace) ?? 0) + sign;
          if (left === 0) open.failedIn.delete(namespace);
          else open.failedIn.set(namespace, left);
        }
      }
    },
    of: (controls) => new Map(controls.map((id) => [id, openOf(id)])),
  };
}
