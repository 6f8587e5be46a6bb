/** What is kept of containers that come and go: as much after many of them as after a few. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Resource, ResourceRecord, Seen } from "@plimsoll/core";
import { expect, test } from "vitest";
import { createContainers } from "./containers.ts";
import { createWaiting } from "./waiting.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** `CONTAINERS=1000000` for a million. */
const most = Number(process.env["CONTAINERS"] ?? 100_000);

const idOf = (number: number): string => number.toString(16).padStart(64, "0");

function podOf(number: number): ResourceRecord {
  const status = { containerStatuses: [{ name: "app", containerID: `containerd://${idOf(number)}` }] };
  const spec = { nodeName: "n1", containers: [{ name: "app", image: "app:1" }] };
  const metadata = { name: `pod-${number}`, namespace: "shop", uid: `uid-${number}` };
  const resource = { apiVersion: "v1", kind: "Pod", metadata, spec, status } as unknown as Resource;
  return { resource, source: { file: "cluster" } };
}

function seenOf(number: number): Seen {
  const container = { namespace: "", workloadKind: "ContainerID", workload: idOf(number), container: "" };
  const time = "2026-01-01T00:00:00.000Z";
  const support = [{ pod: `uid-${number}`, provenance: "n1", first: time, last: time, count: 1 }];
  const detail = { kind: "exec", path: `/bin/${number}`, args: [] } as const;
  return {
    observations: [{ container, detail, sensor: "s", trust: "kernel", support }],
    watches: [],
    detections: [],
  };
}

/** MiB held at each tenth. */
function heldOver(step: (number: number) => void): readonly number[] {
  const held: number[] = [];
  for (let number = 0; number < most; number += 1) {
    step(number);
    if (number % (most / 10) !== most / 10 - 1) continue;
    collect();
    held.push(process.memoryUsage().heapUsed / 2 ** 20);
  }
  console.log(`${most} containers, MiB at each tenth: ${held.map(Math.round).join(" ")}`);
  return held;
}

test("memory stays flat over containers that nobody names", { timeout: 300_000 }, () => {
  let now = 0;
  const clock = { now: () => 0, elapsed: () => now, after: () => () => undefined };
  const waiting = createWaiting(
    clock,
    createContainers(() => undefined),
  );
  const held = heldOver((number) => {
    now += 20;
    waiting.add("n1", idOf(number), seenOf(number));
    if (number % 50 === 0) waiting.named();
  });
  const { containers, nameless, crowded } = waiting.counts();
  expect(containers).toBeLessThanOrEqual(1_000);
  expect(containers + nameless + crowded).toBe(most);
  expect(held.at(-1)! - held[2]!).toBeLessThan(4);
});

test("memory stays flat over containers whose pods come and go", { timeout: 300_000 }, () => {
  let now = 0;
  const clock = { now: () => 0, elapsed: () => now, after: () => () => undefined };
  const containers = createContainers(() => undefined, 1_000);
  const waiting = createWaiting(clock, containers);
  let named = 0;
  const held = heldOver((number) => {
    now += 20;
    waiting.add("n1", idOf(number), seenOf(number));
    containers.take([{ op: "put", record: podOf(number) }]);
    if (number % 50 === 49) named += waiting.named().length;
    const old = number - 100;
    if (old >= 0)
      containers.take([
        { op: "remove", kind: "v1/Pod", namespace: "shop", name: `pod-${old}`, uid: `uid-${old}` },
      ]);
  });
  expect(named).toBe(most);
  expect(containers.find(idOf(0))).toBeUndefined();
  expect(held.at(-1)! - held[2]!).toBeLessThan(4);
});
