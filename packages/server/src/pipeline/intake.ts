/** Takes in what the watch and the agents handed over. */
import type { Change as Handed } from "@plimsoll/cluster";
import type { Change } from "@plimsoll/core";
import { dropOutlived } from "./forgetting.ts";
import { scannedPrefix } from "./given.ts";
import { isUnweighed, snapshotOf, type State } from "./state.ts";

/**
 * Takes changes in. An object that came and goes again before it was judged stays for this once: a pod that lived for
 * three seconds is judged like any other, and its history is kept.
 */
export function applyQueue(state: State): readonly Handed[] {
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
    writer?.draft.causes.set(handed, applied.change);
  }
  state.queue = later;
  return taken;
}

function forget(state: State): void {
  const { toForget, forgetting, sightings, present, given, options } = state;
  if (toForget === undefined) return;
  state.toForget = undefined;
  if (toForget.upTo !== undefined) forgetting.forget(sightings, present, toForget.upTo);
  forgetting.forgetImages(given, snapshotOf(state), options.settings().retention.historyDays);
}

/** Takes in what was observed since, and what is forgotten of it. True where anything of it is new. */
export function joinObserved(state: State): boolean {
  const before = state.sightings.seen();
  const { observed, sightings, writer, present } = state;
  if (writer !== undefined) {
    state.observed = [];
    for (const { batch, images } of observed) {
      sightings.join(batch, writer.sequence + 1);
      for (const image of images) state.given.put(image);
    }
    writer.observers.push(...observed);
    const isScanned = observed.some(({ images }) => images.some(({ key }) => key.startsWith(scannedPrefix)));
    if (isScanned) dropOutlived(state.given, present.records());
    forget(state);
  }
  return sightings.seen() !== before;
}

/** What was seen since it was last judged by it, as a change to judge. */
export function weighed(state: State): readonly Change[] {
  if (!isUnweighed(state)) return [];
  state.taken = state.sightings.seen();
  return [{ op: "observations", ...state.taken }];
}
