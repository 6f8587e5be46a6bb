/**
 * From what the watch hands over to what the store knows: takes changes in, judges what they mean, and commits what is
 * new, one batch after another: first what single objects tell, then piece by piece what many together do, and once there
 * is time paths and priorities. It may not tell anybody of a change before the store has acknowledged it.
 */
import { pause } from "@plimsoll/cluster";
import type { Change, SnapshotHeader } from "@plimsoll/core";
import { failureText } from "../log.ts";
import type { Settings } from "../settings/settings.ts";
import { drawPlaces } from "./draft.ts";
import { applyQueue, joinObserved } from "./intake.ts";
import { createJudge } from "./judge.ts";
import { pieceOf, restFor } from "./pace.ts";
import { ObserveError, type Pipeline, type PipelineOptions, type PipelineStatus } from "./shape.ts";
import { headerOf, opened, snapshotOf, standingOf, type State } from "./state.ts";
import {
  adopt,
  hand,
  send,
  settleAfter,
  sourcesOf,
  standpointOf,
  stepDown,
  tell,
  workOut,
} from "./writer.ts";

/** Milliseconds between two judgements though nothing changed: the clock is one of the things that matter. */
const longestRest = 5 * 60_000;
/** Milliseconds in which pieces of judging share a commit. */
const gather = 100;
/** Waits after a commit that failed. */
const firstWait = 500;
const longestWait = 15_000;

export function createPipeline(options: PipelineOptions): Pipeline {
  const state = opened(options);
  const { present } = state;
  const nudge = (): void => {
    state.due = true;
    state.wake();
  };
  const done = run(state);
  return {
    take: (changes) => {
      for (const change of changes) state.queue.push(change);
      state.pace.changedAt = options.clock.elapsed();
      state.wake();
    },
    observe: (batch) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (state.term === undefined || state.stopping) reject(new ObserveError("this replica does not lead"));
      else {
        state.observed.push({ batch, resolve, reject });
        state.wake();
      }
      return promise;
    },
    begin: () => {
      state.begun = true;
      nudge();
    },
    again: nudge,
    lead: (term) => {
      state.term = term;
      if (term === undefined) stepDown(state);
      nudge();
    },
    report: () => state.report,
    detections: () => state.detections,
    standing: () => standingOf(state),
    present,
    snapshot: () => snapshotOf(state),
    status: () => statusOf(state),
    stop: async () => {
      state.stopping = true;
      state.wake();
      await done;
      stepDown(state);
    },
  };
}

