/** What every engine must do to delete what settings no longer keep, by a clock that can be wrong. */
import { expect, test } from "vitest";
import type { Store } from "@plimsoll/server";
import { indexes, makeBatch, makeResult, makeScore, makeWorld } from "./make.ts";
import { day, minute, putRecord, putResult, start } from "./make.ts";

export function retentions(store: () => Store, setNow: (at: number) => void): void {
  test("months of retention keep each exact day, one state a day before, and nothing current is lost", async () => {
    let sequence = 0;
    const half = day / 2;
    await store().commit(
      makeBatch((sequence += 1), { at: start, parts: [putRecord(0)], world: makeWorld(start) }),
    );
    for (const turn of indexes(120, 1)) {
      const at = start + turn * half;
      const results = [putResult(1, { because: `Turn ${turn}.` })];
      const scores = [makeScore(turn % 10)];
      await store().commit(makeBatch((sequence += 1), { at, parts: [putRecord(1, turn)], results, scores }));
      setNow(at);
      await store().retain({ historyDays: 30, exactDays: 7, dailySnapshots: 14 });
      if (turn % 20 === 0) expect(await store().verify()).toEqual([]);
    }
    const end = start + 120 * half;
    const at = async (days: number) => store().snapshotAt("one", end - days * day);
    const replicas = async (days: number): Promise<unknown> =>
      (await at(days))?.snapshot.resources.map(
        ({ resource }) => (resource["spec"] as { replicas: number }).replicas,
      );
    expect(await replicas(0)).toEqual([1, 120].sort());
    expect(await replicas(6.5)).toEqual([1, 107]);
    expect(await at(6.5)).toMatchObject({ exact: true });
    expect(await replicas(10)).toEqual([1, 99]); // turn 100 was at midnight and not its day's last
    expect(await at(10)).toMatchObject({ exact: false });
    expect(await at(40)).toBeUndefined();
    const history = await store().history("one", makeResult(1).id);
    expect(history.every((entry) => entry.at >= end - 30 * day)).toBe(true);
    expect(history).toHaveLength(61);
    expect(await store().finding("one", makeResult(1).id)).toMatchObject({ firstSeen: start + half });
  });
  const retention = { historyDays: 30, exactDays: 7, dailySnapshots: 14 };
  const nothing = { history: 0, scores: 0, versions: 0, deliveries: 0, batches: 0 };
  /** Four days, each with a change, a score and a notice that was delivered; the clock is right. */
  const fourDays = async (): Promise<void> => {
    for (const turn of indexes(4, 1)) await oneDay(turn, start + turn * day);
  };
  const oneDay = async (sequence: number, at: number): Promise<void> => {
    setNow(at);
    const results = [putResult(1, { because: `Day ${sequence}.` })];
    const notices = [{ channel: "chat", dedup: `${sequence}`, cluster: "one", body: {} }];
    const parts = [putRecord(1, sequence)];
    const scores = [makeScore(sequence)];
    const world = makeWorld(at);
    await store().commit(makeBatch(sequence, { at, parts, results, scores, notices, world }));
    await store().outbox.delivered((await store().outbox.claim("chat", 9, 1_000)).map(({ id }) => id));
    await store().retain(retention);
  };
  const all = async () => ({
    history: (await store().history("one", makeResult(1).id)).length,
    scores: (await store().scores("one", { from: 0, to: Number.MAX_SAFE_INTEGER })).length,
    delivered: (await store().outbox.counts()).delivered,
    third: (await store().snapshotAt("one", start + 3 * day))?.exact,
  });
  const whole = { history: 4, scores: 4, delivered: 4, third: true };
  test("D5: a clock a year ahead costs nothing until it has held, and nothing once it is put right", async () => {
    await fourDays();
    setNow(start + 370 * day);
    for (const look of indexes(23)) {
      setNow(start + 370 * day + look * 60 * minute);
      expect(await store().retain(retention)).toEqual({ ...nothing, ahead: 366 * day + look * 60 * minute });
    }
    expect(await all()).toEqual(whole);
    setNow(start + 4 * day + 60 * minute);
    expect(await store().retain(retention)).toEqual(nothing);
    expect(await all()).toEqual(whole);
    setNow(start + 370 * day);
    expect(await store().retain(retention)).toMatchObject({ ahead: 366 * day - 60 * minute });
    expect(await store().verify()).toEqual([]);
  });
  test("D5: a clock set back and forth by an hour, a day and past 2038 costs nothing and reorders nothing", async () => {
    const steps = [0, 60 * minute, -60 * minute, day, -day, 5_000 * day, -400 * day];
    await store().commit(makeBatch(1, { at: start, world: makeWorld(start) }));
    const ids: string[] = [];
    for (const turn of indexes(48)) {
      // Now right, now wrong for some hours, by each of them in turn.
      const step = steps[Math.floor(turn / 4) % steps.length]!;
      const at = start + turn * 60 * minute + step;
      setNow(at);
      const put = putResult(turn);
      ids.push(put.id);
      const notices = [{ channel: "chat", dedup: `${turn}`, cluster: "one", body: {} }];
      await store().commit(makeBatch(turn + 2, { at, results: [put], notices }));
      // Whatever the clock says, what is due now is handed out now, once.
      const due = await store().outbox.claim("chat", 9, 1_000);
      expect([turn, due.map(({ dedup }) => dedup)]).toEqual([turn, [`${turn}`]]);
      await store().outbox.delivered(due.map(({ id }) => id));
      expect(await store().retain(retention)).toMatchObject(nothing);
    }
    const told = await store().historySince("one", 0, 1_000);
    expect(told.map(({ id, kind }) => [id, kind])).toEqual(ids.map((id) => [id, "opened"]));
    expect((await store().outbox.counts()).delivered).toBe(48);
    expect((await store().standing("one"))?.sequence).toBe(49);
    expect(await store().verify()).toEqual([]);
  });
  test("D5: a clock that went on and holds is believed, as after a year without the service", async () => {
    await fourDays();
    setNow(start + 370 * day);
    for (const _ of indexes(23)) expect(await store().retain(retention)).toHaveProperty("ahead");
    const kept = await store().retain(retention);
    expect(kept).toMatchObject({ history: 4, scores: 3, deliveries: 4, batches: 3 });
    expect(kept).not.toHaveProperty("ahead");
    expect(await store().finding("one", makeResult(1).id)).toMatchObject({ firstSeen: start + day });
    expect(await store().verify()).toEqual([]);
  });
  test("what was told longer ago than history is kept is known by the order of batches, whatever the clock said", async () => {
    const told = async (sequence: number, at: number) => {
      await store().commit(makeBatch(sequence, { at, parts: [putRecord(1, sequence)] }));
      setNow(at);
      return (await store().retain(retention)).told?.["one"];
    };
    await store().commit(makeBatch(1, { at: start, parts: [putRecord(0)], world: makeWorld(start) }));
    for (const turn of indexes(30, 2)) expect(await told(turn, start + (turn - 2) * day)).toBeUndefined();
    // A year ahead for an hour, a year behind for an hour: neither makes anything older or younger.
    expect(await told(32, start + 400 * day)).toBeUndefined();
    expect(await told(33, start - 300 * day)).toBeUndefined();
    expect(await told(34, start + 30 * day + minute)).toBeUndefined();
    for (const _ of indexes(22)) await store().retain(retention);
    expect((await store().retain(retention)).told).toEqual({ one: 2 });
    expect(await told(35, start + 31 * day + minute)).toBe(3);
    expect((await store().parts("one", "resource")).map(({ began }) => began)).toEqual([1, 35]);
    expect(await store().verify()).toEqual([]);
  });
  test("D5: what was written by a clock a year behind, or a year ahead, goes with what was written around it", async () => {
    await fourDays();
    await oneDay(5, start - 360 * day);
    await oneDay(6, start + 370 * day);
    await oneDay(7, start + 7 * day);
    const seven = { history: 7, scores: 7, delivered: 7 };
    expect(await all()).toMatchObject(seven);
    for (const turn of indexes(26, 8)) {
      setNow(start + turn * day);
      await store().retain(retention);
    }
    // Day 33: the first two are more than thirty days old, and nothing else is.
    expect(await all()).toMatchObject({ history: 5, scores: 6 });
    for (const turn of indexes(6, 34)) {
      setNow(start + turn * day);
      await store().retain(retention);
    }
    expect(await all()).toMatchObject({ history: 0, scores: 1 });
    expect(await store().verify()).toEqual([]);
  });
}
