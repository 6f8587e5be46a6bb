/**
 * Hands changes over, one batch at a time: of several changes of one object only the last, an object that changes all
 * the time not later than others, and one that makes the taker fail or hang holds back no other.
 */
import type { ClusterChange as Change, Gap, ResourceRecord } from "@plimsoll/core";
import { pause, type Clock } from "../doors.ts";
import type { WatchSettings } from "./settings.ts";

/** Takes changes in; what it throws, or does not finish, is handed over again. */
export type Taker = (changes: readonly Change[], signal: AbortSignal) => void | Promise<void>;

/** What is to be handed over of one object, oldest first. */
export type Step =
  | { readonly op: "put"; readonly uid: string; readonly make: () => ResourceRecord | undefined }
  | { readonly op: "remove"; readonly uid: string };

export interface Delivery {
  readonly add: (place: string, kind: string, key: string, step: Step) => void;
  /** Gaps and covered kinds as of now: handed over after every change that was added before. */
  readonly mark: (gaps: readonly Gap[], covered: readonly string[]) => void;
  readonly pending: () => number;
  readonly counts: () => DeliveryCounts;
  /** Since when, by `elapsed`, the present batch is with the taker. */
  readonly busySince: () => number | undefined;
  /** Resolves once all that was added was taken. */
  readonly drained: () => Promise<void>;
}

export interface DeliveryCounts {
  readonly delivered: number;
  readonly coalesced: number;
  readonly thrown: number;
  readonly hung: number;
}

interface Waiting {
  readonly kind: string;
  readonly key: string;
  steps: Step[];
  /** Failed so often, first then; then handed over alone, and not before a time. */
  failures: number;
  failedAt: number;
  notBefore: number;
  /** The taker did not come back from it. */
  hung: boolean;
}

interface State {
  readonly clock: Clock;
  readonly settings: WatchSettings;
  readonly taker: Taker;
  readonly signal: AbortSignal;
  waiting: Map<string, Waiting>;
  readonly poisoned: Map<string, Waiting>;
  /** While the taker fails at everything, one is tried now and then for all. */
  failing: boolean;
  nextTry: number;
  marks: { readonly after: number; readonly change: Change }[];
  added: number;
  taken: number;
  running: boolean;
  busySince: number | undefined;
  idle: (() => void)[];
  counts: { delivered: number; coalesced: number; thrown: number; hung: number };
}

/** Beyond so many steps of one object that nobody took, those of objects that came and went in between are left out. */
const longestHistory = 8;

export function createDelivery(
  clock: Clock,
  settings: WatchSettings,
  taker: Taker,
  signal: AbortSignal,
): Delivery {
  const state: State = {
    clock,
    settings,
    taker,
    signal,
    waiting: new Map(),
    poisoned: new Map(),
    failing: false,
    nextTry: 0,
    marks: [],
    added: 0,
    taken: 0,
    running: false,
    busySince: undefined,
    idle: [],
    counts: { delivered: 0, coalesced: 0, thrown: 0, hung: 0 },
  };
  return {
    add: (place, kind, key, step) => {
      add(state, `${place} ${key}`, kind, key, step);
      wake(state);
    },
    mark: (gaps, covered) => {
      state.marks.push({ after: state.added, change: { op: "gaps", gaps, covered } });
      wake(state);
    },
    pending: () => state.waiting.size + state.poisoned.size + state.marks.length,
    counts: () => ({ ...state.counts }),
    busySince: () => state.busySince,
    drained: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (!state.running && state.waiting.size === 0) resolve();
      else state.idle.push(resolve);
      return promise;
    },
  };
}

function add(state: State, id: string, kind: string, key: string, step: Step): void {
  const failed = state.poisoned.get(id);
  if (failed !== undefined) {
    merge(state, failed, step);
    return;
  }
  const there = state.waiting.get(id);
  if (there !== undefined) merge(state, there, step);
  else {
    state.added += 1;
    state.waiting.set(id, { ...newWaiting(), kind, key, steps: [step] });
  }
}

function merge(state: State, waiting: Waiting, step: Step): void {
  const { steps } = waiting;
  const last = steps.at(-1);
  if (last?.op === "put" && step.op === "put" && last.uid === step.uid) {
    steps[steps.length - 1] = step;
    state.counts.coalesced += 1;
  } else steps.push(step);
  if (steps.length <= longestHistory) return;
  const at = steps.findIndex(
    (one, index) => index > 0 && one.op === "put" && steps[index + 1]?.op === "remove",
  );
  if (at === -1) return;
  steps.splice(at, 2);
  state.counts.coalesced += 2;
}

function wake(state: State): void {
  if (state.running) return;
  state.running = true;
  state.clock.after(0, () => void work(state));
}

async function work(state: State): Promise<void> {
  for (;;) {
    const batch = nextBatch(state);
    if (batch.length === 0 || state.signal.aborted) break;
    await handOver(state, batch);
  }
  state.running = false;
  for (const resolve of state.idle.splice(0)) resolve();
  scheduleRetry(state);
}

interface Handed {
  readonly id: string;
  readonly waiting: Waiting;
  readonly changes: readonly Change[];
}

