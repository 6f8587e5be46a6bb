/** The course from changes to what is said of objects: what is judged at once, what is put off, and what is told. */
import { standingOf, type Standing } from "../controls/conditions.ts";
import { acceptance } from "../controls/exceptions.ts";
import type { Evaluation, Judged } from "../controls/ledger.ts";
import type { Change, ResultTurn } from "../model/change.ts";
import type { Exception } from "../model/exception.ts";
import { refKey } from "../model/resource.ts";
import { selected } from "../scan.ts";
import { accountKey, farKeys, isFar, neighbours } from "./around.ts";
import { anchored, type Draft } from "./desks.ts";
import { byObject, type Turned } from "./joint.ts";
import { judgeHoldings, judgeOf, kindsOfControls } from "./judging.ts";
import type { IsLate } from "./joint.ts";
import type { State } from "./state.ts";
import { noHolding, type Holding, type Move } from "./stock.ts";
import { placesOf } from "./scales.ts";
import type { Read } from "./tags.ts";
import { isUnsettled } from "./telling.ts";
import { viewOf } from "./view.ts";

/** Judges everything from the beginning. */
export function restart(state: State, cause: Change | undefined): void {
  const { stock, totals, desks, tags, options } = state;
  select(state);
  const dirty = new Map([...desks.keys(), ...stock.keys()].map((key) => [key, cause]));
  const empty = [...dirty.keys()].map((key): Draft => ({ key, judged: [], cause }));
  const judgeNone = judgeOf([], state);
  const { turns: taken } = desks.write(empty, state.accepting.acceptance, judgeNone, options.server);
  tell(state, taken);
  state.unpatched.clear();
  state.far = undefined;
  // Whose a requirement is may have changed with the server: all scores are worked out anew.
  state.counted.clear();
  state.joint.set([]);
  totals.clear();
  state.blind = undefined;
  state.kinds = kindsOfControls(state.selection.controls, options.server.version);
  tags.bump("restart", cause);
  judge(
    state,
    stock.keys().map((key) => ({ key, before: noHolding, after: stock.at(key), cause })),
    dirty,
  );
}

/** Which controls there are: the cluster's own policies are some. */
function select(state: State): void {
  const { library, options, policies, tags } = state;
  const cause = policies.cause();
  const selection = selected(library, policies.get().controls, options);
  const { controls } = state.selection;
  if (
    selection.controls.length === controls.length &&
    selection.controls.every((control, index) => control === controls[index])
  )
    return;
  state.selection = selection;
  state.kinds = kindsOfControls(selection.controls, options.server.version);
  tags.bump("controls", cause);
}

/** One by one: more than about a hundred thousand arguments are too many for a call. */
function tell({ untold }: State, turns: readonly ResultTurn[]): void {
  for (const turn of turns) untold.push(turn);
}

type Dirty = Map<string, Change | undefined>;
type Moved = Pick<Move, "key" | "before" | "after"> & { readonly cause: Change | undefined };

/** Judges what moved, and tells anew what else is to be told. */
export function judge(state: State, moves: readonly Moved[], dirty: Dirty): void {
  const { stock, totals, joint, world, unheard } = state;
  select(state);
  if (unheard !== undefined) {
    for (const { key, cause } of moves) unheard.set(key, cause);
    return;
  }
  for (const { key, cause } of moves) dirty.set(key, cause);
  addBlind(state, dirty);
  addTurned(state, joint.set(state.kinds.joint), dirty);
  // Where much is new, all is judged before anything is written: each object then is written once.
  if (moves.length * 4 > stock.keys().length) {
    addWeighed(state, dirty);
    addTurned(state, joint.ask(), dirty);
  }
  addOtherwise(state, dirty);
  const judged = (holdings: readonly Holding[]): Evaluation =>
    judgeHoldings(holdings, state.kinds.single, world, state.options.everyResult === true);
  const earlier = moves.flatMap(({ before }) => (before.record === undefined ? [] : [before]));
  if (earlier.length > 0) totals.count(judged(earlier).tallies, -1);
  const is = judged(moves.map(({ after }) => after));
  totals.count(is.tallies, 1);
  const moved = new Set(moves.map(({ key }) => key));
  const others = [...dirty.keys()].filter((key) => !moved.has(key)).sort();
  const again = others.length === 0 ? [] : judged(others.map((key) => stock.at(key))).judged;
  write(state, dirty, [...is.judged, ...again]);
}

/** What is said of findings by what was seen: of all of them, since any may rest on what others do. */
function addWeighed({ scales, desks, observing }: State, dirty: Dirty): void {
  if (!scales.refresh()) return;
  const weighing = scales.weighing();
  for (const entry of desks.judged()) {
    const { evidence, resource } = entry.result;
    const now = entry.control.grants === undefined ? undefined : weighing?.ofFinding(entry);
    if (now === evidence || JSON.stringify(now) === JSON.stringify(evidence)) continue;
    add(dirty, [refKey(resource)], observing);
  }
}

function add(dirty: Dirty, keys: Iterable<string>, cause?: Change): void {
  for (const key of keys) if (!dirty.has(key)) dirty.set(key, cause);
}

/** What is said of kinds that were not read. */
function addBlind(state: State, dirty: Dirty): void {
  if (state.blind !== undefined && state.nothing.isValid()) return;
  const { blind: before, totals } = state;
  const cause = state.nothing.cause();
  const evaluation = state.nothing.get();
  const said = byObject(evaluation.judged);
  if (before !== undefined) totals.count(before.evaluation.tallies, -1);
  totals.count(evaluation.tallies, 1);
  state.blind = { evaluation, said };
  add(dirty, [...(before?.said.keys() ?? []), ...said.keys()], cause);
}

