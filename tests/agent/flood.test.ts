/** What a hostile container throws at the agent: programs as quickly as they go, huge arguments, names that are no names. */
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { detectionsOf, type ContainerKey } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { afterAll, expect, test } from "vitest";
import { work } from "./box.ts";
import { boxesOfTests } from "./boxes.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-flood-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { box: open, begin } = boxesOfTests();

const each = 2_500;

test("case 106: 10,000 programs as quickly as they go, four at a time: each is told or counted as lost", async () => {
  const boxes = [open(), open(), open(), open()];
  const looking = begin(boxes);
  const began = Date.now();
  await Promise.all(boxes.map((box) => box.run(work, "flood", work, String(each))));
  const seconds = (Date.now() - began) / 1_000;
  await looking.settle();
  const { told, lost } = looking.counts("exec");
  const received = looking.told.filter(({ record }) => record.kind === "exec");
  console.log(`${Math.round((each * 4) / seconds)} programs a second, ${lost} lost`);
  expect(received.length).toBe(told);
  // Each box's own way in: its shell, `unshare` and the flood itself.
  const floods = received.filter(({ record }) => record.kind === "exec" && record.arguments[1] === "still");
  expect(floods.length + lost).toBeGreaterThanOrEqual(each * 4);
  expect(told + lost).toBe(each * 4 + 4 * 2);
  const longest = Math.max(
    ...floods.map(({ record }) => (record.kind === "exec" ? record.arguments.join("").length : 0)),
  );
  expect(longest).toBeGreaterThan(900);
  expect(longest).toBeLessThanOrEqual(1_024);
});

test("case 107: a stall under the flood: what found no room is counted, exactly", async () => {
  const box = open();
  const looking = begin([box], 0);
  await box.run(work, "flood", work, "10000");
  const { told, lost } = looking.counts("exec");
  expect(lost).toBeGreaterThan(0);
  expect(told + lost).toBe(10_000 + 2);
  await looking.settle();
  expect(looking.told.filter(({ record }) => record.kind === "exec")).toHaveLength(told);
});

test("case 107: what was learned before a loss stays learned, and what is new after it is told", async () => {
  const looking = begin(undefined, 0);
  const box = open();
  const script = `${work} flood ${work} 10; sleep 5; ${work} flood ${work} 10000; exec /usr/bin/id`;
  const done = box.run("/bin/sh", "-c", script);
  await wait(4_000); // it is learned for three
  await looking.settle();
  while (looking.sensor.lost() === 0) await wait(10); // nobody drains the ring meanwhile
  await looking.settle();
  await done;
  await looking.settle();
  const { observations, watches } = looking.seen();
  const isOurs = ({ container }: { readonly container: ContainerKey }): boolean =>
    box.id.startsWith(container.workload);
  const seen = { observations: observations.filter(isOurs), watches: watches.filter(isOurs) };
  expect(seen.watches.map(({ losses = [], fromStart }) => [losses.length, fromStart])).toEqual([[1, true]]);
  const rule = library.detections?.find(({ id }) => id === "unexpected-process");
  const { detections } = detectionsOf(seen, [rule!], { learningTime: 3_000 });
  const told = detections.filter(({ program }) => program !== work).map(({ message }) => message);
  expect(told).toEqual([
    expect.stringMatching(/: \/usr\/bin\/id.*; events were lost at .* UTC, so it may have begun earlier$/),
  ]);
});

test("case 106: a program of an unprintable name is told by that name, in one record", async () => {
  const odd = join(folder, "a\u001b[31mred\nkind=forged");
  copyFileSync(work, odd);
  chmodSync(odd, 0o755);
  const box = open();
  const looking = begin([box]);
  await box.run(odd, "names-nothing");
  await wait(100);
  await looking.settle();
  const paths = looking.told.flatMap(({ record }) => (record.kind === "exec" ? [record.path] : []));
  expect(paths.filter((path) => path === odd)).toHaveLength(1);
  expect(looking.sensor.lost()).toBe(0);
});
