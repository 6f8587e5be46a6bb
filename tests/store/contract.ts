/** What every engine must do: one suite, run on each. */
import { beforeEach, describe, expect, test } from "vitest";
import { StoreError, type FindingQuery, type Store } from "@plimsoll/server";
import { dropRecord, indexes, makeBatch, makeChange, makeResult, makeScore, makeWorld } from "./make.ts";
import { day, minute, putRecord, putResult, start } from "./make.ts";

import { images } from "./images.ts";
import { lists } from "./lists.ts";
import { retentions } from "./retention.ts";

export interface Opener {
  readonly name: string;
  /** An empty store. Its clock reads what `clock.now` says. */
  readonly open: (clock: { readonly now: () => number }) => Promise<Store>;
  /** The one that was opened last, which was closed meanwhile; absent where nothing outlives it. */
  readonly again?: (clock: { readonly now: () => number }) => Promise<Store>;
}

export function contract({ name, open, again }: Opener): void {
  describe(name, () => {
    let store: Store;
    let now = start;
    beforeEach(async () => {
      now = start;
      store = await open({ now: () => now });
      return () => store.close();
    });
    const setNow = (at: number): void => void (now = at);
    describe("commits", () => commits(() => store));
    describe("history", () => histories(() => store));
    describe("time travel", () => travels(() => store));
    describe("images", () => images(() => store, again && (() => again({ now: () => now }))));
    describe("retention", () => retentions(() => store, setNow));
    describe("outbox and documents", () => queues(() => store, setNow));
    describe("refusals", () => refusals(() => store));
  });
  describe(`${name}: lists`, () => lists(open));
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "none";
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error);
  }
};

function commits(store: () => Store): void {
  test("a batch is there when it is acknowledged, and the same one again changes nothing", async () => {
    const batch = makeBatch(1, {
      results: [putResult(1), putResult(2)],
      parts: [putRecord(1)],
      positions: { "v1/Pod": "17" },
    });
    expect(await store().commit(batch)).toEqual({ cluster: "one", sequence: 1, repeated: false, history: 2 });
    expect(await store().commit(batch)).toEqual({ cluster: "one", sequence: 1, repeated: true, history: 2 });
    const standing = {
      cluster: "one",
      sequence: 1,
      at: start + minute,
      term: 1,
      positions: { "v1/Pod": "17" },
    };
    expect(await store().standing("one")).toEqual({ ...standing, rebuild: false });
    expect(await store().standing("other")).toBeUndefined();
    expect((await store().findings({})).items.map(({ result }) => result)).toEqual([
      makeResult(1),
      makeResult(2),
    ]);
    expect(await store().verify()).toEqual([]);
  });
  test("many at once keep their order, and positions that are not named stay", async () => {
    const sent = indexes(40, 1).map((index) =>
      store().commit(
        makeBatch(index, { results: [putResult(index)], positions: { [`kind-${index % 3}`]: `${index}` } }),
      ),
    );
    expect((await Promise.all(sent)).map(({ sequence }) => sequence)).toEqual(indexes(40, 1));
    expect((await store().standing("one"))?.positions).toEqual({
      "kind-0": "39",
      "kind-1": "40",
      "kind-2": "38",
    });
    expect(await store().verify()).toEqual([]);
  });
  test("a refused batch among others leaves no trace and harms none", async () => {
    const codes = await Promise.all([
      codeOf(store().commit(makeBatch(1, { results: [putResult(1)] }))),
      codeOf(store().commit(makeBatch(5, { results: [putResult(5)] }))),
      codeOf(store().commit(makeBatch(2, { results: [putResult(2)] }))),
    ]);
    expect(codes).toEqual(["none", "out-of-order", "none"]);
    expect((await store().findings({})).items).toHaveLength(2);
    expect(await store().verify()).toEqual([]);
  });
  test("clusters do not mix", async () => {
    await store().commit(makeBatch(1, { results: [putResult(1)], parts: [putRecord(1)] }));
    await store().commit(makeBatch(1, { cluster: "two", whole: true, results: [putResult(2)] }));
    expect(await store().clusters()).toEqual(["one", "two"]);
    expect((await store().findings({ clusters: ["one"] })).items).toHaveLength(1);
    expect(await store().parts("two", "resource")).toEqual([]);
    expect(await store().parts("one", "resource")).toHaveLength(1);
  });
  test("a whole batch removes what it does not name", async () => {
    const parts = indexes(900).map((index) => putRecord(index));
    await store().commit(makeBatch(1, { results: indexes(900).map((index) => putResult(index)), parts }));
    await store().commit(makeBatch(2, { whole: true, results: [putResult(7)], parts: [putRecord(7)] }));
    expect((await store().findings({})).items.map(({ result }) => result.id)).toEqual([makeResult(7).id]);
    expect((await store().parts("one", "resource")).map(({ key }) => key)).toEqual([putRecord(7).key]);
    expect((await store().history("one", makeResult(8).id)).map(({ kind }) => kind)).toEqual([
      "opened",
      "gone",
    ]);
    expect(await store().verify()).toEqual([]);
  });
  test("texts that databases dislike come back as the writer meant them", async () => {
    const because = "100% _ ' \" \\ ; -- \u{1F6A2} \0 \ud800 \n end";
    const value = { text: "\0\ud800", list: [1e21, -0.5, null] };
    await store().commit(makeBatch(1, { results: [putResult(1, { because, value })] }));
    const found = await store().finding("one", makeResult(1).id);
    expect(found?.result.because).toBe(because);
    expect(found?.result.value).toEqual(value);
    expect((await store().findings({ search: "100% _ ' \" \\" })).items).toHaveLength(1);
    expect(await store().verify()).toEqual([]);
  });
}