function statusOf(state: State): PipelineStatus {
  const { judged, committed, writer, term, judgedAt, committedAt, took, queue, trouble } = state;
  return {
    judged,
    committed,
    ...standingOf(state),
    sequence: writer?.sequence ?? 0,
    leads: writer !== undefined,
    elected: term !== undefined,
    took,
    waiting: queue.length,
    ...(judgedAt === undefined ? {} : { judgedAt }),
    ...(committedAt === undefined ? {} : { committedAt }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

async function run(state: State): Promise<void> {
  const { clock, log } = state.options;
  let failures = 0;
  while (!state.stopping || hasWork(state)) {
    const urgent = hasWork(state) || isBehind(state);
    await rest(state, urgent ? 0 : restFor(state.pace, clock.elapsed(), isStale(state), longestRest));
    try {
      await step(state);
      failures = 0;
    } catch (error) {
      state.trouble = failureText(error);
      log("error", "commit-failed", { because: state.trouble });
      settleAfter(state, error);
      failures += 1;
      if (state.stopping && failures > 2) return; // it is all in the cluster still, and will be seen anew
      await pause(clock, Math.min(longestWait, firstWait * 2 ** failures));
    }
  }
}

/** What looks at many objects together has not seen all changes. */
function isBehind({ begun, findings, revision, stopping }: State): boolean {
  return begun && !stopping && findings !== revision;
}

function isStale({ begun, reported, revision, judge }: State): boolean {
  return begun && judge !== undefined && reported !== revision;
}

function hasWork({ begun, due, queue, observed, writer, term }: State): boolean {
  if (!begun) return false;
  return (
    due ||
    queue.length > 0 ||
    observed.length > 0 ||
    writer?.inflight !== undefined ||
    (term !== undefined && writer === undefined)
  );
}

/** Waits; woken by work. Everything else of the process has its turn meanwhile, however short it is. */
async function rest(state: State, milliseconds: number): Promise<void> {
  const controller = new AbortController();
  state.wake = () => controller.abort();
  if (state.stopping) return;
  await pause(state.options.clock, milliseconds, controller.signal);
  if (milliseconds === longestRest && !controller.signal.aborted && state.begun) state.due = true;
  state.wake = () => undefined;
}

async function step(state: State): Promise<void> {
  const { clock } = state.options;
  if (!state.begun) return;
  if (state.writer?.inflight !== undefined) await send(state, state.writer, state.writer.inflight);
  const started = clock.elapsed();
  if (hasWork(state)) await takeIn(state);
  if (state.term !== undefined && state.writer === undefined) await adopt(state, state.term);
  if (state.findings !== state.revision) {
    const delta = state.judge!.settle(pieceOf(clock));
    if (!delta.pending) state.findings = state.revision;
    if (state.untold.length === 0) state.untoldSince = started;
    state.untold.push(...delta.results);
    // Each commit has its price: several pieces share one.
    if (!delta.pending || started - state.untoldSince > gather) await tell(state, []);
  } else if (isStale(state) && !state.stopping && isDue(state)) await report(state);
  state.took = clock.elapsed() - started;
}

function isDue({ pace, options }: State): boolean {
  return restFor(pace, options.clock.elapsed(), true, longestRest) === 0;
}

/** Controls of one's own belong to the library: with others everything is judged anew, and told as a whole. */
function openJudge(state: State, header: SnapshotHeader, settings: Settings): void {
  const { options, present } = state;
  const own = JSON.stringify(settings.own);
  if (state.judge !== undefined && own === state.own) return;
  const isFirst = state.judge === undefined;
  state.own = own;
  state.judge = createJudge(header, settings, options.toolVersion, (because) =>
    options.log("warn", "annotation-refused", { because }),
  );
  if (isFirst) return;
  const puts = present.records().map((record): Change => ({ op: "put", record }));
  const around: Change = { op: "gaps", gaps: present.gaps(), covered: present.covered() };
  state.judge.take([around, ...puts, { op: "observations", ...state.taken }], header, settings);
  state.report = undefined;
  state.reported = undefined;
  if (state.writer === undefined) return;
  state.observed.unshift(...state.writer.observers);
  state.writer = undefined;
}

/** Judges at once what single objects tell, and commits it. */
async function takeIn(state: State): Promise<void> {
  const { options, unjudged } = state;
  const { due } = state;
  state.due = false;
  const applied = applyQueue(state);
  const settings = options.settings();
  const header = headerOf(state);
  openJudge(state, header, settings);
  const seen = joinObserved(state);
  state.revision += Math.max(1, applied.length);
  state.undetected ||= due || seen.length > 0;
  const delta = state.judge!.take([...applied, ...seen], header, settings);
  unjudged.clear();
  state.judged += 1;
  state.judgedAt = options.clock.now();
  if (!delta.pending) state.findings = state.revision;
  await tell(state, delta.results);
}

/** Paths, priorities and all that only a whole report says; what it turned beyond the deltas before is told first. */
async function report(state: State): Promise<void> {
  const { report, delta } = workOut(state);
  await tell(state, delta.results);
  const { writer } = state;
  if (writer === undefined) return;
  const batch = drawPlaces(writer.draft, sourcesOf(state, writer), report, standpointOf(state, writer));
  await hand(state, writer, batch);
}
