import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openWorld, type Clock, type Disk } from "@plimsoll/cluster";
import { scan, type Result } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { begin, committed, put, remove, settled } from "../fixtures/pipeline.ts";
import { deployment, findingId } from "../fixtures/service.ts";
import { readSettings, usualSettings } from "../settings/settings.ts";
import type { Place } from "../store/batch.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import { openSqliteStore } from "../store/sqlite/open.ts";
import type { Store } from "../store/store.ts";
import type { Pipeline, Standing } from "./shape.ts";

const { clock, disk } = await openWorld();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-pipeline-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function kindsOf(store: Store, name: string): Promise<readonly string[]> {
  return (await store.history("c", findingId("shop", name))).map(({ kind }) => kind);
}

test("what comes and goes before it was judged is judged all the same", async () => {
  const store = await openMemoryStore(clock);
  const begun = begin(store);
  begun.pipeline.begin();
  begun.pipeline.lead(1);
  await committed(begun, 1);
  begun.pipeline.take([put("brief"), remove("brief")]);
  await expect.poll(() => kindsOf(store, "brief"), { timeout: 30_000 }).toEqual(["opened", "gone"]);
  await begun.pipeline.stop();
  await store.close();
});

test("begun anew over the same store, nothing is told again, and what changed meanwhile is told once", async () => {
  const store = await openMemoryStore(clock);
  const one = begin(store);
  one.pipeline.take([put("stays"), put("goes"), put("mends")]);
  one.pipeline.begin();
  one.pipeline.lead(1);
  await committed(one, 1);
  expect(one.firsts[0]).toBe(true);
  await one.pipeline.stop();
  const two = begin(store);
  two.pipeline.take([put("stays"), put("mends", false), put("comes")]);
  two.pipeline.begin();
  two.pipeline.lead(1);
  await committed(two, 1);
  await two.pipeline.stop();
  expect(two.firsts[0]).toBe(false);
  const told = two.turns.filter(({ result }) => result.control === "privileged-container");
  expect(told.map(({ kind, result }) => `${kind} ${result.resource.name}`).sort()).toEqual([
    "fixed mends",
    "gone goes",
    "opened comes",
  ]);
  expect(await kindsOf(store, "stays")).toEqual(["opened"]);
  expect(await kindsOf(store, "goes")).toEqual(["opened", "gone"]);
  expect(await kindsOf(store, "mends")).toEqual(["opened", "fixed"]);
  await store.close();
});

test("who does not lead judges and writes nothing; of two who believe they lead only one writes on", async () => {
  const store = await openMemoryStore(clock);
  const [one, two] = [begin(store), begin(store)];
  for (const { pipeline } of [one, two]) {
    pipeline.take([put("web")]);
    pipeline.begin();
  }
  await expect.poll(() => one.pipeline.outline() !== undefined, { timeout: 30_000 }).toBe(true);
  expect(await store.standing("c")).toBeUndefined();
  one.pipeline.lead(1);
  await committed(one, 1);
  two.pipeline.lead(2);
  await committed(two, 1);
  const before = (await store.standing("c"))!.term;
  two.pipeline.take([put("two")]);
  await committed(two, 2);
  one.pipeline.lead(undefined);
  expect((await store.standing("c"))!.term).toBe(before);
  await Promise.all([one.pipeline.stop(), two.pipeline.stop()]);
  expect(await kindsOf(store, "web")).toEqual(["opened"]);
  await store.close();
});