function histories(store: () => Store): void {
  const id = makeResult(1).id;
  const exception = { id: "ex-1", reason: "known", owner: "sre" };
  test.each([
    ["opened", [putResult(1)], ["opened"]],
    ["the same again", [putResult(1), putResult(1)], ["opened"]],
    ["passes first", [putResult(1, { result: "pass" }), putResult(1)], ["opened"]],
    ["changed", [putResult(1), putResult(1, { because: "Otherwise." })], ["opened", "changed"]],
    ["another edit is no change of the finding", [putResult(1), putResult(1, { edit: "e" })], ["opened"]],
    ["accepted at once", [putResult(1, { exception })], ["opened", "excepted"]],
    [
      "accepted, and no longer",
      [putResult(1), putResult(1, { exception }), putResult(1)],
      ["opened", "excepted", "exception-ended"],
    ],
    [
      "fixed and back",
      [putResult(1), putResult(1, { result: "pass" }), putResult(1)],
      ["opened", "fixed", "opened"],
    ],
    ["skipped is fixed", [putResult(1), putResult(1, { result: "skip" })], ["opened", "fixed"]],
    ["unknown is not fixed", [putResult(1), putResult(1, { result: "unknown" })], ["opened", "lost"]],
    ["gone", [putResult(1), { id }], ["opened", "gone"]],
    ["gone while it passed", [putResult(1, { result: "pass" }), { id }], []],
  ] as const)("%s", async (_, steps, expected) => {
    for (const [index, step] of steps.entries())
      await store().commit(makeBatch(index + 1, { results: [step] }));
    expect((await store().history("one", id)).map(({ kind }) => kind)).toEqual(expected);
    expect(await store().verify()).toEqual([]);
  });
  test("says when, by which change and which manager", async () => {
    const by = makeChange(1, start + 5);
    await store().commit(
      makeBatch(1, { changes: [makeChange(9, 1), by], results: [putResult(1, {}, { by: 1 })] }),
    );
    const [entry] = await store().history("one", id);
    expect(entry).toMatchObject({
      kind: "opened",
      at: start + minute,
      sequence: 1,
      control: "control-1",
      by,
    });
    const seen = { cluster: "one", namespaces: [entry?.namespace ?? ""] };
    expect(await store().history("one", id, [seen])).toHaveLength(1);
    expect(await store().history("one", id, [{ ...seen, namespaces: ["other"] }])).toEqual([]);
  });
  test("first sight stays, last change moves", async () => {
    await store().commit(makeBatch(1, { results: [putResult(1)] }));
    await store().commit(makeBatch(2, { results: [putResult(1, { because: "Otherwise." })] }));
    await store().commit(makeBatch(3, { results: [putResult(1, { because: "Otherwise.", edit: "e" })] }));
    const found = await store().finding("one", id);
    expect(found).toMatchObject({ firstSeen: start + minute, lastChanged: start + 2 * minute });
    expect(found?.result.edit).toBe("e");
  });
  test("goes on after a sequence", async () => {
    for (const index of indexes(5, 1))
      await store().commit(makeBatch(index, { results: [putResult(index)] }));
    const after = await store().historySince("one", 2, 2);
    expect(after.map(({ sequence }) => sequence)).toEqual([3, 4]);
  });
}

