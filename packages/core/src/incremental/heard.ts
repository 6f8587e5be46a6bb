/**
 * Controls that look at several objects together, asked somewhere else: what they say is told from there, and taken in
 * bit by bit. `telling` is the side that asks them, `createHeard` the side that listens.
 */
import type { Control } from "../controls/control.ts";
import type { Judged, Tally } from "../controls/ledger.ts";
import type { Change } from "../model/change.ts";
import type { Result } from "../model/finding.ts";
import { differing, nothingSaid, type IsLate, type Joint, type Said, type Turned } from "./joint.ts";
import type { Asked } from "./judging.ts";
import type { Holding } from "./stock.ts";

/** What one control says otherwise than it was told to say before. Plain data: it may cross into another thread. */
export interface JointSaid {
  readonly control: string;
  /** Nothing that was told of it before holds, beyond what stands here. */
  readonly whole: boolean;
  readonly pass: number;
  readonly skip: number;
  /** Objects with all that it says of each; an empty list: nothing any more. */
  readonly said: readonly (readonly [key: string, entries: readonly SaidEntry[]])[];
  /** What it says of places of which it reported something before, and nothing now: passes and skips. */
  readonly again: readonly Result[];
  readonly cause?: Change;
}

export interface SaidEntry {
  readonly result: Result;
  readonly withoutFix?: true;
  /** Whether it is said of the object or of a workload that it makes; absent: of an object that was not read. */
  readonly of?: "object" | "workload";
}

/** Tells each time what became of it since; `lookAgain` says what became of places of which nothing is said any more. */
export function telling(
  joint: Joint,
  lookAgain: (asked: readonly Asked[]) => ReadonlyMap<string, Result>,
): () => readonly JointSaid[] {
  const told = new Map<string, { readonly said: Said; readonly counted: string }>();
  return () => {
    const found: JointSaid[] = [];
    for (const stand of joint.standing()) {
      const { control, said, cause } = stand;
      const before = told.get(control.id);
      const { pass = 0, skip = 0 } = stand.tallies?.get(control.id) ?? {};
      const counted = `${pass} ${skip}`;
      if (before?.said === said && before.counted === counted) continue;
      told.set(control.id, { said, counted });
      const keys = differing(before?.said ?? nothingSaid, said);
      if (before !== undefined && keys.length === 0 && before.counted === counted) continue;
      found.push({
        control: control.id,
        whole: before === undefined,
        pass,
        skip,
        said: keys.map((key) => [key, (said.get(key) ?? []).map(entryOf)] as const),
        again: againOf(keys, before?.said ?? nothingSaid, said, lookAgain),
        ...(cause === undefined ? {} : { cause }),
      });
    }
    return found;
  };
}

function entryOf({ result, withoutFix, place }: Judged): SaidEntry {
  const of =
    place === undefined ? {} : ({ of: place.workload === undefined ? "object" : "workload" } as const);
  return { result, ...(withoutFix === undefined ? {} : { withoutFix }), ...of };
}

function againOf(
  keys: readonly string[],
  before: Said,
  now: Said,
  lookAgain: (asked: readonly Asked[]) => ReadonlyMap<string, Result>,
): readonly Result[] {
  const vanished = keys.flatMap((key): readonly Result[] => {
    const left = new Set(now.get(key)?.map(({ result }) => result.id));
    return (before.get(key) ?? []).flatMap(({ result }) => (left.has(result.id) ? [] : [result]));
  });
  if (vanished.length === 0) return [];
  const said = lookAgain(vanished);
  return vanished.flatMap(({ id }) => said.get(id) ?? []);
}

export interface Heard extends Joint {
  readonly tell: (said: readonly JointSaid[]) => void;
  /** Something was told, be it that there is nothing to tell. */
  readonly isTold: () => boolean;
  /** This object changed: what is said of it otherwise comes from that, rather than from another of the same time. */
  readonly moved: (key: string, cause: Change) => void;
  /** What was told of a place of which nothing is said any more; once. */
  readonly again: (id: string) => Result | undefined;
}

interface Known {
  tallies: ReadonlyMap<string, Tally>;
  said: Map<string, readonly SaidEntry[]>;
}

/** What a control said otherwise, not yet taken in. */
interface Waiting extends Turned {
  readonly control: string;
}

/** Objects of which is told at a time where it may get late. */
const few = 16;

