/** Controls that look at several objects together: each is asked again once something that it read has changed. */
import type { Control } from "../controls/control.ts";
import { evaluate } from "../controls/evaluate.ts";
import type { Evaluation, Judged, Tally } from "../controls/ledger.ts";
import type { Change } from "../model/change.ts";
import type { Result } from "../model/finding.ts";
import { refKey } from "../model/resource.ts";
import type { Memo } from "./tags.ts";
import { viewOf, type World } from "./view.ts";

/** What was said of one object. */
export type Said = ReadonlyMap<string, readonly Judged[]>;

interface Asked {
  readonly memo: Memo<Evaluation>;
  evaluation: Evaluation | undefined;
  said: Said;
  cause: Change | undefined;
}

export interface Joint {
  /** The controls to ask from here on; what others said is taken back. */
  readonly set: (controls: readonly Control[]) => readonly Turned[];
  /** Anything to say anew. */
  readonly isPending: () => boolean;
  /** Asks those that must be asked again, one after another until it is late; who is left out comes first the next time. */
  readonly ask: (isLate?: IsLate) => readonly Turned[];
  /** What they say of an object. */
  readonly at: (key: string) => readonly Judged[];
  /** What each says now, whether asked in time or not. */
  readonly standing: () => Iterable<Stand>;
}

/** What one control says. */
export interface Stand {
  readonly control: Control;
  readonly tallies: ReadonlyMap<string, Tally> | undefined;
  readonly said: Said;
  /** What made it say so. */
  readonly cause: Change | undefined;
}

/** A control says something else. */
export interface Turned {
  readonly before: Pick<Evaluation, "tallies"> | undefined;
  readonly after: Pick<Evaluation, "tallies"> | undefined;
  /** Objects of which it says something else. */
  readonly keys: readonly string[];
  readonly cause: Change | undefined;
}

/** Asked between two pieces of work: the rest is left for later. */
export type IsLate = () => boolean;

export const nothingSaid: Said = new Map();

export function createJoint(world: World, everyResult: boolean): Joint {
  let asked = new Map<Control, Asked>();
  let next = 0;
  const drop = (own: Asked): Turned => ({
    before: own.evaluation,
    after: undefined,
    keys: [...own.said.keys()],
    cause: undefined,
  });
  return {
    set: (controls) => {
      const before = asked;
      asked = new Map(controls.map((control) => [control, before.get(control) ?? opened(control)]));
      return [...before].flatMap(([control, own]) => (asked.has(control) ? [] : [drop(own)]));
    },
    isPending: () => [...asked.values()].some(({ memo }) => !memo.isValid()),
    ask: (isLate = () => false) => {
      const list = [...asked.values()];
      const turned: Turned[] = [];
      for (let count = 0; count < list.length; count += 1) {
        const found = ask(list[next % list.length]!);
        next = (next + 1) % list.length;
        if (found === undefined) continue;
        turned.push(found);
        if (isLate()) break;
      }
      return turned;
    },
    at: (key) => [...asked.values()].flatMap(({ said }) => said.get(key) ?? []),
    standing: () =>
      [...asked].map(([control, { evaluation, said, cause }]) => ({
        control,
        tallies: evaluation?.tallies,
        said,
        cause,
      })),
  };

  function opened(control: Control): Asked {
    const memo = world.tags.memo((read) => evaluate(viewOf(world, read, false), [control], everyResult));
    return { memo, evaluation: undefined, said: nothingSaid, cause: undefined };
  }
}

function ask(own: Asked): Turned | undefined {
  if (own.memo.isValid()) return undefined;
  const cause = own.memo.cause();
  const { evaluation: before, said: earlier } = own;
  const after = own.memo.get();
  const said = byObject(after.judged);
  const keys = differing(earlier, said);
  own.evaluation = after;
  own.said = said;
  own.cause = cause;
  return { before, after, keys, cause };
}

export function byObject(judged: readonly Judged[]): Said {
  const said = new Map<string, Judged[]>();
  for (const entry of judged) {
    const key = refKey(entry.result.resource);
    const list = said.get(key);
    if (list === undefined) said.set(key, [entry]);
    else list.push(entry);
  }
  return said;
}

/** Objects of which the two say something else. */
export function differing(earlier: Said, said: Said): readonly string[] {
  const all = new Set([...earlier.keys(), ...said.keys()]);
  return [...all].filter((key) => !isSame(earlier.get(key), said.get(key)));
}

/** The same said of an object, in every byte. */
function isSame(a: readonly Judged[] | undefined, b: readonly Judged[] | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((entry, index) => {
    const other = b[index]!;
    return entry.withoutFix === other.withoutFix && isSameResult(entry.result, other.result);
  });
}

function isSameResult(a: Result, b: Result): boolean {
  const [own, its] = [Object.entries(a), Object.entries(b)];
  if (own.length !== its.length) return false;
  return own.every(([name, value], index) => {
    const [otherName, other] = its[index]!;
    if (name !== otherName) return false;
    return value === other || (typeof value === "object" && JSON.stringify(value) === JSON.stringify(other));
  });
}
