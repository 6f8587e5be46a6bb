/**
 * Live change as server-sent events, one for each batch: what the asker may see of it, under the batch's sequence as id.
 * Whoever comes back with `Last-Event-ID` is told what was missed, or to read anew where that cannot be told. Detections
 * are events of their own, without an id: whoever comes back is told all that stand, each by its key.
 */
import { Type } from "typebox";
import { pause, type Clock } from "@plimsoll/cluster";
import type { HistoryEntry } from "../store/store.ts";
import { historyShape, seenBy } from "./findings.ts";
import type { Context } from "./route.ts";
import { placeOf } from "./profiles.ts";
import { placeOfId, type Eyes } from "./sight.ts";

export const eventShape = Type.Object({
  sequence: Type.Integer(),
  at: Type.Integer(),
  changes: Type.Array(historyShape),
});

export interface Stream {
  /** Resolves once the reader has taken it; rejects once the reader is gone. */
  readonly write: (text: string) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Watcher {
  readonly eyes: Eyes;
  /** Throws once the credential or the rights it was opened with do not hold any more. */
  readonly stillMay: () => Promise<void>;
  /** Sequence after which to begin; `undefined`: from now on. */
  readonly after: number | undefined;
}

/** Entries of one read; a batch with more is not told one by one. */
const most = 5_000;
const recheck = 5_000;
const heartbeat = 15_000;

export async function streamEvents(context: Context, watcher: Watcher, stream: Stream): Promise<void> {
  const { clock, feed, store, cluster } = context;
  const held = (await store.standing(cluster))?.sequence ?? 0;
  let { after } = watcher;
  await stream.write(`retry: 1000\n\n`);
  // A sequence that was never given: the store was begun anew meanwhile.
  if (after === undefined || after > held) {
    if (after !== undefined) await stream.write(reset(held));
    after = held;
  }
  feed.committed(Math.max(feed.sequence(), held));
  const ended = new AbortController();
  const checks = watch(clock, watcher, stream, ended);
  let spoke = clock.elapsed();
  const known = new Map(watcher.after === undefined ? detectionsIn(context) : []);
  try {
    while (!stream.signal.aborted && !ended.signal.aborted) {
      const { text, sequence } = await tell(context, watcher.eyes, after);
      const happened = await newIn(context, watcher.eyes, known);
      if (ended.signal.aborted) break;
      const all = text + happened;
      if (all !== "") await stream.write(all);
      if (all !== "") spoke = clock.elapsed();
      if (sequence > after) {
        after = sequence;
        continue;
      }
      if (clock.elapsed() - spoke >= heartbeat) {
        await stream.write(": here\n\n");
        spoke = clock.elapsed();
      }
      await feed.next(after, 1_000, AbortSignal.any([stream.signal, ended.signal]));
    }
  } finally {
    ended.abort();
    await checks;
  }
}

/** Rights may be taken away while a stream is open: then it ends. */
async function watch(clock: Clock, watcher: Watcher, stream: Stream, ended: AbortController): Promise<void> {
  const either = AbortSignal.any([stream.signal, ended.signal]);
  while (!either.aborted) {
    await pause(clock, recheck, either);
    if (either.aborted) return;
    try {
      await watcher.stillMay();
    } catch {
      ended.abort(); // whatever the reason: it may not go on
    }
  }
}

interface Told {
  readonly text: string;
  readonly sequence: number;
}

/** What came after a sequence: whole batches only. */
async function tell({ store, cluster }: Context, eyes: Eyes, after: number): Promise<Told> {
  const held = (await store.standing(cluster))?.sequence ?? 0;
  if (held < after) return { text: reset(held), sequence: after };
  if (held === after) return { text: "", sequence: after };
  const entries = await store.historySince(cluster, after, most);
  if (entries.length === most) return { text: reset(held), sequence: held };
  const places = entries.flatMap(({ id, by }) => [placeOfId(id) ?? [], by ?? []].flat());
  const sees = await eyes.seen(places);
  const batches = new Map<number, HistoryEntry[]>();
  for (const entry of entries) {
    const place = placeOfId(entry.id);
    if (place === undefined || !sees(place)) continue;
    batches.set(entry.sequence, [...(batches.get(entry.sequence) ?? []), entry]);
  }
  const texts = [...batches].map(([sequence, list]) => {
    const data = { sequence, at: list[0]!.at, changes: list.map((entry) => seenBy(entry, sees)) };
    return `id: ${sequence}\nevent: changes\ndata: ${JSON.stringify(data)}\n\n`;
  });
  // Batches that say nothing to this asker move the place from which to go on all the same.
  const last = Math.max(held, entries.at(-1)?.sequence ?? 0);
  if (texts.length > 0 && !batches.has(last)) texts.push(`id: ${last}\ndata:\n\n`);
  return { text: texts.join(""), sequence: last };
}

/** By key, as JSON. */
function detectionsIn({ pipeline }: Context): readonly (readonly [key: string, text: string])[] {
  return pipeline.detections().map((report) => [report.key, JSON.stringify(report)]);
}

/** What happened and should not that was not told before, or is told otherwise now; `known` is brought up to date. */
async function newIn(context: Context, eyes: Eyes, known: Map<string, string>): Promise<string> {
  const { pipeline, feed } = context;
  const fresh = pipeline.detections().filter((report) => known.get(report.key) !== JSON.stringify(report));
  if (fresh.length === 0) return "";
  const sees = await eyes.seen(fresh.map(({ container }) => placeOf(container)));
  for (const report of fresh) known.set(report.key, JSON.stringify(report));
  const detections = fresh.filter(({ container }) => sees(placeOf(container)));
  if (detections.length === 0) return "";
  return `event: detections\ndata: ${JSON.stringify({ sequence: feed.sequence(), detections })}\n\n`;
}

/** Too much was missed to be told: read the lists anew. */
function reset(sequence: number): string {
  return `id: ${sequence}\nevent: reset\ndata: {"sequence":${sequence}}\n\n`;
}