/** A failed object alone once its time has come, then others in the order in which they first changed. */
function nextBatch(state: State): readonly Handed[] {
  const now = state.clock.elapsed();
  for (const [id, waiting] of state.poisoned) {
    if (waiting.notBefore > now || (state.failing && state.nextTry > now)) continue;
    state.nextTry = now + state.settings.retryEvery;
    state.poisoned.delete(id);
    return [{ id, waiting, changes: changesOf(waiting) }];
  }
  const batch: Handed[] = [];
  for (const [id, waiting] of state.waiting) {
    if (batch.length >= state.settings.batch) break;
    state.waiting.delete(id);
    state.taken += 1;
    batch.push({ id, waiting, changes: changesOf(waiting) });
  }
  const due = state.marks.findLastIndex(({ after }) => after <= state.taken);
  if (due !== -1) {
    const { change } = state.marks[due]!;
    state.marks.splice(0, due + 1);
    batch.push({ id: "", waiting: newWaiting(), changes: [change] });
  }
  return batch;
}

function newWaiting(): Waiting {
  return { kind: "", key: "", steps: [], failures: 0, failedAt: 0, notBefore: 0, hung: false };
}

/** Objects are taken in only here: of one that changed often, only what is handed over is looked at. */
function changesOf({ kind, key, steps }: Waiting): readonly Change[] {
  const at = key.indexOf("/");
  const [namespace, name] = [key.slice(0, at), key.slice(at + 1)];
  return steps.flatMap((step): readonly Change[] => {
    const gone: Change = { op: "remove", kind, namespace, name, uid: step.uid };
    if (step.op === "remove") return [gone];
    const record = step.make();
    return record === undefined ? [gone] : [{ op: "put", record }];
  });
}

async function handOver(state: State, batch: readonly Handed[]): Promise<void> {
  const changes = batch.flatMap((handed) => handed.changes);
  let outcome = changes.length === 0 ? "taken" : await outcomeOf(state, changes);
  if (outcome === "taken") {
    state.counts.delivered += changes.length;
    return;
  }
  for (const handed of batch) {
    if (state.signal.aborted) return;
    if (batch.length > 1) outcome = await outcomeOf(state, handed.changes);
    if (outcome === "taken") state.counts.delivered += handed.changes.length;
    else setAside(state, handed, outcome === "hung");
  }
}

type Outcome = "taken" | "thrown" | "hung";

/** What became of it: the taker took it, threw, or did not come back in time. */
async function outcomeOf(state: State, changes: readonly Change[]): Promise<Outcome> {
  const { clock, settings, taker, signal, counts } = state;
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal.addEventListener("abort", stop);
  state.busySince = clock.elapsed();
  const over = new AbortController();
  try {
    const work = Promise.resolve(taker(changes, controller.signal)).then(
      () => "taken" as const,
      () => "thrown" as const,
    );
    const late = pause(clock, settings.handlerPatience, over.signal).then(() => "hung" as const);
    const outcome = await Promise.race([work, late]);
    if (outcome === "thrown") counts.thrown += 1;
    if (outcome === "hung") {
      counts.hung += 1;
      void work.then(() => cameBack(state));
    }
    state.failing = outcome !== "taken";
    return outcome;
  } catch {
    counts.thrown += 1; // its own mistake, which must not stop the watch; it gets the changes again
    state.failing = true;
    return "thrown";
  } finally {
    over.abort();
    controller.abort();
    signal.removeEventListener("abort", stop);
    state.busySince = undefined;
  }
}

/** To be tried again alone; what has changed since goes with it. */
function setAside(state: State, { id, waiting, changes }: Handed, hung: boolean): void {
  const { clock, settings } = state;
  const now = clock.elapsed();
  if (id === "") {
    if (state.marks.length === 0) state.marks.push({ after: state.added + 1, change: changes[0]! });
    clock.after(settings.retryEvery, () => {
      state.marks = state.marks.map((mark) => ({ ...mark, after: 0 }));
      wake(state);
    });
    return;
  }
  const newer = state.waiting.get(id);
  if (newer !== undefined) {
    state.waiting.delete(id);
    state.taken += 1;
    for (const step of newer.steps) merge(state, waiting, step);
  }
  if (waiting.failures === 0) waiting.failedAt = now;
  waiting.failures += 1;
  waiting.hung = hung;
  // One at which the taker hangs costs all others its patience; to throw costs little.
  const isQuick = !hung && now - waiting.failedAt < settings.retryFor;
  const rarer = Math.min(60_000, 500 * 2 ** Math.min(waiting.failures, 20));
  waiting.notBefore = now + (isQuick ? settings.retryEvery : rarer);
  state.poisoned.set(id, waiting);
}

/** A taker that hung and came back is fit again: what it hung at is tried at once. */
function cameBack(state: State): void {
  for (const waiting of state.poisoned.values()) if (waiting.hung) waiting.notBefore = state.clock.elapsed();
  wake(state);
}

function scheduleRetry(state: State): void {
  if (state.poisoned.size === 0 || state.signal.aborted) return;
  const first = Math.min(...[...state.poisoned.values()].map(({ notBefore }) => notBefore));
  const next = state.failing ? Math.max(first, state.nextTry) : first;
  state.clock.after(Math.max(1, next - state.clock.elapsed()), () => wake(state));
}
