/** Writes to the store what was judged, one batch after another, and knows whether it still may. */
import { joinTurns, type ResultTurn } from "@plimsoll/core";
import type { Batch } from "../store/batch.ts";
import { createDraft, draw, drawWhole, type Sources, type Standpoint } from "./draft.ts";
import { reportNow } from "./asking.ts";
import { joinObserved, weighed } from "./intake.ts";
import { actedIn, storedSaid } from "./said.ts";
import { storedSeen } from "./seen.ts";
import { storedImages } from "./given.ts";
import { storedTold } from "./told.ts";
import { ObserveError } from "./shape.ts";
import { headerOf, type State, type Writer } from "./state.ts";

export async function tell(state: State, turned: readonly ResultTurn[]): Promise<void> {
  const { writer, untold } = state;
  state.untold = [];
  if (writer === undefined) return;
  const results = untold.length === 0 ? turned : joinTurns([...untold, ...turned]);
  const batch = draw(writer.draft, sourcesOf(state, writer), results, standpointOf(state, writer));
  await hand(state, writer, batch);
}

export async function hand(state: State, writer: Writer, batch: Batch | undefined): Promise<void> {
  if (batch === undefined) return acknowledge(writer);
  writer.inflight = batch;
  await send(state, writer, batch);
}

/** Begins to write: with all there is, so everything is judged first. */
export async function adopt(state: State, term: number): Promise<void> {
  const { options, sightings } = state;
  const { store, cluster } = options;
  const standing = await store.standing(cluster);
  sightings.restore(await storedSeen(store, cluster));
  const images = await storedImages(store, cluster);
  for (const each of images) if (!state.given.has(each.key)) state.given.put(each);
  const held = await storedSaid(store, cluster);
  const told = await storedTold(store, cluster);
  joinObserved(state);
  const seen = weighed(state);
  if (seen.length + images.length > 0) {
    state.revision += 1;
    state.judge!.take(seen, headerOf(state), options.settings());
  }
  // All results are written once, with their places.
  await reportNow(state);
  if (state.term !== term) return;
  const writer: Writer = {
    // Leases can be made anew and count from one again; a store remembers.
    term: Math.max(term, (standing?.term ?? 0) + 1),
    sequence: standing?.sequence ?? 0,
    first: standing === undefined,
    draft: createDraft(told),
    inflight: undefined,
    observers: [],
  };
  // Nothing between this and the batch gives way: what is told is what is judged.
  state.writer = writer;
  state.undetected = true;
  state.judge!.settle();
  state.pending = false;
  state.unplaced = false;
  state.findings = state.revision;
  state.untold = [];
  const sources = sourcesOf(state, writer);
  writer.draft.acted = actedIn(state.outline!);
  await hand(state, writer, drawWhole(writer.draft, sources, held, standpointOf(state, writer)));
}

export async function send(state: State, writer: Writer, batch: Batch): Promise<void> {
  const { options } = state;
  const { sequence } = await options.store.commit(batch);
  writer.inflight = undefined;
  writer.sequence = sequence;
  writer.first = false;
  state.committed += 1;
  state.committedAt = options.clock.now();
  state.trouble = undefined;
  acknowledge(writer);
  options.onCommitted(sequence);
}

export function sourcesOf(state: State, { first }: Writer): Sources {
  const detections = detectionsOf(state);
  const { present, sightings, given, judge, options } = state;
  const at = options.clock.now();
  return {
    present,
    sightings,
    given,
    judge: judge!,
    header: headerOf(state),
    detections,
    noticesOf: (turns, fresh) => [...options.noticesOf(turns, first, at), ...options.alarmsOf(fresh, at)],
  };
}

/** Anew where something was seen or settings changed; what else it depends on, like what a workload may do, waits for a report. */
function detectionsOf(state: State): Sources["detections"] {
  if (!state.undetected) return undefined;
  state.undetected = false;
  return (state.detections = state.judge!.detections(state.sightings.seen()) ?? []);
}

export function standpointOf({ options }: State, { sequence, term }: Writer): Standpoint {
  return { cluster: options.cluster, sequence: sequence + 1, term, at: options.clock.now() };
}

function acknowledge(writer: Writer): void {
  const { observers } = writer;
  writer.observers = [];
  for (const { resolve } of observers) resolve();
}

/** It does not write any more: what was not acknowledged is for whoever leads. */
export function stepDown(state: State): void {
  const waiting = [...(state.writer?.observers ?? []), ...state.observed];
  state.writer = undefined;
  state.observed = [];
  for (const { reject } of waiting) reject(new ObserveError("this replica does not lead any more"));
}

/** Another has written meanwhile: what is known of the store is not true any more. */
export function settleAfter(state: State, error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : "";
  // Not the store's doing: what the batch was to hold is not known any more, and all is told anew.
  if (state.writer?.inflight === undefined) {
    state.observed.unshift(...(state.writer?.observers ?? []));
    state.writer = undefined;
  }
  if (code === "conflict" || code === "out-of-order") stepDown(state);
}
