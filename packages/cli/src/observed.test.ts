import { expect, test } from "vitest";
import type { Peaks, Watch } from "@plimsoll/core";
import { seenLines } from "./observed.ts";

const minute = [{ from: "2026-09-01T00:00:00.000Z", to: "2026-09-01T00:01:00.000Z" }];

function watch(pod: string, peaks: Peaks | undefined): Watch {
  return {
    container: { namespace: "", workloadKind: "Container", workload: "web", container: "web" },
    pod,
    sensor: "agent",
    provenance: "here",
    watched: minute,
    heard: minute,
    fromStart: true,
    sight: { exec: "whole" },
    events: {},
    drops: 0,
    ...(peaks === undefined ? {} : { peaks }),
  };
}

test.each([
  ["nothing was measured", [undefined], undefined],
  ["memory alone", [{ memoryBytes: 1_048_577 }], "  used at most    2 MiB of memory, page cache included"],
  [
    "the greatest of two",
    [
      { memoryBytes: 9_437_184, unreclaimableBytes: 3_145_728, cpuMillicores: 40, cpuSeconds: 5 },
      { memoryBytes: 5, cpuMillicores: 250, cpuSeconds: 1, throttledPeriods: 0 },
    ],
    "  used at most    250m of a processor over 5 s, 3 MiB that cannot be taken back, 9 MiB of memory, page cache included",
  ],
] as const)("what it used at most: %s", (_, list, line) => {
  const lines = seenLines({
    observations: [],
    watches: list.map((peaks, at) => watch(`web-${at}`, peaks)),
    detections: [],
  });
  expect(lines[0]).toContain("watched for");
  expect(lines.find((each) => each.includes("used at most"))).toBe(line);
});
