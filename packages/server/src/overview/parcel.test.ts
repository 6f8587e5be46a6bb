import type { Observation, Seen } from "@plimsoll/core";
import { expect, test } from "vitest";
import { createReceiver, createSender, type Sent } from "./parcel.ts";

const saw = (path: string): Observation => ({
  container: { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" },
  detail: { kind: "library", path },
  sensor: "test",
  trust: "kernel",
  support: [
    {
      pod: "web-1",
      provenance: "node",
      first: "2026-01-01T00:00:00Z",
      last: "2026-01-01T00:00:00Z",
      count: 1,
    },
  ],
});

const [a, b, c, d] = ["/a", "/b", "/c", "/d"].map(saw) as [
  Observation,
  Observation,
  Observation,
  Observation,
];
const seen = (observations: readonly Observation[]): Seen => ({ observations, watches: [], detections: [] });

/** Across the border between threads nothing is the same object any more. */
function crossed(lists: readonly (readonly Observation[])[]) {
  const [send, receive] = [createSender(), createReceiver()];
  return lists.map((list) => {
    const sent = send({ op: "observations", ...seen(list) });
    const copy = structuredClone(sent);
    return { sent, received: receive(copy) };
  });
}

test("what comes out is what went in, whatever came, went or changed its place", () => {
  const lists = [[], [a, b], [a, b, c], [b, c], [c, d, b], [d, d, a], [], [a]];
  for (const [index, { received }] of crossed(lists).entries())
    expect(received).toEqual({ op: "observations", ...seen(lists[index]!) });
});

test("what was sent before is not copied again, and stays the same object on the other side", () => {
  const [first, second] = crossed([
    [a, b, c],
    [a, d, b, c],
  ]);
  expect(entriesIn(first!.sent)).toBe(3);
  expect(entriesIn(second!.sent)).toBe(1);
  const [before, after] = [first!, second!].map(({ received }) => received as { op: "observations" } & Seen);
  expect(after!.observations[0]).toBe(before!.observations[0]);
  expect(after!.observations.slice(2)).toEqual(before!.observations.slice(1));
  expect(after!.observations[3]).toBe(before!.observations[2]);
});

function entriesIn(sent: Sent): number {
  if (sent.op !== "parcel") throw new Error(sent.op);
  return sent.parcel.observations.filter((piece) => "entry" in piece).length;
}

test("any other change crosses as it is", () => {
  const change = { op: "time", at: "2026-01-01T00:00:00Z" } as const;
  expect(createReceiver()(createSender()(change))).toBe(change);
});