function travels(store: () => Store): void {
  test("a snapshot of any time is what was there then", async () => {
    await store().commit(makeBatch(1, { parts: [putRecord(1), putRecord(2)], world: makeWorld(start) }));
    await store().commit(makeBatch(2, { parts: [putRecord(1, 5), dropRecord(2), putRecord(3)] }));
    await store().commit(makeBatch(3, { parts: [putRecord(2)] }));
    const names = async (at: number): Promise<readonly (string | undefined)[] | undefined> =>
      (await store().snapshotAt("one", at))?.snapshot.resources
        .map(
          ({ resource }) =>
            `${resource.metadata.name}×${(resource["spec"] as { replicas: number }).replicas}`,
        )
        .sort();
    expect(await names(start)).toBeUndefined();
    expect(await names(start + minute)).toEqual(["app-1×1", "app-2×1"]);
    expect(await names(start + 2.5 * minute)).toEqual(["app-1×5", "app-3×1"]);
    expect(await names(start + 9 * minute)).toEqual(["app-1×5", "app-2×1", "app-3×1"]);
    const past = await store().snapshotAt("one", start + minute);
    expect(past).toMatchObject({ sequence: 1, at: start + minute, exact: true, snapshot: makeWorld(start) });
  });
  test("a resource version alone makes no new version", async () => {
    await store().commit(makeBatch(1, { parts: [putRecord(1, 1, 10)], world: makeWorld(start) }));
    await store().commit(makeBatch(2, { parts: [putRecord(1, 1, 11)] }));
    expect(await store().parts("one", "resource")).toMatchObject([{ uid: "uid-1", resourceVersion: "11" }]);
    expect(await store().verify()).toEqual([]);
  });
  test("a clock that jumps changes no order", async () => {
    const times = [start, start + 365 * day, start + minute, start - 60 * minute, start + 2 * minute];
    for (const [index, at] of times.entries()) {
      await store().commit(
        makeBatch(index + 1, { at, parts: [putRecord(1, index + 1)], world: makeWorld(at) }),
      );
    }
    const sequences = [start, start + minute, start + 2 * minute, start + 400 * day];
    const found = await Promise.all(
      sequences.map(async (at) => (await store().snapshotAt("one", at))?.sequence),
    );
    expect(found).toEqual([4, 4, 5, 5]);
  });
  test("scores over time, and what held when the range began", async () => {
    for (const [index, met] of [3, 3, 5, 4].entries()) {
      await store().commit(makeBatch(index + 1, { scores: [makeScore(met), makeScore(9, "nsa")] }));
    }
    const range = { from: start + 2 * minute, to: start + 9 * minute };
    const found = await store().scores("one", range, "cis");
    expect(found.map(({ met, sequence }) => [met, sequence])).toEqual([
      [3, 1],
      [5, 3],
      [4, 4],
    ]);
    expect(await store().scores("one", range)).toHaveLength(4);
  });
}

