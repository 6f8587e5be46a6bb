import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Change } from "@plimsoll/cluster";
import { scan } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { deployment, findingId } from "../fixtures/service.ts";
import { createPipeline } from "../pipeline/pipeline.ts";
import { readSettings } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import type { Overview } from "./overview.ts";
import { openThreadedOverview } from "./threaded.ts";

const { clock } = await openWorld();
const put = (name: string, privileged: boolean): Change => ({
  op: "put",
  record: { resource: deployment("shop", name, privileged), source: { file: "cluster" } },
});
const timeout = 60_000;

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
    cluster: "c",
    clock,
    store,
    facts: { distribution: () => undefined },
    settings: () => settings,
    toolVersion: "0",
    log: (_level, what) => void logged.push(what),
    noticesOf: () => [],
    alarmsOf: () => [],
    onCommitted: () => undefined,
    openOverview: (duty) => {
      const overview = openThreadedOverview(duty);
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
