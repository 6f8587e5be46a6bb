/** What is told of a limit: the figure, its replicas, the limit that would do; and whose peak is nobody's ordinary work. */
import { expect, test } from "vitest";
import { observationKinds, type Peaks, type Watch } from "../../model/observation.ts";
import type { EditVerdict } from "../../model/verdict.ts";
import { judged } from "../fixtures/field-example.ts";
import type { FieldExample } from "./field.ts";
import { amountOf } from "./limit.ts";

const mebibyte = 1_048_576;
const memory = (limit: string): FieldExample["after"] => ({
  container: { resources: { limits: { memory: limit } } },
});
const hungry: Peaks = { memoryBytes: 90 * mebibyte, unreclaimableBytes: 83 * mebibyte };

test.each([
  ["1Gi", 2 ** 30],
  ["1.5Mi", 1.5 * mebibyte],
  ["100M", 1e8],
  [268435456, 268435456],
  ["250m", 0.25],
  [0.5, 0.5],
  ["much", undefined],
  [undefined, undefined],
])("%s is %s", (value, amount) => {
  if (amount === undefined) expect(amountOf(value)).toBeUndefined();
  else expect(amountOf(value)).toBeCloseTo(amount, 9);
});

test("a limit under what is held names the figure and its replicas, and is mended to the peak and a fifth", () => {
  const verdict = judged({ name: "", after: memory("32Mi"), peaks: hungry });
  expect(verdict.verdict).toBe("repaired");
  expect(verdict.text).toContain(
    "It was measured to hold more memory than it may use (container app): holds 83 MiB that the kernel cannot take back (last 2026-01-03; 2 of 2 replicas); the patch adds a limit of 108Mi in its place.",
  );
  expect(verdict.repair).toEqual([
    { op: "replace", path: "/spec/template/spec/containers/0/resources/limits/memory", value: "108Mi" },
  ]);
  expect(verdict.fields[0]!.witnesses).toEqual([
    {
      text: "holds 83 MiB that the kernel cannot take back",
      replicas: 2,
      replicasWatched: 2,
      first: "2026-01-01T00:00:00Z",
      last: "2026-01-03T00:00:00Z",
      sensors: ["test"],
      flags: [],
    },
  ]);
});

test.each([
  ["100Mi", "breaks", []],
  ["200Mi", "repaired", ["108Mi"]],
] as const)(
  "under a limit of %s what would do is no more than that, or no repair",
  (limit, expected, values) => {
    const { verdict, repair } = judged({
      name: "",
      before: memory(limit),
      after: memory("32Mi"),
      peaks: hungry,
    });
    expect(verdict).toBe(expected);
    expect(repair.map((operation) => "value" in operation && operation.value)).toEqual(values);
  },
);

test("a limit that holds the peak tells the peak, the time and the replicas", () => {
  const { verdict, text } = judged({ name: "", after: memory("128Mi"), peaks: hungry });
  expect(verdict).toBe("clear");
  expect(text).toContain(
    "It was measured to use 90 MiB of memory at most, page cache included, and may use 128Mi (container app). What it asks for finds room as requests stand now: the nodes, for 128Mi memory a pod. Nothing seen in 2 days would have been refused (0 behaviours, 2 of 2 replicas, from start-up).",
  );
});

const day = [{ from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" }];

function watches(count: number, changes: Partial<Watch>): readonly Watch[] {
  return Array.from({ length: count }, (_, at) => ({
    container: { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" },
    pod: `web-${at + 1}`,
    sensor: "test",
    provenance: "node",
    watched: day,
    heard: day,
    fromStart: true,
    sight: Object.fromEntries(observationKinds.map((kind) => [kind, "whole" as const])),
    events: {},
    drops: 0,
    ...changes,
  }));
}

const limited = (limit: string, list: readonly Watch[]): EditVerdict =>
  judged({ name: "", after: memory(limit) }, { watches: list });

test("the peak of one replica in forty is nobody's ordinary work: it breaks, with its flag, and repairs nothing", () => {
  const [first, ...others] = watches(40, {
    peaks: { memoryBytes: 9 * mebibyte, unreclaimableBytes: mebibyte },
  });
  const { verdict, text } = limited("32Mi", [{ ...first!, peaks: hungry }, ...others]);
  expect(verdict).toBe("breaks");
  expect(text).toContain("1 of 40 replicas; only 1 of 40 replicas did");
});

test("too little time breaks nothing clear and clears nothing", () => {
  const hour = [{ from: "2026-01-02T23:00:00Z", to: "2026-01-03T00:00:00Z" }];
  const short = watches(2, { peaks: hungry, watched: hour, heard: hour });
  expect(limited("128Mi", short)).toMatchObject({
    verdict: "unknown",
    text: /1 hour seen, of at least 1 day/,
  });
  expect(limited("32Mi", short).verdict).toBe("breaks");
});

test("a watch that measured nothing says so, and how to have it measured", () => {
  const { verdict, text } = limited("128Mi", watches(2, {}));
  expect(verdict).toBe("unknown");
  expect(text).toContain(
    "peaks of memory: test did not measure them (let an agent of this version watch it)",
  );
});

test("a request that finds no room beside a limit that holds breaks, and the limit's own words go", () => {
  const resources = { limits: { memory: "128Mi", cpu: "9" }, requests: { memory: "64Mi" } };
  const peaks = { ...hungry, cpuMillicores: 50, cpuSeconds: 5, throttledPeriods: 0 };
  const { verdict, text } = judged({ name: "", after: { container: { resources } }, peaks });
  expect(verdict).toBe("breaks");
  expect(text).toBe(
    "Its pods would find no node: no node is as large: node has 8 cpu allocatable, and a pod would ask for 9 cpu. The patch is withheld",
  );
});