function queues(store: () => Store, setNow: (at: number) => void): void {
  const entry = (dedup: string) => ({ channel: "chat", dedup, cluster: "one", body: { say: dedup } });
  test("entries come with their batch, once, and are hidden while they are being sent", async () => {
    const batch = makeBatch(1, { at: start, notices: [entry("a"), entry("b"), entry("a")] });
    await store().commit(batch);
    await store().commit(batch);
    expect(await store().outbox.add([entry("a"), entry("c")])).toBe(1);
    const first = await store().outbox.claim("chat", 2, 1000);
    expect(first).toMatchObject([
      { dedup: "a", attempts: 1, body: { say: "a" } },
      { dedup: "b", attempts: 1 },
    ]);
    expect(await store().outbox.claim("mail", 9, 1000)).toEqual([]);
    expect((await store().outbox.claim(undefined, 9, 1000)).map(({ dedup }) => dedup)).toEqual(["c"]);
    expect(await store().outbox.claim("chat", 9, 1000)).toEqual([]);
    setNow(start + 1000);
    expect((await store().outbox.claim("chat", 1, 1000)).map(({ attempts }) => attempts)).toEqual([2]);
    expect(await store().verify()).toEqual([]);
  });
  test("delivered ones stay known, failed ones come again, dead ones do not", async () => {
    await store().outbox.add([entry("a"), entry("b"), entry("c")]);
    const [a, b, c] = await store().outbox.claim("chat", 3, 1000);
    await store().outbox.delivered([a?.id ?? 0]);
    await store().outbox.failed(b?.id ?? 0, "503", { at: start + 5000 });
    await store().outbox.failed(c?.id ?? 0, "410", "give-up");
    expect(await store().outbox.counts()).toEqual({ waiting: 1, delivered: 1, dead: 1 });
    expect(await store().outbox.add([entry("a"), entry("c")])).toBe(0);
    setNow(start + 5000);
    expect(await store().outbox.claim("chat", 9, 1000)).toMatchObject([
      { dedup: "b", lastError: "503", attempts: 2 },
    ]);
    setNow(start + 50 * day);
    const retention = { historyDays: 30, exactDays: 7, dailySnapshots: 14 };
    const kept = await store().retain(retention);
    expect(kept.deliveries).toBe(2);
    expect(await store().outbox.add([entry("a")])).toBe(1);
  });
  test("D5: a clock that was set back holds up nothing that was due at once", async () => {
    setNow(start + day);
    await store().outbox.add([entry("a"), { ...entry("later"), notBefore: start + 2 * day }]);
    setNow(start);
    expect((await store().outbox.claim("chat", 9, 1000)).map(({ dedup }) => dedup)).toEqual(["a"]);
    expect(await store().outbox.claim("chat", 9, 1000)).toEqual([]);
  });
  test("D5: what was tried while the clock was a year ahead is tried again once it is put right", async () => {
    await store().outbox.add([entry("claimed"), entry("failed")]);
    setNow(start + 365 * day);
    const claimed = await store().outbox.claim("chat", 9, 60_000);
    const failed = claimed.find(({ dedup }) => dedup === "failed");
    await store().outbox.failed(failed!.id, "503", { at: start + 365 * day + 60 * minute });
    setNow(start + minute);
    const again = await store().outbox.claim("chat", 9, 60_000);
    expect(again.map(({ dedup, attempts }) => [dedup, attempts]).sort()).toEqual([
      ["claimed", 2],
      ["failed", 2],
    ]);
    expect(await store().outbox.claim("chat", 9, 60_000)).toEqual([]);
  });
  test("documents are written over only by who saw what stands", async () => {
    const change = { kind: "exception", id: "ex-1", author: "jane", body: { reason: "known" } };
    expect(await store().putDocument({ ...change, expected: 0 })).toMatchObject({ version: 1, at: start });
    // The same again, since its answer may have been lost, is no second one.
    expect(await store().putDocument({ ...change, expected: 0 })).toMatchObject({ version: 1 });
    expect(await codeOf(store().putDocument({ ...change, author: "joe", expected: 0 }))).toBe("conflict");
    expect(await codeOf(store().putDocument({ ...change, body: {}, expected: 0 }))).toBe("conflict");
    expect(await store().putDocument({ ...change, expected: 1, body: [2] })).toMatchObject({
      version: 2,
      body: [2],
    });
    expect(await store().documents("exception")).toMatchObject([{ id: "ex-1", body: [2] }]);
    const { body: _, ...removal } = change;
    expect(await store().putDocument({ ...removal, expected: 2 })).not.toHaveProperty("body");
    expect(await store().documents("exception")).toEqual([]);
    expect(await store().putDocument({ ...change, expected: 0 })).toMatchObject({ version: 4 });
    const both = ["x", "y"].map((author) =>
      codeOf(store().putDocument({ ...change, id: "ex-2", author, expected: 0 })),
    );
    expect((await Promise.all(both)).sort()).toEqual(["conflict", "none"]);
  });
}

function refusals(store: () => Store): void {
  test("batches that do not follow", async () => {
    await store().commit(makeBatch(1, { term: 2 }));
    await store().commit(makeBatch(2, { term: 2, results: [putResult(1)] }));
    expect(await codeOf(store().commit(makeBatch(2, { term: 2 })))).toBe("conflict");
    expect(await codeOf(store().commit(makeBatch(4, { term: 2 })))).toBe("out-of-order");
    expect(await codeOf(store().commit(makeBatch(3, { term: 1 })))).toBe("conflict");
    expect(await codeOf(store().commit(makeBatch(3, { term: 3, at: 0.5 })))).toBe("bad-query");
    expect(
      await codeOf(store().commit(makeBatch(3, { term: 3, results: [putResult(1, {}, { by: 0 })] }))),
    ).toBe("bad-query");
    expect((await store().health()).writable).toBe(true);
  });
  test.each([
    ["a page of none", { limit: 0 }],
    ["a page too long", { limit: 501 }],
    ["a page of a half", { limit: 0.5 }],
    ["an order there is not", { sort: "__proto__" }],
    ["a severity there is not", { severities: ["worst"] }],
    ["a forged cursor", { cursor: "AAAA" }],
    [
      "a cursor of another order",
      { cursor: Buffer.from('["name",false,"x","one","y"]').toString("base64url") },
    ],
    ["a cursor of objects", { cursor: Buffer.from('["severity",false,{},"one","y"]').toString("base64url") }],
    ["an endless cursor", { cursor: "A".repeat(10_000) }],
    ["too many words", { search: "a b c d e f g h i" }],
    ["too long a search", { search: "a".repeat(201) }],
    ["too many values", { namespaces: indexes(2001).map(String) }],
    ["a time of a half", { changedSince: 0.5 }],
  ])("%s", async (_, query) => {
    expect(await codeOf(store().findings(query as FindingQuery))).toBe("bad-query");
  });
  test("a closed store", async () => {
    await store().close();
    expect(await codeOf(store().commit(makeBatch(1)))).toBe("closed");
    expect(await codeOf(store().findings({}))).toBe("closed");
  });
}
