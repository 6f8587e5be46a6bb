/**
 * From what the watch hands over to what the store knows: gathers changes, judges the present, and commits what is new,
 * one batch after another. It may not tell anybody of a change before the store has acknowledged it.
 */
import { pause, type Change as Handed } from "@plimsoll/cluster";
import { nothingSeen, type Report, type Seen, type Snapshot, type SnapshotHeader } from "@plimsoll/core";
import { failureText } from "../log.ts";
import { createDraft, draw, type Draft, type Drawn } from "./draft.ts";
import { createJudge, type Judge } from "./judge.ts";
import { createPresent, type Present } from "./present.ts";
import { storedSaid } from "./said.ts";
import { createSightings, storedSeen, type Sightings } from "./seen.ts";
import { ObserveError, type Pipeline, type PipelineOptions, type PipelineStatus } from "./shape.ts";

interface Observed {
  readonly batch: Seen;
  readonly resolve: () => void;
  readonly reject: (error: ObserveError) => void;
}

/** Who writes, and where it goes on. */
interface Writer {
  readonly term: number;
  sequence: number;
  whole: boolean;
  first: boolean;
  readonly draft: Draft;
  /** Sent, and not known to be acknowledged: the very same is sent again. */
  inflight: Drawn | undefined;
  /** Whose sightings the next acknowledgement holds. */
  observers: Observed[];
}

interface State {
  readonly options: PipelineOptions;
  readonly present: Present;
  queue: Handed[];
  observed: Observed[];
  readonly sightings: Sightings;
  /** What of it was judged by. */
  taken: Seen;
  /** Objects that no judgement has seen as they are. */
  readonly unjudged: Set<string>;
  begun: boolean;
  due: boolean;
  stopping: boolean;
  term: number | undefined;
  writer: Writer | undefined;
  report: Report | undefined;
  judge: Judge | undefined;
  wake: () => void;
  judged: number;
  committed: number;
  judgedAt: number | undefined;
  committedAt: number | undefined;
  took: number;
  trouble: string | undefined;
}

/** Milliseconds: the shortest wait for more changes, and the longest between two judgements though nothing changed. */
const gather = 20;
const longestRest = 5 * 60_000;
/** Waits after a commit that failed. */
const firstWait = 500;
const longestWait = 15_000;

