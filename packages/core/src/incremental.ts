/**
 * The whole product over a stream of changes: equal to a scan of what there is in the end, byte for byte, and quick. It
 * may not guess what a change means: what read what changed is judged anew.
 */
import { acceptance, type Acceptance } from "./controls/exceptions.ts";
import type { Control } from "./controls/control.ts";
import type { Evaluation, Judged, Tally } from "./controls/ledger.ts";
import { policyControls, type PolicyControls } from "./controls/policy/policy.ts";
import type { AttackLibrary } from "./graph/edge.ts";
import { createDesks, anchored, type Desks, type Draft } from "./incremental/desks.ts";
import { gapsInOrder } from "./incremental/gaps.ts";
import { byObject, createJoint, type Joint, type Said, type Turned } from "./incremental/joint.ts";
import { judgeHoldings, judgeNothing, kindsOfControls, type Kinds } from "./incremental/judging.ts";
import { createPaths, type Paths } from "./incremental/paths.ts";
import { createStock, noHolding, type Holding, type Move, type Stock } from "./incremental/stock.ts";
import { createTags, type Memo, type Tags } from "./incremental/tags.ts";
import { createTotals, type Totals } from "./incremental/totals.ts";
import { joinTurns } from "./incremental/turns.ts";
import { viewOf, type World } from "./incremental/view.ts";
import type { Change, ClusterChange, Delta, ResultTurn, ScanSettings } from "./model/change.ts";
import type { Exception } from "./model/exception.ts";
import type { Image } from "./model/image.ts";
import type { Report } from "./model/report.ts";
import type { Server, Snapshot } from "./model/snapshot.ts";
import { requirementsOf, scoreOf } from "./risk/posture.ts";
import { asksForPaths, reportOf, selected, type ScanOptions, type Selection } from "./scan.ts";

export interface IncrementalOptions extends ScanOptions {
  readonly server: Server;
  /** RFC 3339; later `time` changes move it. */
  readonly takenAt: string;
}

export interface Incremental {
  /** Takes changes in and judges at once what can be judged from single objects. */
  readonly apply: (changes: readonly Change[]) => Delta;
  /** Judges what `apply` put off: what looks at many objects together, and attack paths. */
  readonly settle: () => Delta;
  /** Settles, and is equal to `scan(snapshot())` with the same options. What that turned is told by the next delta. */
  readonly report: () => Report;
  /** What there is now. */
  readonly snapshot: () => Snapshot;
}

interface State {
  readonly library: AttackLibrary;
  options: IncrementalOptions;
  readonly world: World;
  readonly tags: Tags;
  readonly stock: Stock;
  readonly totals: Totals;
  readonly desks: Desks;
  readonly joint: Joint;
  readonly paths: Paths | undefined;
  readonly policies: Memo<PolicyControls>;
  readonly nothing: Memo<Evaluation>;
  around: Pick<Snapshot, "observations" | "images"> & Pick<Partial<Snapshot>, "watches" | "detections">;
  selection: Selection;
  kinds: Kinds;
  accepting: {
    readonly acceptance: Acceptance;
    readonly exceptions: readonly Exception[];
    readonly controls: readonly Control[];
  };
  /** The last change that may have made exceptions say something else. */
  excepting: Change | undefined;
  /** What is said of kinds that were not read. */
  blind: { readonly evaluation: Evaluation; readonly said: Said } | undefined;
  scores: ReadonlyMap<string, number | null>;
  /** Told by the next delta. */
  untold: ResultTurn[];
}

export function createIncremental(library: AttackLibrary, options: IncrementalOptions): Incremental {
  const state = opened(library, options);
  restart(state, undefined);
  return {
    apply: (changes) => {
      applyAll(state, changes);
      return deltaOf(state);
    },
    settle: () => {
      settle(state);
      return deltaOf(state);
    },
    report: () => {
      settle(state);
      return reportFrom(state);
    },
    snapshot: () => snapshotOf(state),
  };
}

