import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Change } from "@plimsoll/cluster";
import { scan } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { deployment, findingId } from "../fixtures/service.ts";
import { ordersFor } from "../../../../tests/store/orders.ts";
import { createPipeline } from "../pipeline/pipeline.ts";
import { readSettings } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import type { Overview } from "./overview.ts";
import { threadedOverviews } from "./threaded.ts";
import { quiet } from "../fixtures/quiet.ts";

const { clock } = await openWorld();
const put = (name: string, privileged: boolean): Change => ({
  op: "put",
  record: { resource: deployment("shop", name, privileged), source: { file: "cluster" } },
});
const timeout = 60_000;
const openThread = threadedOverviews({ clock });

test("looked at in a thread, the whole is what a scan finds; one that ends is begun anew, and nothing is told twice", async () => {
  const store = await openMemoryStore(clock);
  const opened: Overview[] = [];
  const logged: string[] = [];
  // Controls of one's own cross into the thread too.
  const own = `controls:
  - { apiVersion: plimsoll.dev/v1, kind: Control, id: named-team, title: Pods name their team, severity: high,
      target: pod, path: metadata.labels, validate: "'team' in pod.metadata.?labels.orValue({})" }
exceptions:
  - { controls: [named-team], reason: r, owner: o, until: never, match: { name: api } }
`;
  const settings = readSettings(Buffer.from(own), "settings.yaml");
  const pipeline = createPipeline({
    ...quiet,
    clock,
    store,
    settings: () => settings,
    log: (_level, what) => void logged.push(what),
    openOverview: (duty, onLost) => {
      const overview = openThread(duty, onLost);
      opened.push(overview);
      return overview;
    },
  });
  onTestFinished(async () => {
    await pipeline.stop();
    await store.close();
  });
  const settled = (): Promise<void> =>
    expect
      .poll(() => pipeline.standing(), { timeout })
      .toSatisfy(({ revision, findings, report }) => findings === revision && report === revision);
  const held = async (): Promise<unknown> => {
    const { items } = await store.findings({ clusters: ["c"], outcomes: ["fail", "unknown"], limit: 500 });
    return items.map(({ result }) => result).sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  const truth = (): unknown => {
    const all = { ...library, controls: [...library.controls, ...settings.own.controls] };
    const { results } = scan(pipeline.snapshot(), all, { toolVersion: "0", exceptions: settings.exceptions });
    return JSON.parse(JSON.stringify(results));
  };
  pipeline.take([{ op: "gaps", gaps: [], covered: ["*"] }, put("web", true), put("api", false)]);
  pipeline.begin();
  pipeline.lead(1);
  await settled();
  await expect.poll(held, { timeout }).toEqual(truth());
  expect(pipeline.outline()?.priorities.act.length).toBeGreaterThan(0);
  expect(await pipeline.page()).toContain("<!doctype html>");

  const before = await store.historySince("c", 0, 1_000);
  await opened[0]!.stop();
  pipeline.take([put("web", false)]);
  await settled();
  expect([opened.length, logged]).toEqual([2, ["overview-lost"]]);
  await expect.poll(held, { timeout }).toEqual(truth());
  const since = (await store.historySince("c", 0, 1_000)).slice(before.length);
  expect(since.find(({ id }) => id === findingId("shop", "web"))?.kind).toBe("fixed");
  expect(since.filter(({ id }) => id.includes("/shop/api:"))).toEqual([]);
}, 120_000);

test.each(["die", "hang"] as const)(
  "a thread told to %s is lost though nobody asks it anything; that is told, and others are begun ever more seldom",
  async (what) => {
    const { entry, order } = ordersFor(new URL("./thread.ts", import.meta.url));
    const store = await openMemoryStore(clock);
    const threads = threadedOverviews({ clock, entry, every: 100, patience: 12_000 });
    const begun: number[] = [];
    const pipeline = createPipeline({
      ...quiet,
      clock,
      store,
      openOverview: (duty, onLost) => {
        begun.push(clock.elapsed());
        return threads(duty, onLost);
      },
    });
    onTestFinished(async () => {
      await pipeline.stop();
      await store.close();
    });
    const lost = (): string | undefined => pipeline.status().overview.lost;
    pipeline.take([{ op: "gaps", gaps: [], covered: ["*"] }, put("web", true)]);
    pipeline.begin();
    pipeline.lead(1);
    await expect.poll(() => pipeline.page(), { timeout }).toContain("<!doctype html>");
    expect([pipeline.status().overview, begun.length]).toEqual([{ losses: 0 }, 1]);

    order(what);
    await expect.poll(lost, { timeout }).toContain("has ended");
    if (what === "hang") expect(lost()).toMatch(/it said nothing for 12 seconds/);
    expect(await pipeline.page()).toBeUndefined();
    await expect.poll(() => begun.length, { timeout }).toBeGreaterThanOrEqual(3);
    order("");
    await expect.poll(lost, { timeout }).toBeUndefined();
    expect(await pipeline.page()).toContain("<!doctype html>");
    expect(pipeline.status().overview.losses).toBe(begun.length - 1);
    // The first of a row is waited for a second, each further one longer; one that answered before it ended begins the row anew.
    const [, second = 0, third = 0] = begun;
    expect(third - second).toBeGreaterThanOrEqual(1_000);
  },
  180_000,
);