function addTurned({ totals }: State, turned: readonly Turned[], dirty: Dirty): void {
  for (const { before, after, keys, cause } of turned) {
    if (before !== undefined) totals.count(before.tallies, -1);
    if (after !== undefined) totals.count(after.tallies, 1);
    add(dirty, keys, cause);
  }
}

const noExceptions: readonly Exception[] = [];

/** What exceptions say something else of, since they changed or ended. */
function addOtherwise(state: State, dirty: Dirty): void {
  const { exceptions = noExceptions, takenAt } = state.options;
  const { controls } = state.selection;
  const standing = standingNow(state, exceptions);
  const made = acceptance(exceptions, controls, takenAt, standing);
  const { accepting: before } = state;
  const isSame =
    before.exceptions === exceptions &&
    before.controls === controls &&
    before.standing === standing &&
    made.ended.every((ended, index) => ended === before.acceptance.ended[index]);
  if (isSame) return;
  state.accepting = { acceptance: made, exceptions, controls, standing };
  add(dirty, state.desks.otherwise(made), state.excepting);
}

/** `undefined` where no exception has a condition. */
function standingNow(state: State, exceptions: readonly Exception[]): Standing | undefined {
  if (exceptions.every((exception) => exception.while === undefined)) return undefined;
  if (state.standing?.exceptions !== exceptions) {
    const make = (read: Read): Standing =>
      standingOf(exceptions, state.library.controls, viewOf(state.world, read, false));
    state.standing = { exceptions, memo: state.tags.memo(make) };
  }
  return state.standing.memo.get();
}

function write(state: State, dirty: Dirty, judged: readonly Judged[]): void {
  const { desks, stock, joint, blind, accepting, tags, options } = state;
  const single = byObject(judged);
  const drafts = [...dirty].map(([key, cause]): Draft => {
    const others = [...(blind?.said.get(key) ?? []), ...joint.at(key)];
    return { key, judged: [...(single.get(key) ?? []), ...anchored(others, stock.at(key))], cause };
  });
  state.rooms.forget(dirty.keys());
  const patches = judgeOf(dirty.keys(), state);
  const weighing = state.scales.weighing();
  const { turns, edits } = desks.write(drafts, accepting.acceptance, patches, options.server, weighing);
  for (const key of dirty.keys()) state.unpatched.delete(key);
  // What is said as before draws no path anew.
  if (turns.length > 0 || edits) tags.bump("findings");
  tell(state, turns);
}

/** Objects whose patches are judged anew at a time where it may get late. */
const fewPatches = 16;

/** What was put off, or of it as much as can be done until it is late. */
export function settle(state: State, isLate?: IsLate): void {
  const { tags, joint, unpatched } = state;
  if (!isUnsettled(state)) return;
  tags.advance();
  if (state.unheard !== undefined) return judgeUnheard(state, state.unheard);
  putOffFar(state);
  putOffRoom(state);
  const dirty: Dirty = new Map();
  for (const [key, cause] of unpatched) {
    if (isLate !== undefined && dirty.size >= fewPatches) break;
    dirty.set(key, cause);
    unpatched.delete(key);
  }
  addWeighed(state, dirty);
  addTurned(state, joint.ask(isLate), dirty);
  if (dirty.size > 0) judge(state, [], dirty);
}

/** What was seen of these places is other than it was, or lasts longer: patches of their workloads, and those that look further, are judged anew. */
export function putOffSeen(state: State): void {
  const { stock, desks, unpatched, reseen } = state;
  if (reseen.size === 0) return;
  for (const workload of stock.workloads()) {
    const place = placesOf(workload).find((each) => reseen.has(each));
    if (place === undefined) continue;
    for (const key of [refKey(workload.ref), accountKey(workload.serviceAccount)])
      if (desks.isPatched(key)) unpatched.set(key, reseen.get(place));
  }
  const [cause] = reseen.values();
  state.far = { cause };
  reseen.clear();
}

/** Nothing of it was told or counted before. */
function judgeUnheard(state: State, causes: ReadonlyMap<string, Change | undefined>): void {
  const { stock } = state;
  state.unheard = undefined;
  const moves = stock
    .keys()
    .map((key): Moved => ({ key, before: noHolding, after: stock.at(key), cause: causes.get(key) }));
  judge(state, moves, new Map());
}

/** Verdicts that rest on the whole cluster: which they are is looked up once for all that changed since. */
function putOffFar(state: State): void {
  const { stock, desks, unpatched, far } = state;
  if (far === undefined) return;
  for (const key of farKeys(stock)) if (desks.isPatched(key)) unpatched.set(key, far.cause);
  state.far = undefined;
}

/** Pods find room now where they found none, or the other way round. */
function putOffRoom({ rooms, unpatched }: State): void {
  for (const [key, cause] of rooms.refresh()) if (!unpatched.has(key)) unpatched.set(key, cause);
}

/** Patches that depend on what moved are judged anew when it settles. */
export function putOff(state: State, moves: readonly Move[], anyway: boolean): void {
  const { stock, desks, unpatched, around } = state;
  const { observations, watches = [], detections = [] } = around;
  const isWatched = observations.length + watches.length + detections.length > 0;
  const cause = moves[0]?.cause;
  if (isFar(moves, isWatched)) state.far = { cause };
  for (const key of anyway ? stock.keys() : neighbours(moves, stock))
    if (desks.isPatched(key)) unpatched.set(key, cause);
}
