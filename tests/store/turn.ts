/** Batches that each say the same of twenty findings, and what a store must hold after one of them: it or nothing. */
import type { Batch, Store } from "@plimsoll/server";
import { putRecord, putResult, start } from "./make.ts";

const twenty = Array.from({ length: 20 }, (_, index) => index);

export function turnOf(sequence: number): Batch {
  return {
    cluster: "c",
    sequence,
    term: 1,
    at: start + sequence,
    results: twenty.map((index) => putResult(index, { because: `turn ${sequence}` })),
    parts: twenty.map((index) => putRecord(index, 1, sequence)),
    notices: [{ channel: "hook", cluster: "c", dedup: String(sequence), body: { sequence } }],
  };
}

/** What is wrong with a store that acknowledged so many turns; nothing where it holds those, and none by halves. */
export async function wrongAfter(store: Store, acknowledged: number): Promise<readonly string[]> {
  const { losses } = await store.health();
  const sequence = (await store.standing("c"))?.sequence ?? 0;
  const { items } = await store.findings({ limit: 500 });
  const told = [...new Set(items.map(({ result }) => result.because))].join();
  const { waiting } = await store.outbox.counts();
  return [
    ...(losses.length === 0 ? [] : [`losses: ${losses.map(({ because }) => because).join("; ")}`]),
    ...(sequence >= acknowledged ? [] : [`${acknowledged} acknowledged, ${sequence} there`]),
    ...(told === (sequence === 0 ? "" : `turn ${sequence}`) ? [] : [`${told} at ${sequence}`]),
    ...(items.length === (sequence === 0 ? 0 : 20) ? [] : [`${items.length} findings`]),
    ...(waiting === sequence ? [] : [`${waiting} notices at ${sequence}`]),
  ];
}
