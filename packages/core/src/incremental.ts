/**
 * The whole product over a stream of changes: equal to a scan of what there is in the end, byte for byte, and quick. It
 * may not guess what a change means: what read what changed is judged anew.
 */
import { isCelControl } from "./controls/control.ts";
import { createDetector } from "./evidence/detect.ts";
import type { Seen } from "./evidence/merge.ts";
import type { AttackLibrary } from "./graph/edge.ts";
import { telling, type JointSaid } from "./incremental/heard.ts";
import type { IsLate } from "./incremental/joint.ts";
import { lookAgain, type Asked } from "./incremental/judging.ts";
import { judge, putOff, putOffSeen, restart, settle } from "./incremental/course.ts";
import { movedPlaces, placesIn, trafficText } from "./incremental/scales.ts";
import { opened, type IncrementalOptions, type State } from "./incremental/state.ts";
import type { Move } from "./incremental/stock.ts";
import { deltaOf, reportFrom, resultsOf, snapshotOf, toldNow } from "./incremental/telling.ts";
import type { Change, ClusterChange, Delta, ScanSettings } from "./model/change.ts";
import type { Result } from "./model/finding.ts";
import type { DetectionReport, Edit, FrameworkScore, Report } from "./model/report.ts";
import type { Snapshot } from "./model/snapshot.ts";

export type { JointSaid } from "./incremental/heard.ts";
export type { IsLate } from "./incremental/joint.ts";
export type { IncrementalOptions } from "./incremental/state.ts";

export interface Incremental {
  /** Takes changes in and judges at once what can be judged from single objects. */
  readonly apply: (changes: readonly Change[]) => Delta;
  /**
   * Judges what `apply` put off: what looks at many objects together, and patches that depend on others. Where it may get
   * late, it ends between two pieces of that work, and `pending` tells so; each piece is as of now.
   */
  readonly settle: (isLate?: IsLate) => Delta;
  /** Settles, finds the attack paths and sets priorities, and is equal to `scan(snapshot())` with the same options. What that turned is told by the next delta. */
  readonly report: () => Report;
  /** All results as the deltas told them: paths and priorities are not waited for. Sorted by id. */
  readonly results: () => readonly Result[];
  /** As the last delta told them. */
  readonly scores: () => readonly FrameworkScore[];
  /** What happened and should not, the gravest first; undefined where nobody observed. `seen`: what was seen by now, where more was than it judges by. */
  readonly detections: (seen?: Seen) => readonly DetectionReport[] | undefined;
  /** By id, what controls say now of places that no result is told of any more: passes and skips. */
  readonly lookAgain: (asked: readonly Asked[]) => ReadonlyMap<string, Result>;
  /** What there is now. */
  readonly snapshot: () => Snapshot;
  /** What controls that look at several objects say otherwise than when this was last asked: for one that listens. */
  readonly said: () => readonly JointSaid[];
  /** Takes in what they say, where it listens; the next `settle` tells what came of it. */
  readonly hear: (said: readonly JointSaid[]) => void;
  /** One result as the deltas told it; absent where it passes, is skipped or is not there. */
  readonly result: (id: string) => Result | undefined;
  /** What would resolve findings of one object, by its key, as far as no path has to be known. */
  readonly editsOf: (key: string) => readonly Edit[];
}

export function createIncremental(library: AttackLibrary, options: IncrementalOptions): Incremental {
  const state = opened(library, options);
  restart(state, undefined);
  return {
    apply: (changes) => {
      applyAll(state, changes);
      return deltaOf(state);
    },
    settle: (isLate) => {
      settle(state, isLate);
      return deltaOf(state);
    },
    report: () => {
      settle(state);
      return reportFrom(state);
    },
    results: () => resultsOf(state),
    scores: () => [...state.scores.values()],
    detections: (seen) => toldNow(state, seen)?.reports,
    lookAgain: (asked) => again(state, asked),
    snapshot: () => snapshotOf(state),
    said: telling(state.joint, (asked) => again(state, asked)),
    hear: (said) => state.heard?.tell(said),
    result: (id) => state.desks.result(id),
    editsOf: (key) => state.desks.editsOf(key),
  };
}

/** Who listens asks single objects only. */
function again({ heard, selection, world }: State, asked: readonly Asked[]): ReadonlyMap<string, Result> {
  if (heard === undefined) return lookAgain(asked, selection.controls, world);
  const told = asked.flatMap(({ id }) => (id === undefined ? [] : (heard.again(id) ?? [])));
  const single = lookAgain(asked, selection.controls.filter(isCelControl), world);
  return new Map([...single, ...told.map((result) => [result.id, result] as const)]);
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
      // How long somebody was watched, and whether he still is.
      for (const place of placesIn(state.around)) state.reseen.set(place, change);
    } else if (change.op === "images") {
      state.around = { ...state.around, images: change.images };
      tags.bump("images", change);
    } else if (change.op === "observations") {
      observe(state, change);
    } else if (change.op === "server" || change.op === "settings") {
      anew = take(state, change) ? change : anew;
    }
  }
  const moves = stock.apply(seen);
  state.rooms.take(moves);
  for (const move of moves) {
    bumpAll(state, move);
    state.heard?.moved(move.key, move.cause);
  }
  state.excepting = changes.findLast(({ op }) => op === "time" || op === "settings");
  state.observing = changes.findLast(({ op }) => op === "time" || op === "observations") ?? state.observing;
  const around = changes.some(({ op }) => op === "gaps" || op === "images");
  putOff(state, moves, around);
  putOffSeen(state);
  if (anew === undefined) judge(state, moves, new Map());
  else restart(state, anew);
}

function observe(state: State, change: Extract<Change, { op: "observations" }>): void {
  const { op: _op, ...seen } = change;
  const { around: before, tags } = state;
  state.around = { images: before.images, ...seen };
  tags.bump("observations", change);
  if (trafficText(before) !== trafficText(state.around)) tags.bump("traffic", change);
  for (const place of movedPlaces(before, state.around)) state.reseen.set(place, change);
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
  if (options.learningTime !== state.options.learningTime)
    state.detect = createDetector(state.library.detections ?? [], state.options);
  const text = ({ controls, frameworks, teamLabels, environmentLabels, thresholds }: ScanSettings): string =>
    JSON.stringify(
      [controls, frameworks, teamLabels, environmentLabels, thresholds].map((each) => each ?? null),
    );
  if (text(options) === text(change.settings)) return false;
  state.tags.bump("labels", change);
  state.stock.relabel(state.options);
  return true;
}

function bumpAll({ tags, paths }: State, move: Move): void {
  const { before, after, steady, cause } = move;
  const record = (after.record ?? before.record)!;
  const kind = `${record.resource.apiVersion}/${record.resource.kind}`;
  const makesPods = before.workloads.length + after.workloads.length > 0;
  const names = [`kind ${kind}`, "records", ...(makesPods ? ["workloads"] : [])];
  for (const name of names) {
    tags.bump(`${name}!`, cause);
    if (!steady) tags.bump(name, cause);
  }
  if (before.record === undefined || after.record === undefined) tags.bump("kinds", cause);
  if (!steady) paths?.changed(kind, makesPods);
}
