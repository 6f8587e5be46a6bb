/** What agents and scanners told of images: long documents, of which each is kept, replaced and read whole. */
import { expect, test } from "vitest";
import type { Image } from "@plimsoll/core";
import type { PartChange, Store } from "@plimsoll/server";
import { indexes, makeBatch, makeWorld, minute, putRecord, start } from "./make.ts";

/** As many as a door takes of one image. */
const most = 50_000;

function makeImage(index: number, packages = 2): Image {
  return {
    reference: `registry.example/app-${index}:1`,
    digest: `sha256:${index.toString(16).padStart(64, "0")}`,
    packages: indexes(packages).map((each) => ({
      purl: `pkg:deb/debian/lib-${each}@1.${index}`,
      ecosystem: "deb",
      name: `lib-${each}`,
      version: `1.${index}`,
      files: [`/usr/lib/lib-${each}.so.1`],
    })),
    sources: ["plimsoll"],
    left: { "package list that cannot be read": index },
    readAt: new Date(start).toISOString(),
  };
}

function putImage(key: string, value: Image): PartChange {
  return { part: "image", key, value };
}

/** `again`: the same store, closed and opened; absent where nothing outlives it. */
export function images(store: () => Store, again: (() => Promise<Store>) | undefined): void {
  const found = (limit?: number, after?: string) => store().parts("one", "image", after, limit);
  test("a list is kept, replaced and deleted, and the past knows each", async () => {
    const world = makeWorld(start);
    const [first, second] = [makeImage(1), makeImage(2)];
    await store().commit(makeBatch(1, { world, parts: [putImage("a", first), putImage("b", second)] }));
    await store().commit(makeBatch(2, { parts: [putImage("a", first), putImage("b", first)] }));
    expect(await found()).toEqual([
      { key: "a", value: first, began: 1 },
      { key: "b", value: first, began: 2 },
    ]);
    await store().commit(makeBatch(3, { parts: [{ part: "image", key: "a" }] }));
    expect(await found()).toEqual([{ key: "b", value: first, began: 2 }]);
    await store().commit(makeBatch(4, { parts: [putImage("a", second), { part: "image", key: "never" }] }));
    const past = async (batch: number) =>
      (await store().snapshotAt("one", start + batch * minute))?.snapshot.images;
    expect(await Promise.all(indexes(4, 1).map(past))).toEqual([
      [first, second],
      [first, first],
      [first],
      [second, first],
    ]);
    expect(await store().verify()).toEqual([]);
  });
  test("keys are each part's and each cluster's own", async () => {
    const resource = putRecord(1);
    await store().commit(makeBatch(1, { parts: [putImage(resource.key, makeImage(1)), resource] }));
    await store().commit(makeBatch(1, { cluster: "two", parts: [putImage(resource.key, makeImage(2))] }));
    await store().commit(makeBatch(2, { parts: [{ part: "resource", key: resource.key }] }));
    expect(await store().parts("one", "resource")).toEqual([]);
    expect((await found()).map(({ value }) => value)).toEqual([makeImage(1)]);
    expect((await store().parts("two", "image")).map(({ value }) => value)).toEqual([makeImage(2)]);
  });
  test("a whole batch deletes the lists that it does not name", async () => {
    await store().commit(makeBatch(1, { parts: [putImage("a", makeImage(1)), putImage("b", makeImage(2))] }));
    await store().commit(makeBatch(2, { whole: true, parts: [putImage("b", makeImage(2))] }));
    expect(await found()).toEqual([{ key: "b", value: makeImage(2), began: 1 }]);
    expect(await store().verify()).toEqual([]);
  });
  test("pages hold each list once, by the bytes of its key, and no page is longer than is read at once", async () => {
    const odd = ["list B", "list a", "list a:1", "list a@sha256:0", "scanner a", "\u{e9}", "Z", "~"];
    const keys = [...odd, ...indexes(5_000).map((index) => `list ${index}`)];
    await store().commit(makeBatch(1, { parts: keys.map((key) => putImage(key, makeImage(0, 0))) }));
    expect(await found(100_000)).toHaveLength(5_000);
    expect(await found(0)).toHaveLength(1);
    const read: string[] = [];
    for (let page = await found(999); page.length > 0; page = await found(999, read.at(-1)))
      read.push(...page.map(({ key }) => key));
    expect(read).toEqual(keys.toSorted());
  });
  test(`the longest list, of ${most} packages, comes back as it was`, async () => {
    const longest = makeImage(1, most);
    await store().commit(makeBatch(1, { parts: [putImage("a", longest)] }));
    const [only] = await found();
    // Not by the matcher's own means, which take their time over so many.
    expect(JSON.stringify(only?.value) === JSON.stringify(longest)).toBe(true);
    expect(await store().verify()).toEqual([]);
  });
  if (again === undefined) return;
  test("lists are there again after a restart, and what was deleted is not", async () => {
    await store().commit(
      makeBatch(1, { parts: indexes(3).map((each) => putImage(`${each}`, makeImage(each))) }),
    );
    await store().commit(makeBatch(2, { parts: [{ part: "image", key: "1" }] }));
    const before = await found();
    await store().close();
    const opened = await again();
    try {
      expect(await opened.parts("one", "image")).toEqual(before);
      expect(before.map(({ key }) => key)).toEqual(["0", "2"]);
      expect(await opened.verify()).toEqual([]);
    } finally {
      await opened.close();
    }
  });
}
