/** What every engine must list, filter, sort, page, count and hide. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FindingQuery, Store } from "@plimsoll/server";
import { indexes, makeBatch, makeResult, putResult, start } from "./make.ts";

export function lists(open: (clock: { readonly now: () => number }) => Promise<Store>): void {
  let store: Store;
  const count = 600;
  const all = indexes(count).map((index) =>
    putResult(index, index % 7 === 0 ? { exception: { id: "e", reason: "r", owner: "o" } } : {}),
  );
  beforeAll(async () => {
    store = await open({ now: () => start });
    await store.commit(makeBatch(1, { results: all.slice(0, 400) }));
    await store.commit(makeBatch(2, { results: all.slice(400) }));
  });
  afterAll(() => store.close());

  const matching = (query: FindingQuery): number =>
    all.filter(({ result, place }) => {
      if (result === undefined) return false;
      const hay = `${result.id}\n${result.because}`.toLowerCase();
      const has = (list: readonly string[] | undefined, value = ""): boolean => list?.includes(value) ?? true;
      return (
        has(query.controls, result.control) &&
        has(query.severities, result.severity) &&
        has(query.namespaces, result.resource.namespace) &&
        has(query.kinds, result.resource.kind) &&
        has(query.names, result.resource.name) &&
        has(query.places, place) &&
        has(query.teams, result.team) &&
        (query.edit === undefined || result.edit === query.edit) &&
        (query.excepted === undefined || query.excepted === (result.exception !== undefined)) &&
        (query.search ?? "")
          .toLowerCase()
          .split(/\s+/)
          .every((word) => hay.includes(word))
      );
    }).length;

  test.each([
    [{}],
    [{ severities: ["critical", "low"] }],
    [{ severities: [] }],
    [{ controls: ["control-3"], kinds: ["CronJob", "DaemonSet"] }],
    [{ namespaces: ["team-1", "team-2", "' or 1=1 --"] }],
    [{ names: ["app-5"] }],
    [{ places: ["act"], excepted: false }],
    [{ excepted: true }],
    [{ teams: ["squad-1"], edit: "edit-11" }],
    [{ search: "APP-1 control-2" }],
    [{ search: "%" }],
    [{ search: "_" }],
    [{ search: "\\' \"); drop table results; --" }],
  ] as [FindingQuery][])("filters %j", async (query) => {
    const { items, next } = await store.findings({ ...query, limit: 500 });
    const rest =
      next === undefined ? [] : (await store.findings({ ...query, limit: 500, cursor: next })).items;
    expect(items.length + rest.length).toBe(matching(query));
    const groups = await store.groups(query, "severity");
    expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(matching(query));
  });

  const sorts = [
    "severity",
    "lastChanged",
    "firstSeen",
    "namespace",
    "name",
    "control",
    "kind",
    "cluster",
  ] as const;
  test.each(sorts.flatMap((sort) => [false, true].map((descending) => ({ sort, descending }))))(
    "pages by %j hold each finding once, in order",
    async ({ sort, descending }) => {
      const seen: string[] = [];
      const keys: (string | number)[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.findings({
          sort,
          descending,
          limit: 97,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { cluster, result, firstSeen, lastChanged } of page.items) {
          const { severity, control, resource } = result;
          const rank = ["critical", "high", "medium", "low"].indexOf(severity);
          const of = { severity: rank, lastChanged, firstSeen, control, cluster, ...resource };
          seen.push(result.id);
          keys.push(of[sort]);
        }
        cursor = page.next;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(count);
      expect(seen).toHaveLength(count);
      const sorted = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(keys).toEqual(descending ? sorted.reverse() : sorted);
    },
  );

  test.each([
    "severity",
    "outcome",
    "control",
    "namespace",
    "kind",
    "place",
    "cluster",
    "workload",
    "edit",
    "team",
  ] as const)("groups by %s", async (by) => {
    const groups = await store.groups({}, by);
    expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(count);
    const counts = groups.map((group) => group.count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    if (by === "severity")
      expect(groups.map(({ key }) => key).sort()).toEqual(["critical", "high", "low", "medium"]);
  });

  test.each([
    [[], 0],
    [[{ cluster: "one", namespaces: "all" }], count],
    [[{ cluster: "two", namespaces: "all" }], 0],
    [[{ cluster: "one", namespaces: [] }], 0],
    [[{ cluster: "one", namespaces: ["team-3"] }], indexes(count).filter((index) => index % 17 === 3).length],
  ] as const)("shows only what may be seen: %j", async (visible, expected) => {
    const groups = await store.groups({ visible }, "cluster");
    expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(expected);
    const found = await store.finding("one", makeResult(3).id, visible);
    expect(found !== undefined).toBe(expected > 0);
    expect(
      (await store.findings({ visible, search: "app-3" })).items.every(({ result }) => result.id !== ""),
    ).toBe(true);
  });
}