function opened(library: AttackLibrary, options: IncrementalOptions): State {
  const tags = createTags();
  const stock = createStock(options);
  const totals = createTotals();
  let images: { readonly of: readonly Image[]; readonly byName: ReadonlyMap<string, Image> } | undefined;
  const world: World = {
    stock,
    tags,
    server: () => state.options.server,
    takenAt: () => state.options.takenAt,
    imageOf: (reference) => {
      const { images: known } = state.around;
      if (images?.of !== known)
        images = { of: known, byName: new Map(known.map((image) => [image.reference, image])) };
      return images.byName.get(reference);
    },
  };
  const every = options.everyResult === true;
  const desks = createDesks(stock, totals);
  const selection = selected(library, [], options);
  const state: State = {
    library,
    options,
    world,
    tags,
    stock,
    totals,
    desks,
    joint: createJoint(world, every),
    paths: library.edges === undefined ? undefined : createPaths(world, library.edges, desks, options.paths),
    policies: tags.memo((read) => policyControls(viewOf(world, read, false))),
    nothing: tags.memo((read) => {
      read("restart");
      return judgeNothing(viewOf(world, read, false), state.kinds.cel, every);
    }),
    around: { observations: [], images: [] },
    selection,
    kinds: kindsOfControls(selection.controls, options.server.version),
    accepting: { acceptance: acceptance([], [], options.takenAt), exceptions: [], controls: [] },
    excepting: undefined,
    blind: undefined,
    scores: new Map(),
    untold: [],
  };
  return state;
}

function applyAll(state: State, changes: readonly Change[]): void {
  const { tags, stock } = state;
  tags.advance();
  const seen: ClusterChange[] = [];
  let anew: Change | undefined;
  for (const change of changes) {
    if (change.op === "put" || change.op === "remove" || change.op === "gaps") seen.push(change);
    if (change.op === "gaps") tags.bump("coverage", change);
    else if (change.op === "time") {
      state.options = { ...state.options, takenAt: change.at };
      tags.bump("time", change);
    } else if (change.op === "images") {
      state.around = { ...state.around, images: change.images };
      tags.bump("images", change);
    } else if (change.op === "observations") {
      const { op: _op, ...around } = change;
      state.around = { images: state.around.images, ...around };
    } else if (change.op === "server" || change.op === "settings") {
      anew = take(state, change) ? change : anew;
    }
  }
  const moves = stock.apply(seen);
  for (const move of moves) bumpAll(state, move);
  state.excepting = changes.findLast(({ op }) => op === "time" || op === "settings");
  if (anew === undefined) judge(state, moves, new Map());
  else restart(state, anew);
}

/** Takes settings over; true where all must be judged anew. */
function take(state: State, change: Extract<Change, { op: "server" | "settings" }>): boolean {
  const { options } = state;
  state.tags.bump("server", change);
  if (change.op === "server") {
    state.options = { ...options, server: change.server };
    return true;
  }
  const { toolVersion, server, takenAt, everyResult, paths } = options;
  const kept = { toolVersion, server, takenAt };
  const more = {
    ...(everyResult === undefined ? {} : { everyResult }),
    ...(paths === undefined ? {} : { paths }),
  };
  state.options = { ...kept, ...more, ...change.settings };
  const text = ({ controls, frameworks, teamLabels, environmentLabels }: ScanSettings): string =>
    JSON.stringify([controls, frameworks, teamLabels, environmentLabels].map((each) => each ?? null));
  if (text(options) === text(change.settings)) return false;
  state.tags.bump("labels", change);
  state.stock.relabel(state.options);
  return true;
}

function bumpAll({ tags, stock, paths }: State, move: Move): void {
  const { key, before, after, steady, cause } = move;
  const record = (after.record ?? before.record)!;
  const kind = `${record.resource.apiVersion}/${record.resource.kind}`;
  const makesPods = before.workloads.length + after.workloads.length > 0;
  const names = [`key ${key}`, `kind ${kind}`, "records", ...(makesPods ? ["workloads"] : [])];
  for (const name of names) {
    tags.bump(`${name}!`, cause);
    if (!steady) tags.bump(name, cause);
  }
  if (before.record === undefined || after.record === undefined || stock.ofKind(kind).length === 0)
    tags.bump("kinds", cause);
  if (!steady) paths?.changed(kind, makesPods);
}

