/** What threads are for: nobody waits for a write or a query who did not ask for it, and nothing acknowledged is lost. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openWorld } from "@plimsoll/cluster";
import { indexes, makeBatch, putResult } from "../../../../../tests/store/make.ts";
import type { Store } from "../store.ts";
import { ordersFor } from "../../../../../tests/store/orders.ts";
import { openThreadedStore, type ThreadedOptions } from "./threaded.ts";

const { clock, disk } = await openWorld();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-threads-"));
afterAll(() => rmSync(folder, { recursive: true }));
let next = 0;
const fresh = (): string => join(folder, String((next += 1)), "store.db");
const open = (file: string, more: Partial<ThreadedOptions> = {}): Promise<Store> =>
  openThreadedStore({ clock, disk, file, ...more });
const large = (sequence: number): Parameters<Store["commit"]>[0] =>
  makeBatch(sequence, { results: indexes(8_000).map((index) => putResult(index)) });

test("while a large batch is written this thread goes on, and queries are answered", async () => {
  const store = await open(fresh());
  await store.commit(makeBatch(1, { results: [putResult(9_999)] }));
  await store.clusters(); // a reader is there
  const ended: string[] = [];
  let turns = 0;
  const commit = store.commit(large(2)).then(() => ended.push("commit"));
  const query = store.findings({}).then(({ items }) => ended.push(`query of ${items.length}`));
  while (!ended.includes("commit")) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  await Promise.all([commit, query]);
  expect(ended).toEqual(["query of 1", "commit"]);
  expect(turns).toBeGreaterThan(100); // in this thread it would be none at all
  await store.close();
});

test("a query that takes too long is given up, and the next is answered", async () => {
  let patient = true;
  const patience = 123_456; // that no answer of a busy machine takes
  // Over before any answer can come: what waits for one is told before the thread that gives it is heard.
  const after: typeof clock.after = (wait, call) => {
    if (patient || wait !== patience) return clock.after(wait, call);
    queueMicrotask(call);
    return () => undefined;
  };
  const store = await open(fresh(), { clock: { ...clock, after }, readers: 1, patience });
  await store.commit(large(1));
  await store.clusters();
  patient = false;
  await expect(store.groups({ search: "no such words" }, "workload")).rejects.toMatchObject({
    code: "too-slow",
  });
  patient = true;
  expect(await store.clusters()).toEqual(["one"]);
  await store.close();
});

test("told to close, it first writes what it was asked to write, and refuses what comes later", async () => {
  const file = fresh();
  const store = await open(file);
  const asked = indexes(60, 1).map((index) =>
    store.commit(makeBatch(index, { results: [putResult(index)] })),
  );
  const closed = store.close();
  await expect(store.commit(makeBatch(61))).rejects.toMatchObject({ code: "closed" });
  await expect(store.findings({})).rejects.toMatchObject({ code: "closed" });
  expect((await Promise.all(asked)).map(({ sequence }) => sequence)).toEqual(indexes(60, 1));
  await closed;
  const again = await open(file);
  expect((await again.standing("one"))?.sequence).toBe(60);
  await again.close();
});

test("case 109: damaged while it is open, it is set aside, told, and begun anew by a whole batch", async () => {
  const file = fresh();
  await (await open(file)).close();
  let lost = 0;
  const first = await open(file);
  await first.commit(large(1));
  await first.close();
  const store = await open(file, { onLost: () => (lost += 1) });
  expect(await store.verify()).toEqual([]);
  const bytes = readFileSync(file);
  bytes.fill(0x5a, bytes.length >> 1, (bytes.length >> 1) + 40_000);
  writeFileSync(file, bytes);
  expect((await store.verify()).map(({ what, rebuilt }) => [what, rebuilt])).toEqual([
    ["resources", true],
    ["history", false],
  ]);
  expect(lost).toBe(1);
  expect(await store.standing("one")).toBeUndefined();
  await expect(store.commit(makeBatch(2))).rejects.toMatchObject({ code: "out-of-order" });
  await store.commit({ ...large(1), whole: true });
  expect((await store.findings({})).items).toHaveLength(50);
  expect((await store.health()).losses).toHaveLength(2);
  expect(await store.verify()).toEqual([]);
  await store.close();
});

const thread = new URL("./thread.ts", import.meta.url);

test.each(["die", "hang"] as const)(
  "a writing thread told to %s is told of, ended and begun anew; what was acknowledged is there, the rest is sent again",
  async (what) => {
    const { entry, order } = ordersFor(thread);
    const store = await open(fresh(), { entry, every: 100, writerTold: 1_500, writerPatience: 6_000 });
    await store.commit(makeBatch(1, { results: [putResult(1)] }));
    expect((await store.health()).writable).toBe(true);
    order(what);
    const told: (string | undefined)[] = [];
    await expect
      .poll(
        async () => {
          const { because } = await store.health();
          if (because !== undefined && told.at(-1) !== because) told.push(because);
          return told;
        },
        { timeout: 30_000, interval: 20 },
      )
      .toContain("the store's thread has ended");
    if (what === "hang") expect(told[0]).toMatch(/^the store's thread has said nothing for /);
    order("");
    await store.commit(makeBatch(2, { results: [putResult(2)] }));
    expect(await store.health()).toMatchObject({ writable: true });
    expect((await store.findings({})).items).toHaveLength(2);
    expect((await store.standing("one"))?.sequence).toBe(2);
    await store.close();
  },
  60_000,
);

test("what a writing thread was asked for when it hangs is refused, not waited for without end", async () => {
  const { entry, order } = ordersFor(thread);
  const store = await open(fresh(), { entry, every: 100, writerPatience: 5_000 });
  order("hang");
  await new Promise((resolve) => setTimeout(resolve, 500));
  await expect(store.commit(makeBatch(1, { results: [putResult(1)] }))).rejects.toMatchObject({
    code: "unavailable",
  });
  order("");
  expect((await store.commit(makeBatch(1, { results: [putResult(1)] }))).sequence).toBe(1);
  await store.close();
}, 60_000);
