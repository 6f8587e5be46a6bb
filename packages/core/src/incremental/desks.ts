/** Everything that is said of each object: results with their patches, edits, and what an exception accepts. */
import type { Acceptance } from "../controls/exceptions.ts";
import type { Judged, MembersOf } from "../controls/ledger.ts";
import type { Change, ResultTurn } from "../model/change.ts";
import type { Result } from "../model/finding.ts";
import type { Edit } from "../model/report.ts";
import { refKey } from "../model/resource.ts";
import type { Server } from "../model/snapshot.ts";
import type { Judge } from "../remediation/verdicts/judge.ts";
import type { Weighing } from "../risk/evidence.ts";
import { finished } from "../scan.ts";
import { createRow } from "./row.ts";
import type { Holding, Stock } from "./stock.ts";
import type { Totals } from "./totals.ts";
import { turnsBetween } from "./turns.ts";

/** What was judged of an object, before exceptions and patches. */
export interface Draft {
  readonly key: string;
  readonly judged: readonly Judged[];
  readonly cause: Change | undefined;
}

interface Desk {
  readonly judged: readonly Judged[];
  readonly edits: readonly Edit[];
  /** By entry that exceptions count, their numbers. */
  readonly counted: ReadonlyMap<Judged, readonly number[]>;
}

export interface Written {
  readonly turns: readonly ResultTurn[];
  /** Edits are others than before, or say something else. */
  readonly edits: boolean;
}

export interface Desks {
  /** Puts these in the place of what was there. */
  readonly write: (
    drafts: readonly Draft[],
    acceptance: Acceptance,
    judge: Judge,
    server: Server,
    weighing?: Weighing,
  ) => Written;
  /** Patches of it are offered, or withheld: they depend on its pods, its account and its images. */
  readonly isPatched: (key: string) => boolean;
  /** Objects of which exceptions say something else than when they were written. */
  readonly otherwise: (acceptance: Acceptance) => readonly string[];
  /** By id. */
  readonly judged: () => readonly Judged[];
  readonly edits: () => readonly Edit[];
  readonly membersOf: MembersOf;
  readonly result: (id: string) => Result | undefined;
  readonly editsOf: (key: string) => readonly Edit[];
  /** Findings that an exception counts. */
  readonly countedBy: (exception: number) => readonly Judged[];
  readonly keys: () => Iterable<string>;
}

const nobody: ReadonlyMap<Judged, readonly number[]> = new Map();
const blank: Desk = { judged: [], edits: [], counted: nobody };

export function createDesks(stock: Stock, totals: Totals): Desks {
  const desks = new Map<string, Desk>();
  const counting = new Set<string>();
  const judged = createRow<Judged>();
  const allEdits = createRow<Edit>();

  const replace = (key: string, desk: Desk): Desk => {
    const before = desks.get(key) ?? blank;
    totals.judged(before.judged, -1);
    for (const { result } of before.judged) judged.remove(result.id);
    for (const { id } of before.edits) allEdits.remove(id);
    totals.judged(desk.judged, 1);
    for (const entry of desk.judged) judged.put(entry.result.id, entry);
    for (const edit of desk.edits) allEdits.put(edit.id, edit);
    mark(counting, key, desk.counted.size > 0);
    if (desk.judged.length > 0) desks.set(key, desk);
    else desks.delete(key);
    return before;
  };
  return {
    judged: () => judged.list(),
    edits: () => allEdits.list(),
    membersOf: ({ resolves }) => resolves.flatMap((id) => judged.get(id) ?? []),
    result: (id) => judged.get(id)?.result,
    editsOf: (key) => desks.get(key)?.edits ?? [],
    keys: () => desks.keys(),
    countedBy: (exception) =>
      [...counting].flatMap((key) =>
        [...desks.get(key)!.counted].flatMap(([entry, by]) => (by.includes(exception) ? [entry] : [])),
      ),
    otherwise: (acceptance) =>
      [...desks].flatMap(([key, desk]) => (isOtherwise(desk, acceptance) ? [key] : [])),
    isPatched: (key) => desks.get(key)?.judged.some(({ control }) => control.fix !== undefined) === true,
    write: (drafts, acceptance, judge, server, weighing) => {
      const made = drafts.map((draft) => ({ draft, ...accepted(draft.judged, acceptance) }));
      const all = made.flatMap((each) => each.judged);
      const byKey = editsByObject(finished(all, weighing, judge, server).edits);
      let edits = false;
      const turns = made.flatMap(({ draft: { key, cause }, judged: after, counted }) => {
        const own = byKey.get(key) ?? [];
        const before = replace(key, { judged: after, counted, edits: own });
        edits ||= JSON.stringify(before.edits) !== JSON.stringify(own);
        const results = (desk: readonly Judged[]) => desk.map(({ result }) => result);
        const gone = stock.at(key).record === undefined;
        return turnsBetween(results(before.judged), results(after), gone, cause);
      });
      return { turns, edits };
    },
  };
}

function mark(set: Set<string>, key: string, is: boolean): void {
  if (is) set.add(key);
  else set.delete(key);
}

function isOtherwise({ judged, counted }: Desk, acceptance: Acceptance): boolean {
  return judged.some((entry) => {
    if (entry.result.result !== "fail") return false;
    const covering = acceptance.covering(entry);
    if ((counted.get(entry)?.join() ?? "") !== covering.join()) return true;
    const carried = acceptance.carry(bare(entry), covering).result.exception;
    return JSON.stringify(carried) !== JSON.stringify(entry.result.exception);
  });
}

function bare(entry: Judged): Judged {
  const { exception: _e, ...result } = entry.result;
  return { ...entry, result };
}

function accepted(
  raw: readonly Judged[],
  acceptance: Acceptance,
): { readonly judged: readonly Judged[]; readonly counted: ReadonlyMap<Judged, readonly number[]> } {
  const counted = new Map<Judged, readonly number[]>();
  const judged = raw
    .map((entry) => {
      const covering = acceptance.covering(entry);
      const carried = acceptance.carry(entry, covering);
      if (covering.length > 0) counted.set(carried, covering);
      return carried;
    })
    .sort((a, b) => (a.result.id < b.result.id ? -1 : 1));
  return { judged, counted: counted.size === 0 ? nobody : counted };
}

function editsByObject(edits: readonly Edit[]): ReadonlyMap<string, readonly Edit[]> {
  const found = new Map<string, Edit[]>();
  for (const edit of edits) {
    const key = refKey(edit.resource);
    const list = found.get(key);
    if (list === undefined) found.set(key, [edit]);
    else list.push(edit);
  }
  return found;
}

/** What a joint control said of an object, told of it as it stands now; its results are completed again, so they are copies. */
export function anchored(entries: readonly Judged[], { record, workloads }: Holding): readonly Judged[] {
  return entries.flatMap(({ place, ...entry }): readonly Judged[] => {
    const own = { ...entry, result: { ...entry.result } };
    if (place === undefined) return [own];
    if (record === undefined) return []; // it is gone, and the control will be asked again
    const workload = workloads.at(-1);
    if (place.workload === undefined || workload === undefined) return [{ ...own, place: { record } }];
    return [{ ...own, place: { record, workload, pod: workload.pod.path } }];
  });
}
