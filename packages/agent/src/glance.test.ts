/** What is known again at a glance is told just as if each record had been read whole. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Collector } from "./collect.ts";
import { emptyGlance, look } from "./glance.ts";
import { readRecord } from "./record.ts";

interface Made {
  readonly container: number;
  readonly process: number;
  readonly flags: number;
  readonly openFlags: number;
  readonly mode: number;
  readonly owner: number;
  readonly parentMode: number;
  readonly inode: number;
  readonly names: readonly string[];
  readonly second: number;
}

const made: fc.Arbitrary<Made> = fc.record({
  container: fc.integer({ min: 1, max: 2 }),
  process: fc.constantFrom(10, 11),
  flags: fc.constantFrom(0, 1, 2, 4, 8, 10),
  openFlags: fc.constantFrom(0, 1, 2, 0o101, 0o2000000, 0o2000002),
  mode: fc.constantFrom(0o100644, 0o100600, 0o040755, 0o010644, 0o020666),
  owner: fc.constantFrom(0, 1000),
  parentMode: fc.constantFrom(0o40755, 0o41777),
  inode: fc.constantFrom(0, 1, 2),
  names: fc.array(fc.constantFrom("a", "größe", "null", "dev", "token=hunter2hunter2", "x".repeat(300)), {
    maxLength: 4,
  }),
  second: fc.integer({ min: 0, max: 100 }),
});

/** As bpf/record.h lays it out. */
function bytesOf(record: Made): Buffer {
  const path = Buffer.from(record.names.map((name) => `${name}\0`).join(""));
  const bytes = Buffer.alloc(112 + path.length);
  bytes[0] = 3;
  bytes[1] = record.flags;
  bytes.writeUInt32LE(record.process, 4);
  bytes.writeBigUInt64LE(BigInt(record.second) * 1_000_000_000n + 123_456n, 8);
  bytes.writeBigUInt64LE(BigInt(record.container), 16);
  bytes.writeUInt16LE(path.length, 44);
  bytes.writeUInt32LE(record.process, 64);
  bytes.writeUInt32LE(record.inode, 72);
  bytes.writeUInt32LE(record.mode, 84);
  bytes.writeUInt32LE(record.owner, 88);
  bytes.writeUInt32LE(record.openFlags, 96);
  bytes.writeUInt32LE(record.parentMode, 100);
  path.copy(bytes, 112);
  return bytes;
}

function told(records: readonly Made[], glances: boolean): unknown {
  const collector = new Collector({
    bootedAt: Date.parse("2026-01-01T00:00:00Z"),
    sensor: "plimsoll",
    provenance: "node-1",
    sight: { file: "whole" },
    architecture: "x86_64",
    patience: 1_000,
    most: 10,
  });
  const glance = emptyGlance();
  let spared = 0;
  for (const each of records) {
    const bytes = bytesOf(each);
    const container = { id: String(each.container) };
    const looked = glances && look(bytes, 0, glance);
    if (looked && collector.again(container, glance)) spared += 1;
    else
      collector.take({
        record: readRecord(bytes)!,
        container,
        fromStart: true,
        ...(looked ? { glance } : {}),
      });
  }
  const key = { namespace: "", workloadKind: "Container", workload: "a", container: "a" };
  const now = Date.parse("2026-01-02T00:00:00Z");
  return { spared, seen: collector.batch(({ id }) => ({ key, pod: id }), now) };
}

test("whatever is known again at a glance is told as if it had been read", () => {
  fc.assert(
    fc.property(fc.array(made, { maxLength: 60 }), (records) => {
      expect(told(records, true)).toMatchObject({ seen: (told(records, false) as { seen: object }).seen });
    }),
    { numRuns: 300 },
  );
});

const one: Made = {
  container: 1,
  process: 10,
  flags: 2,
  openFlags: 0,
  mode: 0o100644,
  owner: 0,
  parentMode: 0o40755,
  inode: 1,
  names: ["passwd", "etc"],
  second: 1,
};

test.each([
  ["the same", {}, 1],
  ["by other flags that mean the same", { openFlags: 0o2000000 }, 1],
  ["of another inode", { inode: 2 }, 1],
  ["written", { openFlags: 1 }, 0],
  ["of another owner", { owner: 1 }, 0],
  ["of another container", { container: 2 }, 0],
  ["of an inode that nobody told", { inode: 0 }, 0],
])("a file %s is read again, or not", (_, more, spared) => {
  expect(told([one, { ...one, ...more }], true)).toMatchObject({ spared });
});

test("where no more are kept, what is new is counted and not read", () => {
  const many = Array.from({ length: 6_000 }, (_, at) => ({ ...one, names: [`f${at}`, "srv"] }));
  const [quick, whole] = [told(many, true), told(many, false)] as { spared: number; seen: object }[];
  expect(quick!.spared).toBe(1_000);
  expect(quick!.seen).toEqual(whole!.seen);
});
