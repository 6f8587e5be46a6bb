/** When events were lost is told alike, in whatever order the records come. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTally } from "./tally.ts";

const container = { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app" };
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();

interface Heard {
  readonly minute: number;
  readonly lost: boolean;
}

function lossesOf(records: readonly Heard[]): string {
  const tally = createTally({ sensor: "test", provenance: "n", sight: { exec: "whole" } });
  for (const { minute, lost } of records) {
    if (lost) {
      tally.drop(1, at(minute));
      tally.hear(at(minute));
    } else
      tally.add({
        container,
        pod: "web",
        time: at(minute),
        detail: { kind: "exec", path: "/a", args: [] },
        trust: "kernel",
      });
  }
  return JSON.stringify(tally.result().watches[0]?.losses ?? []);
}

test("events were lost between the last sign before and the word of it", () => {
  const records = [1, 2, 3].map((minute) => ({ minute, lost: false }));
  const expected = JSON.stringify([{ from: at(3), to: at(5) }]);
  const lost = { minute: 5, lost: true };
  expect(lossesOf([...records, lost])).toBe(expected);
  expect(lossesOf([lost, ...records.toReversed()])).toBe(expected);
  expect(lossesOf([records[0]!, lost, records[2]!, records[1]!])).toBe(expected);
});

test("the order makes no difference", () => {
  const record = fc.record({ minute: fc.nat(20), lost: fc.boolean() });
  const list = fc.uniqueArray(record, { selector: ({ minute }) => minute, minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(
      list.chain((records) =>
        fc.tuple(
          fc.constant(records),
          fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length }),
        ),
      ),
      ([records, other]) => {
        expect(lossesOf(other)).toBe(lossesOf(records));
      },
    ),
  );
});