export function createPipeline(options: PipelineOptions): Pipeline {
  const present = createPresent();
  const state: State = {
    options,
    present,
    queue: [],
    observed: [],
    sightings: createSightings(),
    taken: nothingSeen,
    unjudged: new Set(),
    begun: false,
    due: false,
    stopping: false,
    term: undefined,
    writer: undefined,
    report: undefined,
    judge: undefined,
    wake: () => undefined,
    judged: 0,
    committed: 0,
    judgedAt: undefined,
    committedAt: undefined,
    took: 0,
    trouble: undefined,
  };
  const nudge = (): void => {
    state.due = true;
    state.wake();
  };
  const done = run(state);
  return {
    take: (changes) => {
      for (const change of changes) state.queue.push(change);
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

/** It does not write any more: what was not acknowledged is for whoever leads. */
function stepDown(state: State): void {
  const waiting = [...(state.writer?.observers ?? []), ...state.observed];
  state.writer = undefined;
  state.observed = [];
  for (const { reject } of waiting) reject(new ObserveError("this replica does not lead any more"));
}

function statusOf(state: State): PipelineStatus {
  const { judged, committed, writer, judgedAt, committedAt, took, queue, trouble } = state;
  return {
    judged,
    committed,
    sequence: writer?.sequence ?? 0,
    leads: writer !== undefined,
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
    if (!hasWork(state)) await rest(state, longestRest);
    // A judgement takes its time whatever changed: the longer, the more changes share the next.
    else if (!state.stopping) await rest(state, Math.max(gather, Math.min(2_000, state.took / 2)), true);
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

/** Waits; woken by work unless `whole`. */
async function rest(state: State, milliseconds: number, whole = false): Promise<void> {
  const controller = new AbortController();
  state.wake = () => {
    if (!whole || state.stopping) controller.abort();
  };
  if (state.stopping) return;
  await pause(state.options.clock, milliseconds, controller.signal);
  if (!controller.signal.aborted && !whole && state.begun) state.due = true;
  state.wake = () => undefined;
}

/** Another has written meanwhile: what is known of the store is not true any more. */
function settleAfter(state: State, error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "conflict" || code === "out-of-order") stepDown(state);
}

async function step(state: State): Promise<void> {
  const { options, present, unjudged } = state;
  if (!state.begun) return;
  if (state.term !== undefined && state.writer === undefined) state.writer = await adopt(state, state.term);
  const { writer } = state;
  if (writer?.inflight !== undefined) await send(state, writer, writer.inflight);
  state.due = false;
  const { clock } = options;
  const applied = applyQueue(state);
  const started = clock.elapsed();
  const header = headerOf(state);
  const settings = options.settings();
  state.judge ??= createJudge(header, settings, options.toolVersion);
  state.judge.take(applied);
  joinObserved(state, state.judge);
  const report = state.judge.report(header, settings);
  const snapshot = snapshotOf(state);
  unjudged.clear();
  state.report = report;
  state.took = clock.elapsed() - started;
  state.judged += 1;
  state.judgedAt = clock.now();
  if (writer === undefined || state.writer !== writer) return;
  const { cluster, noticesOf } = options;
  const at = clock.now();
  const { term, whole, first } = writer;
  const standpoint = { cluster, sequence: writer.sequence + 1, term, at, whole };
  const drawn = draw(
    writer.draft,
    present,
    state.sightings,
    snapshot,
    report,
    settings,
    standpoint,
    (turns) => noticesOf(turns, first, at),
  );
  if (drawn === undefined) return acknowledge(writer);
  writer.inflight = drawn;
  await send(state, writer, drawn);
}

async function adopt({ options, sightings }: State, term: number): Promise<Writer> {
  const { store, cluster } = options;
  const standing = await store.standing(cluster);
  const before = await storedSeen(store, cluster);
  sightings.join(before);
  return {
    // Leases can be made anew and count from one again; a store remembers.
    term: Math.max(term, (standing?.term ?? 0) + 1),
    sequence: standing?.sequence ?? 0,
    whole: true,
    first: standing === undefined,
    draft: createDraft(await storedSaid(store, cluster)),
    inflight: undefined,
    observers: [],
  };
}

function joinObserved(state: State, judge: Judge): void {
  const { observed, sightings, writer } = state;
  state.observed = [];
  for (const { batch } of observed) sightings.join(batch);
  const seen = sightings.seen();
  if (seen !== state.taken) judge.take([{ op: "observations", ...seen }]);
  state.taken = seen;
  writer?.observers.push(...observed);
}

function acknowledge(writer: Writer): void {
  const { observers } = writer;
  writer.observers = [];
  for (const { resolve } of observers) resolve();
}

async function send(state: State, writer: Writer, { batch }: Drawn): Promise<void> {
  const { options } = state;
  const { sequence } = await options.store.commit(batch);
  writer.inflight = undefined;
  writer.sequence = sequence;
  writer.whole = false;
  writer.first = false;
  state.committed += 1;
  state.committedAt = options.clock.now();
  state.trouble = undefined;
  acknowledge(writer);
  options.onCommitted(sequence);
}

/**
 * Takes changes in. An object that came and goes again before it was judged stays for this once: a pod that lived for
 * three seconds is judged like any other, and its history is kept.
 */
function applyQueue(state: State): readonly Handed[] {
  const taken: Handed[] = [];
  const { present, unjudged, options, writer } = state;
  const later: Handed[] = [];
  const held = new Set<string>();
  for (const handed of state.queue) {
    const key = present.keyOf(handed);
    if (key !== undefined && (held.has(key) || (handed.op === "remove" && unjudged.has(key)))) {
      held.add(key);
      later.push(handed);
      continue;
    }
    taken.push(handed);
    const applied = present.apply(handed, options.clock.now());
    if (applied === undefined) continue;
    if (applied.record === undefined) unjudged.delete(applied.key);
    else unjudged.add(applied.key);
    writer?.draft.dirty.add(applied.key);
    writer?.draft.changes.set(applied.key, applied.change);
  }
  state.queue = later;
  return taken;
}

function snapshotOf(state: State): Snapshot {
  return state.present.snapshot(headerOf(state), state.sightings.seen());
}

function headerOf({ options, present }: State): SnapshotHeader {
  const { clock, facts, cluster } = options;
  const nodes = present.records().flatMap(({ resource }) => (resource.kind === "Node" ? [resource] : []));
  const distribution = facts.distribution(nodes);
  return {
    format: "plimsoll-snapshot",
    version: 1,
    takenAt: new Date(clock.now()).toISOString(),
    server: {
      kind: "cluster",
      name: cluster,
      ...(facts.version === undefined ? {} : { version: facts.version }),
      ...(distribution === undefined ? {} : { distribution }),
    },
  };
}
