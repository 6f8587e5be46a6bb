import { expect, test } from "vitest";
import type { Watch } from "@plimsoll/core";
import { createHearing } from "./hearing.ts";

const hour = 3_600_000;
const start = Date.parse("2026-03-01T00:00:00Z");

function begin(most?: number) {
  let elapsed = 0;
  const hearing = createHearing({ elapsed: () => elapsed }, most);
  /** A parcel of a minute at an hour by the source's clock; what of it is heard of since when. */
  const hear = (at: number, pod = "web-1") =>
    hearing
      .joined("falco", [watchOf(start + at * hour, pod)])[0]!
      .heard.map(({ from }) => (Date.parse(from) - start) / hour);
  return { hear, size: hearing.size, pass: (hours: number) => void (elapsed += hours * hour) };
}

function watchOf(at: number, pod: string): Watch {
  const [from, to] = [new Date(at).toISOString(), new Date(at + 60_000).toISOString()];
  const container = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
  const about = { container, pod, sensor: "falco", provenance: "falco", fromStart: false, drops: 0 };
  return { ...about, watched: [{ from, to }], heard: [{ from, to }], sight: {}, events: {} };
}

const minute = 1 / 60;

test("parcels within an hour of each other are one stretch, others are not", () => {
  const { hear } = begin();
  expect(hear(0)).toEqual([0]);
  expect(hear(0.5)).toEqual([minute]);
  expect(hear(3)).toEqual([3]);
});

test("what is not heard of any more is forgotten, and what is heard of last stays where there are too many", () => {
  const { hear, size, pass } = begin(3);
  for (const pod of ["a", "b", "c", "a", "d"]) hear(0, pod);
  expect(size()).toBe(3);
  expect(hear(0.5, "a")).toEqual([minute]);
  expect(hear(0.5, "b")).toEqual([0.5]);
  pass(3);
  hear(3.5, "e");
  expect(size()).toBe(1);
});

test("D5: a source whose clock is a year ahead costs others nothing, and itself nothing once it is put right", () => {
  const { hear, size } = begin();
  hear(0, "other");
  hear(0);
  expect(hear(8_760)).toEqual([8_760]);
  expect(hear(0.3)).toEqual([0.3]);
  expect(hear(0.6)).toEqual([0.3 + minute].map((at) => expect.closeTo(at, 6)));
  expect(hear(0.5, "other")).toEqual([minute]);
  expect(size()).toBe(2);
});
