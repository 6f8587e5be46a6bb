/** What agents saw, from the door of the pipeline to what rests on it. */
import { openWorld, pause } from "@plimsoll/cluster";
import type { Seen } from "@plimsoll/core";
import { expect, test } from "vitest";
import { begin, committed, put, settled } from "../fixtures/pipeline.ts";
import { usualSettings } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";

const { clock } = await openWorld();

const observed: Seen = {
  observations: [
    {
      container: { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" },
      detail: { kind: "exec", path: "/tmp/xmrig", args: ["-o", "stratum+tcp://pool.example.com:3333"] },
      sensor: "agent",
      trust: "kernel",
      origin: "entrypoint",
      support: [
        {
          pod: "web-a",
          provenance: "node-1",
          first: "2026-01-01T00:00:00Z",
          last: "2026-01-01T00:00:01Z",
          count: 1,
        },
      ],
    },
  ],
  watches: [],
  detections: [],
};

test("what agents saw is judged, kept, taken up by the next writer, and refused by who does not lead", async () => {
  const store = await openMemoryStore(clock);
  const one = begin(store);
  one.pipeline.take([put("web")]);
  one.pipeline.begin();
  await expect(one.pipeline.observe(observed)).rejects.toThrow("does not lead");
  one.pipeline.lead(1);
  await one.pipeline.observe(observed);
  // With the acknowledgement what it amounts to is stored and told, without waiting for a report; and once.
  expect(one.pipeline.detections().map(({ rule }) => rule)).toEqual(["crypto-miner"]);
  expect((await store.parts("c", "told")).map(({ value }) => value)).toEqual(one.pipeline.detections());
  await one.pipeline.observe(observed);
  expect(one.alarms).toEqual(["crypto-miner"]);
  expect(one.pipeline.snapshot().observations).toEqual(observed.observations);
  expect((await store.parts("c", "observation")).map(({ value }) => value)).toEqual(observed.observations);
  await one.pipeline.stop();
  const two = begin(store);
  two.pipeline.take([put("web")]);
  two.pipeline.begin();
  two.pipeline.lead(1);
  await committed(two, 1);
  await settled(two);
  expect(two.pipeline.outline()?.detections?.map(({ rule }) => rule)).toEqual(["crypto-miner"]);
  expect(two.pipeline.detections()).toEqual(two.pipeline.outline()?.detections);
  expect(two.alarms).toEqual([]);
  await two.pipeline.stop();
  await store.close();
});

test("where judging by what was seen takes long it is put off; what should not have happened is told meanwhile", async () => {
  let skipped = 0;
  const store = await openMemoryStore(clock);
  const one = begin(store, { ...clock, elapsed: () => clock.elapsed() + skipped });
  // Asked for each time something is judged: by this clock it takes two seconds.
  one.settings = Object.defineProperty({ ...usualSettings }, "exploited", {
    get: () => ((skipped += 2_000), []),
  });
  const [first] = observed.observations;
  const another = {
    ...first!,
    detail: { kind: "exec", path: "/tmp/xmrig-2", args: ["-o", "stratum+tcp://pool.example.com:1"] },
  } as const;
  one.pipeline.take([put("web")]);
  one.pipeline.begin();
  one.pipeline.lead(1);
  await one.pipeline.observe(observed);
  await settled(one);
  const { revision } = one.pipeline.standing();
  await one.pipeline.observe({ ...observed, observations: [another] });
  expect(one.alarms).toEqual(["crypto-miner", "crypto-miner"]);
  await pause(clock, 1_000);
  expect(one.pipeline.standing()).toEqual({ revision: revision + 1, findings: revision, report: revision });
  expect(one.pipeline.outline()?.detections).toHaveLength(1);
  skipped += 60_000;
  one.pipeline.again();
  await settled(one);
  expect(one.pipeline.outline()?.detections).toHaveLength(2);
  await one.pipeline.stop();
  await store.close();
});