/** Judges everything from the beginning. */
function restart(state: State, cause: Change | undefined): void {
  const { stock, totals, desks, tags, options } = state;
  select(state);
  const dirty = new Map([...desks.keys(), ...stock.keys()].map((key) => [key, cause]));
  const empty = [...dirty.keys()].map((key): Draft => ({ key, judged: [], cause }));
  state.untold.push(...desks.write(empty, state.accepting.acceptance));
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
  const { library, options, policies } = state;
  const selection = selected(library, policies.get().controls, options);
  const { controls } = state.selection;
  if (
    selection.controls.length === controls.length &&
    selection.controls.every((control, index) => control === controls[index])
  )
    return;
  state.selection = selection;
  state.kinds = kindsOfControls(selection.controls, options.server.version);
}

type Dirty = Map<string, Change | undefined>;
type Moved = Pick<Move, "key" | "before" | "after"> & { readonly cause: Change | undefined };

/** Judges what moved, and tells anew what else is to be told. */
function judge(state: State, moves: readonly Moved[], dirty: Dirty): void {
  const { stock, totals, joint, world } = state;
  select(state);
  for (const { key, cause } of moves) dirty.set(key, cause);
  addBlind(state, dirty);
  addTurned(state, joint.set(state.kinds.joint), dirty);
  // Where much is new, all is judged before anything is written: each object then is written once.
  if (moves.length * 4 > stock.keys().length) addTurned(state, joint.ask(), dirty);
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
  const made = acceptance(exceptions, controls, takenAt);
  const { accepting: before } = state;
  const isSame =
    before.exceptions === exceptions &&
    before.controls === controls &&
    made.ended.every((ended, index) => ended === before.acceptance.ended[index]);
  if (isSame) return;
  state.accepting = { acceptance: made, exceptions, controls };
  add(dirty, state.desks.otherwise(made), state.excepting);
}

function write(state: State, dirty: Dirty, judged: readonly Judged[]): void {
  const { desks, stock, joint, blind, accepting, tags } = state;
  const single = byObject(judged);
  const drafts = [...dirty].map(([key, cause]): Draft => {
    const others = [...(blind?.said.get(key) ?? []), ...joint.at(key)];
    return { key, judged: [...(single.get(key) ?? []), ...anchored(others, stock.at(key))], cause };
  });
  const turns = desks.write(drafts, accepting.acceptance);
  if (turns.length > 0) tags.bump("findings");
  state.untold.push(...turns);
}

function settle(state: State): void {
  const { tags, joint } = state;
  if (!joint.isPending()) return;
  tags.advance();
  const dirty: Dirty = new Map();
  addTurned(state, joint.ask(), dirty);
  if (dirty.size > 0) judge(state, [], dirty);
}

function deltaOf(state: State): Delta {
  const results = joinTurns(state.untold);
  state.untold = [];
  const { library, options, joint, paths } = state;
  const isDrawn = paths === undefined || !asksForPaths(library, options) || !paths.isPending();
  return { results, scores: movedScores(state), pending: joint.isPending() || !isDrawn };
}

function movedScores(state: State): Delta["scores"] {
  const { selection, options } = state;
  const tallies = talliesOf(state);
  const before = state.scores;
  const scores = new Map(
    selection.frameworks.map((framework) => {
      const { id, score } = scoreOf(
        framework,
        requirementsOf(framework, tallies, options.server.distribution),
      );
      return [id, score];
    }),
  );
  state.scores = scores;
  return [...scores].flatMap(([id, after]) => {
    const was = before.get(id) ?? null;
    return was === after ? [] : [{ id, before: was, after }];
  });
}

function talliesOf({ totals, selection }: State): ReadonlyMap<string, Tally> {
  return totals.of(selection.controls.map(({ id }) => id));
}

function reportFrom(state: State): Report {
  const { world, library, options, desks, selection, policies, accepting, paths } = state;
  const judged = desks.judged();
  return reportOf({
    ...selection,
    snapshot: snapshotOf(state),
    inventory: viewOf(world, () => undefined, true),
    options,
    evaluation: { judged, tallies: talliesOf(state), gaps: gapsInOrder(judged, selection.controls) },
    gaps: policies.get().gaps,
    results: judged.map(({ result }) => result),
    edits: desks.edits(),
    exceptions: accepting.acceptance.reports((exception) => desks.countedBy(exception)),
    attack: asksForPaths(library, options) ? paths?.get() : undefined,
  });
}

function snapshotOf({ stock, options, around }: State): Snapshot {
  return {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: options.takenAt,
      server: options.server,
    },
    resources: stock.records(),
    ...around,
    gaps: stock.gaps(),
    skipped: [],
    covered: stock.covered(),
  };
}