test("findings are committed before paths are worked out, and places follow with the report that says them", async () => {
  const store = await openMemoryStore(clock);
  const id = findingId("shop", "web");
  interface At {
    readonly place: Place | undefined;
    readonly outline: ReturnType<Pipeline["outline"]>;
    readonly standing: Standing;
  }
  const told: At[] = [];
  const begun = begin({
    ...store,
    // As it stands when the finding is handed over to be committed, however long that takes.
    commit: (batch) => {
      const change = batch.results?.find((each) => each.id === id);
      const { outline, standing } = begun.pipeline;
      if (change !== undefined) told.push({ place: change.place, outline: outline(), standing: standing() });
      return store.commit(batch);
    },
  });
  begun.pipeline.begin();
  begun.pipeline.lead(1);
  await settled(begun);
  const report = begun.pipeline.outline();
  const before = begun.pipeline.standing().revision;
  begun.pipeline.take([put("web"), put("api", false)]);
  await expect.poll(async () => (await store.finding("c", id))?.place, { timeout: 30_000 }).toBeDefined();
  // With the finding the report is the one before, and the standing says so.
  const [first] = told as [At];
  expect(first.outline).toBe(report);
  const { revision, report: stands } = first.standing;
  expect([stands, revision > before, first.place]).toEqual([before, true, undefined]);
  await settled(begun);
  const { results } = scan(begun.pipeline.snapshot(), library, { toolVersion: "0" });
  const held: Result[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await store.findings({
      clusters: ["c"],
      outcomes: ["fail", "unknown"],
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    held.push(...page.items.map(({ result }) => result));
    if ((cursor = page.next) === undefined) break;
  }
  const byId = (a: Result, b: Result): number => (a.id < b.id ? -1 : 1);
  expect(held.sort(byId)).toEqual(JSON.parse(JSON.stringify(results)));
  await begun.pipeline.stop();
  await store.close();
});

test("an exception of the settings is written as such, and its end too", async () => {
  const store = await openMemoryStore(clock);
  const begun = begin(store);
  begun.pipeline.take([put("web")]);
  begun.pipeline.begin();
  begun.pipeline.lead(1);
  await committed(begun, 1);
  const exception = {
    id: "x",
    controls: ["*"],
    reason: "r",
    owner: "o",
    match: { name: "web" },
    source: "f",
  };
  begun.settings = { ...usualSettings, exceptions: [exception] };
  begun.pipeline.again();
  await expect.poll(() => kindsOf(store, "web"), { timeout: 30_000 }).toEqual(["opened", "excepted"]);
  begun.settings = usualSettings;
  begun.pipeline.again();
  await expect
    .poll(() => kindsOf(store, "web"), { timeout: 30_000 })
    .toEqual(["opened", "excepted", "exception-ended"]);
  await begun.pipeline.stop();
  await store.close();
});

test("D5: an exception's end is judged by the clock that is now, a year ahead and put right again", async () => {
  const year = 365 * 86_400_000;
  let shift = 0;
  const time: Clock = { ...clock, now: () => clock.now() + shift };
  const store = await openMemoryStore(time);
  const begun = begin(store, time);
  const until = new Date(clock.now() + year / 2).toISOString().slice(0, 10);
  const match = { name: "web" };
  const exception = { id: "x", controls: ["*"], reason: "r", owner: "o", until, match, source: "f" };
  begun.settings = { ...usualSettings, exceptions: [exception] };
  begun.pipeline.take([put("web"), put("open")]);
  begun.pipeline.begin();
  begun.pipeline.lead(1);
  await committed(begun, 1);
  const acceptedBy = async (): Promise<string | undefined> =>
    (await store.finding("c", findingId("shop", "web")))?.result.exception?.id;
  await expect.poll(acceptedBy, { timeout: 30_000 }).toBe("x");
  const kinds = await kindsOf(store, "web");
  shift = year;
  begun.pipeline.again();
  await expect.poll(() => kindsOf(store, "web"), { timeout: 30_000 }).toEqual([...kinds, "exception-ended"]);
  expect(await acceptedBy()).toBeUndefined();
  shift = -year;
  begun.pipeline.again();
  const accepted = [...kinds, "exception-ended", "excepted"];
  await expect.poll(() => kindsOf(store, "web"), { timeout: 30_000 }).toEqual(accepted);
  shift = 0;
  begun.pipeline.take([put("after")]);
  await expect.poll(() => kindsOf(store, "after"), { timeout: 30_000 }).toEqual(["opened"]);
  expect(await kindsOf(store, "web")).toEqual(accepted);
  expect(await kindsOf(store, "open")).toEqual(["opened"]);
  expect(
    begun.turns.filter(({ result }) => result.id === findingId("shop", "web")).map(({ kind }) => kind),
  ).toEqual(accepted);
  await begun.pipeline.stop();
  await store.close();
});

test("controls of one's own and annotations count where settings say so, and are judged anew when these change", async () => {
  const store = await openMemoryStore(clock);
  const begun = begin(store);
  const web = deployment("shop", "web");
  const annotations = {
    "plimsoll.dev/accept": "privileged-container; reason=device; owner=shop; until=2999-01-01",
  };
  const resource = { ...web, metadata: { ...web.metadata, annotations } };
  begun.pipeline.take([{ op: "put", record: { resource, source: { file: "cluster" } } }]);
  begun.pipeline.begin();
  begun.pipeline.lead(1);
  await committed(begun, 1);
  expect(await kindsOf(store, "web")).toEqual(["opened"]);
  const text = `annotations: true
controls:
  - apiVersion: plimsoll.dev/v1
    kind: Control
    id: named-team
    title: Pods name their team
    severity: high
    target: pod
    path: metadata.labels
    validate: "'team' in pod.metadata.?labels.orValue({})"
`;
  begun.settings = readSettings(Buffer.from(text), "settings.yaml");
  begun.pipeline.again();
  await expect.poll(() => kindsOf(store, "web"), { timeout: 30_000 }).toEqual(["opened", "excepted"]);
  await settled(begun);
  const own = await store.findings({ clusters: ["c"], controls: ["named-team"], limit: 10 });
  expect(own.items.map(({ result }) => result.resource.name)).toEqual(["web"]);
  begun.settings = usualSettings;
  begun.pipeline.again();
  await expect
    .poll(() => kindsOf(store, "web"), { timeout: 30_000 })
    .toEqual(["opened", "excepted", "exception-ended"]);
  await begun.pipeline.stop();
  await store.close();
});

test.each(["ENOSPC", "EIO", "EROFS", "EMFILE"])(
  "case 110: while the disk says %s that is told; once it is over, everything is there, once",
  async (code) => {
    let fails = false;
    const failing: Disk = {
      ...disk,
      write: (path, bytes) =>
        fails ? Promise.reject(Object.assign(new Error(code), { code })) : disk.write(path, bytes),
    };
    const store = await openSqliteStore({ clock, disk: failing, file: join(folder, code, "store.db") });
    const begun = begin(store);
    begun.pipeline.begin();
    begun.pipeline.lead(1);
    await committed(begun, 1);
    fails = true;
    begun.pipeline.take([put("web")]);
    await expect.poll(() => begun.pipeline.status().trouble, { timeout: 30_000 }).toBeDefined();
    expect((await store.health()).writable).toBe(false);
    begun.pipeline.take([put("more")]);
    fails = false;
    await expect.poll(() => kindsOf(store, "more"), { timeout: 30_000 }).toEqual(["opened"]);
    expect(await kindsOf(store, "web")).toEqual(["opened"]);
    expect(begun.pipeline.status().trouble).toBeUndefined();
    expect((await store.health()).writable).toBe(true);
    await begun.pipeline.stop();
    await store.close();
  },
);
