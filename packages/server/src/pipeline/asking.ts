/**
 * Asks the overview for what many objects together tell, and for paths and priorities, one question at a time. Nobody
 * waits for its answers: they are taken in between two steps. One that ends is begun anew with all there is.
 */
import { pause } from "@plimsoll/cluster";
import type { Change, SnapshotHeader } from "@plimsoll/core";
import { failureText } from "../log.ts";
import { createOverview, type Duty, type Overview } from "../overview/overview.ts";
import type { Settings } from "../settings/settings.ts";
import { beginning, createJudge } from "./judge.ts";
import { restFor, settleIn } from "./pace.ts";
import { headerOf, type Answer, type State } from "./state.ts";

type Question = "settle" | "report";

/** Milliseconds until there is something to ask; `longest` where there is nothing. */
export function askIn(state: State, longest: number): number {
  const { begun, judge, asking, pending, pace, heard, revision, options } = state;
  // What it said last is told first.
  if (!begun || judge === undefined || asking !== undefined || pending) return longest;
  const now = options.clock.elapsed();
  const wait = settleIn(pace, now);
  return heard === revision ? Math.max(wait, restFor(pace, now, isStale(state), longest)) : wait;
}

/** Where it is time. */
export function ask(state: State): void {
  const { heard, revision, pace, options, stopping } = state;
  if (stopping || askIn(state, Number.POSITIVE_INFINITY) > 0) return;
  const now = options.clock.elapsed();
  const isDue = isStale(state) && restFor(pace, now, true, Number.POSITIVE_INFINITY) === 0;
  if (isDue) begin(state, "report");
  else if (heard !== revision) begin(state, "settle");
}

/** One that was begun anew is asked for a report though nothing changed: it has no page to show. */
function isStale({ begun, reported, revision, judge, overviewLost }: State): boolean {
  return begun && judge !== undefined && (reported !== revision || overviewLost !== undefined);
}

/** Asks for a report of now, and waits for it: where a writer begins, it is told with all there is. */
export async function reportNow(state: State): Promise<void> {
  const { pace, options } = state;
  for (;;) {
    await state.asking;
    takeAnswers(state);
    if (state.reported === state.revision && state.heard === state.revision) return;
    if (pace.failures > 0) {
      if (state.stopping) throw new Error("it ends before the whole cluster was looked at");
      await pause(options.clock, settleIn(pace, options.clock.elapsed()));
    }
    begin(state, "report");
  }
}

function begin(state: State, question: Question): void {
  const { revision, pace, options } = state;
  const overview = state.overview ?? openOverview(state);
  const started = options.clock.elapsed();
  state.asking = (async () => {
    const answer = await answered(overview, question, revision).catch((error: unknown) => {
      if (state.overview === overview) lose(state, error);
    });
    if (answer === undefined || state.overview !== overview) return;
    state.asking = undefined;
    state.answers.push(answer);
    if (question === "report") [pace.failures, state.overviewLost] = [0, undefined];
    pace.settledAt = options.clock.elapsed();
    const took = pace.settledAt - started;
    if (question === "settle") pace.settleTook = took;
    else Object.assign(pace, { reportTook: took, reportedAt: pace.settledAt });
    state.wake();
  })();
}

async function answered(overview: Overview, question: Question, revision: number): Promise<Answer> {
  if (question === "settle") return { revision, said: await overview.settle() };
  return { revision, ...(await overview.report()) };
}

/** The next question begins it anew; the longer the more often it was lost. */
function lose(state: State, error: unknown): void {
  const { overview, options, pace, stopping } = state;
  pace.failures += 1;
  pace.settledAt = options.clock.elapsed();
  state.asking = undefined;
  if (stopping) return;
  state.overviewLost = failureText(error);
  state.overviewLosses += 1;
  options.log("error", "overview-lost", { because: state.overviewLost, inARow: pace.failures });
  state.overview = undefined;
  state.heard = -1;
  void overview?.stop();
  state.wake();
}

/** What was answered since: the judge hears it, and what it means for findings is told by its next piece. */
export function takeAnswers(state: State): void {
  const { answers, judge } = state;
  state.answers = [];
  for (const { revision, said, outline } of answers) {
    judge!.hear(said);
    state.heard = revision;
    state.pending = true;
    if (outline === undefined) continue;
    state.outline = outline;
    state.reported = revision;
    state.undetected = true;
    state.unplaced = true;
  }
}

/** Controls of one's own belong to the library: with others everything is judged anew, and told as a whole. */
export function openJudge(state: State, header: SnapshotHeader, settings: Settings): void {
  const { options } = state;
  const own = JSON.stringify(settings.own);
  if (state.judge !== undefined && own === state.own) return;
  const isFirst = state.judge === undefined;
  state.own = own;
  void state.overview?.stop();
  state.asking = undefined;
  state.answers = [];
  state.overview = overviewOf(state, header, settings);
  const { toolVersion, library } = options;
  const overview: Pick<Overview, "take"> = { take: (lists) => state.overview?.take(lists) };
  const onRefused = (because: string): void => options.log("warn", "annotation-refused", { because });
  const { images } = state.present;
  state.judge = createJudge({ header, settings, toolVersion, library, overview, images, onRefused });
  if (isFirst) return;
  state.judge.take(allThereIs(state), header, settings);
  state.outline = undefined;
  state.reported = undefined;
  state.heard = -1;
  if (state.writer === undefined) return;
  state.observed.unshift(...state.writer.observers);
  state.writer = undefined;
}

/** Begun anew it knows nothing: it is given all there is, and says all that it has to say. */
function openOverview(state: State): Overview {
  const overview = overviewOf(state, headerOf(state), state.options.settings());
  state.overview = overview;
  state.heard = -1;
  overview.take([[...allThereIs(state), ...state.judge!.around()]]);
  return overview;
}

function overviewOf(state: State, header: SnapshotHeader, settings: Settings): Overview {
  const { options } = state;
  const open = options.openOverview ?? ((begun: Duty) => createOverview(begun, options.library));
  const duty = { own: settings.own, options: beginning(header, settings, options.toolVersion) };
  const overview = open(duty, (why) => {
    if (state.overview === overview) lose(state, why);
  });
  return overview;
}

function allThereIs({ present, taken }: State): readonly Change[] {
  const puts = present.records().map((record): Change => ({ op: "put", record }));
  const gaps: Change = { op: "gaps", gaps: present.gaps(), covered: present.covered() };
  return [gaps, ...puts, { op: "observations", ...taken }];
}