/** `holdingOf`: the object as it stands here now. */
export function createHeard(holdingOf: (key: string) => Holding): Heard {
  const known = new Map<string, Known>();
  let active = new Map<string, Control>();
  let waiting: Waiting[] = [];
  let isTold = false;
  const passed = new Map<string, Result>();
  let [earlier, later] = [new Map<string, Change>(), new Map<string, Change>()];
  const causeOf = (key: string): Change | undefined => later.get(key) ?? earlier.get(key);
  const isMoved = (key: string): boolean => causeOf(key) !== undefined;
  /** It holds again with all it says, or no more: what was waiting of it counts for nothing any more. */
  const turnedBy = (control: string, is: boolean): Turned => {
    const { tallies, said } = known.get(control)!;
    const own = waiting.filter((each) => each.control === control);
    waiting = waiting.filter((each) => each.control !== control);
    const keys = [...new Set([...said.keys(), ...own.flatMap((each) => each.keys)])];
    if (is) return { before: undefined, after: { tallies }, keys, cause: undefined };
    const uncounted = own.find(({ after }) => after !== undefined);
    const before = uncounted === undefined ? { tallies } : uncounted.before;
    return { before, after: undefined, keys, cause: undefined };
  };
  const heard = (each: JointSaid): void => {
    const { control, whole, pass, skip, cause } = each;
    const before = known.get(control);
    const keys = new Set(each.said.map(([key]) => key));
    if (whole) for (const key of before?.said.keys() ?? []) keys.add(key);
    const said = whole || before === undefined ? new Map<string, readonly SaidEntry[]>() : before.said;
    for (const [key, entries] of each.said) {
      if (entries.length === 0) said.delete(key);
      else said.set(key, entries);
    }
    for (const result of each.again) passed.set(result.id, result);
    const after: Known = { tallies: talliesOf(control, pass, skip), said };
    known.set(control, after);
    if (!active.has(control)) return;
    const [own, others] = [[...keys].filter(isMoved), [...keys].filter((key) => !isMoved(key))];
    waiting.push({ control, before, after, keys: others, cause });
    for (const key of own)
      waiting.push({ control, before: undefined, after: undefined, keys: [key], cause: causeOf(key) });
  };
  return {
    isTold: () => isTold,
    tell: (list) => {
      isTold = true;
      list.forEach(heard);
      // What changed while it was being said is said of the next time.
      [earlier, later] = [later, new Map()];
    },
    moved: (key, cause) => void later.set(key, cause),
    again: (id) => {
      const found = passed.get(id);
      passed.delete(id);
      return found;
    },
    // What was told of a control is kept while it is not asked for: it holds again once it is.
    set: (controls) => {
      const before = active;
      active = new Map(controls.map((control) => [control.id, control]));
      const gone = [...before.keys()].filter((id) => !active.has(id) && known.has(id));
      const come = [...active.keys()].filter((id) => !before.has(id) && known.has(id));
      return [...gone.map((id) => turnedBy(id, false)), ...come.map((id) => turnedBy(id, true))];
    },
    isPending: () => waiting.length > 0,
    ask: (isLate) => {
      if (isLate === undefined) {
        const all = waiting;
        waiting = [];
        return all;
      }
      return taken(waiting, isLate);
    },
    at: (key) => {
      const holding = holdingOf(key);
      return [...active.values()].flatMap((control) =>
        (known.get(control.id)?.said.get(key) ?? []).flatMap((entry) => judgedOf(control, entry, holding)),
      );
    },
    standing: () => [],
  };
}

/** As many objects as can be told of; what a control counts is counted with the first of them. */
function taken(waiting: Waiting[], isLate: IsLate): readonly Turned[] {
  const found: Turned[] = [];
  let left = few;
  while (waiting.length > 0 && left > 0 && !(found.length > 0 && isLate())) {
    const [first] = waiting as [Waiting];
    const keys = first.keys.slice(0, left);
    found.push({ ...first, keys });
    left -= Math.max(1, keys.length);
    if (keys.length === first.keys.length) waiting.shift();
    else waiting[0] = { ...first, before: undefined, after: undefined, keys: first.keys.slice(keys.length) };
  }
  return found;
}

function talliesOf(control: string, pass: number, skip: number): ReadonlyMap<string, Tally> {
  return new Map([[control, { pass, skip, fail: 0, accepted: 0, unknown: 0, failedIn: new Map() }]]);
}

/** What was said before the object was gone here falls away with it. */
function judgedOf(
  control: Control,
  { result, withoutFix, of }: SaidEntry,
  { record, workloads }: Holding,
): readonly Judged[] {
  const entry = { result, control, ...(withoutFix === undefined ? {} : { withoutFix }) };
  if (of === undefined) return [entry];
  if (record === undefined) return [];
  const workload = of === "workload" ? workloads.at(-1) : undefined;
  return [
    { ...entry, place: { record, ...(workload === undefined ? {} : { workload, pod: workload.pod.path }) } },
  ];
}
