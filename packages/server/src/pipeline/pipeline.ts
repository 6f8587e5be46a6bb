/**
 * From what the watch hands over to what the store knows: takes changes in, judges what they mean, and commits what is
 * new, one batch after another: first what single objects tell, then piece by piece what the overview says of many
 * together, and where its reports put findings. It may not tell anybody of a change before the store has acknowledged it.
 */
import { pause } from "@plimsoll/cluster";
import { refKey } from "@plimsoll/core";
import { failureText } from "../log.ts";
import { ask, askIn, openJudge, takeAnswers } from "./asking.ts";
import { drawPlaces } from "./draft.ts";
import { applyQueue, joinObserved, weighed } from "./intake.ts";
import { pieceIn, pieceOf, weighIn } from "./pace.ts";
import { ObserveError, type Pipeline, type PipelineOptions, type PipelineStatus } from "./shape.ts";
import { headerOf, isUnweighed, opened, snapshotOf, standingOf, type State } from "./state.ts";
import { adopt, hand, send, settleAfter, sourcesOf, standpointOf, stepDown, tell } from "./writer.ts";

/** Milliseconds between two judgements though nothing changed: the clock is one of the things that matter. */
const longestRest = 5 * 60_000;
/** Milliseconds in which pieces of judging share a commit. */
const gather = 250;
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
    observe: (batch, images = []) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (state.term === undefined || state.stopping) reject(new ObserveError("this replica does not lead"));
      else {
        state.observed.push({ batch, images, resolve, reject });
        state.wake();
      }
      return promise;
    },
    begin: () => {
      state.begun = true;
      nudge();
    },
    again: nudge,
    forget: (upTo) => {
      state.toForget = { upTo };
      nudge();
    },
    lead: (term) => {
      state.term = term;
      if (term === undefined) stepDown(state);
      nudge();
    },
    outline: () => state.outline,
    page: async () => {
      const page = await state.overview?.page().catch(() => undefined); // that it was lost is told as such
      return page === "" ? undefined : page;
    },
    proposedFor: (key) => [
      ...(state.judge?.editsOf(key) ?? []),
      ...(state.outline?.narrowings.filter(({ resource }) => refKey(resource) === key) ?? []),
    ],
    isFailing: (id) => state.judge?.result(id)?.result === "fail",
    detections: () => state.detections,
    standing: () => standingOf(state),
    present,
    given: state.given,
    snapshot: () => snapshotOf(state),
    status: () => statusOf(state),
    stop: async () => {
      state.stopping = true;
      state.wake();
      await done;
      stepDown(state);
      await state.overview?.stop();
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
    overview: {
      losses: state.overviewLosses,
      ...(state.overviewLost === undefined ? {} : { lost: state.overviewLost }),
    },
    ...(judgedAt === undefined ? {} : { judgedAt }),
    ...(committedAt === undefined ? {} : { committedAt }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

async function run(state: State): Promise<void> {
  const { clock, log } = state.options;
  let failures = 0;
  while (!state.stopping || hasWork(state)) {
    await rest(state, hasWork(state) ? 0 : restIn(state));
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

/** Milliseconds until there is something to do though nothing comes. */
function restIn(state: State): number {
  return Math.min(putOffIn(state), weighsIn(state), askIn(state, longestRest));
}

/** Milliseconds until it is judged by what was seen since: what rests on it is not waited for while it stops. */
function weighsIn(state: State): number {
  const { begun, stopping, judge, pace, options } = state;
  if (!begun || stopping || judge === undefined || !isUnweighed(state)) return longestRest;
  return weighIn(pace, options.clock.elapsed());
}

/** Milliseconds until something that was put off is to be gone on with: it can wait while changes come, and while it stops. */
function putOffIn({ stopping, pending, answers, unplaced, pace, options }: State): number {
  if (stopping) return longestRest;
  if (answers.length > 0 || (unplaced && !pending)) return 0;
  return pending ? pieceIn(pace, options.clock.elapsed()) : longestRest;
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
  if (hasWork(state) || weighsIn(state) === 0) await takeIn(state);
  if (state.term !== undefined && state.writer === undefined) await adopt(state, state.term);
  ask(state);
  takeAnswers(state);
  if (!state.pending && state.unplaced) await place(state);
  else if (state.pending && pieceIn(state.pace, clock.elapsed()) === 0) await goOn(state);
  state.took = clock.elapsed() - started;
}

/** One piece of what was put off. Each commit has its price: several pieces share one. */
async function goOn(state: State): Promise<void> {
  const { pace, options } = state;
  const { clock } = options;
  const started = clock.elapsed();
  const delta = state.judge!.settle(pieceOf(clock));
  state.pending = delta.pending;
  if (!delta.pending) state.findings = state.heard;
  if (state.untold.length === 0) state.untoldSince = clock.elapsed();
  for (const turn of delta.results) state.untold.push(turn);
  if (!delta.pending || clock.elapsed() - state.untoldSince > gather) await tell(state, []);
  pace.pieceAt = clock.elapsed();
  pace.pieceTook = pace.pieceAt - started;
  pace.weighTook += pace.pieceTook;
}

/** Where the last report puts findings that were told. */
async function place(state: State): Promise<void> {
  const { writer, outline } = state;
  state.unplaced = false;
  if (writer === undefined || outline === undefined) return;
  const batch = drawPlaces(writer.draft, sourcesOf(state, writer), outline, standpointOf(state, writer));
  await hand(state, writer, batch);
}

/** Judges at once what single objects tell, and commits it. */
async function takeIn(state: State): Promise<void> {
  const { options, unjudged, pace } = state;
  const { due } = state;
  state.due = false;
  const applied = applyQueue(state);
  const settings = options.settings();
  const header = headerOf(state);
  openJudge(state, header, settings);
  const isNew = joinObserved(state);
  state.undetected ||= due || isNew;
  const started = options.clock.elapsed();
  const seen = weighsIn(state) === 0 ? weighed(state) : [];
  const delta = state.judge!.take([...applied, ...seen], header, settings);
  state.revision += Math.max(due || delta.isNews ? 1 : 0, applied.length);
  if (seen.length > 0) {
    pace.weighedAt = options.clock.elapsed();
    pace.weighTook = pace.weighedAt - started;
  }
  unjudged.clear();
  state.judged += 1;
  state.judgedAt = options.clock.now();
  state.pending ||= delta.pending;
  await tell(state, delta.results);
}
