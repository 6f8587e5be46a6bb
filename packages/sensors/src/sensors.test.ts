import { readdirSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { observationKinds, type RawRecord, type Sensor } from "@plimsoll/core";
import { sensors } from "./sensors/index.ts";

const cases = sensors.flatMap((sensor) =>
  sensor.examples.map((example) => [sensor.id, example.title, sensor, example] as const),
);

test.each(cases)("%s: %s", (_id, _title, sensor, { record, gives }) => {
  const raw = JSON.parse(JSON.stringify(record)) as RawRecord;
  expect(sensors.filter((each) => each.recognizes(raw)).map(({ id }) => id)).toEqual([sensor.id]);
  expect([...sensor.parse(raw)]).toEqual(gives);
});

test("each file is a sensor of its name, listed, and each sees what its examples show", () => {
  const files = readdirSync(`${import.meta.dirname}/sensors`)
    .map((name) => name.replace(/\.ts$/, ""))
    .filter((name) => name !== "index");
  expect(sensors.map(({ id }) => id)).toEqual(files.sort());
  for (const { id, observes, examples, blind, source } of sensors) {
    const shown = new Set(
      examples.flatMap(({ gives }) =>
        gives.flatMap((part) => (part.part === "event" ? [part.detail.kind] : [])),
      ),
    );
    expect([id, [...shown].filter((kind) => observes[kind] === undefined)]).toEqual([id, []]);
    expect([id, blind.length > 0, source.length > 10, examples.length > 1]).toEqual([id, true, true, true]);
  }
});

/** A record with one of its values taken out or put in the place of another. */
function changed(value: unknown, spot: number, by: unknown): unknown {
  let index = -1;
  const walk = (part: unknown): unknown => {
    index += 1;
    if (index === spot) return by;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, entry]) => [key, walk(entry)]));
  };
  return walk(value);
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", "<NA>", 0, -1, 1e300, [], {}, [null], { path: {} }, true),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("\u001b[2J", "a\0b", "x".repeat(10_000), "__proto__", "constructor", "../../etc/passwd"),
);

test.each(sensors.map((sensor) => [sensor.id, sensor] as const))(
  "%s: whatever stands in a record, it is parsed or refused by name",
  (_id, sensor: Sensor) => {
    fc.assert(
      fc.property(fc.constantFrom(...sensor.examples), fc.nat(80), odd, ({ record }, spot, by) => {
        const broken = JSON.parse(JSON.stringify(changed(record, spot, by) ?? {})) as RawRecord;
        if (typeof broken !== "object" || broken === null || Array.isArray(broken)) return;
        if (!sensor.recognizes(broken)) return;
        const parts = [...sensor.parse(broken)];
        expect(parts.length).toBeGreaterThan(0);
        for (const part of parts) {
          if (part.part !== "event") continue;
          expect(observationKinds).toContain(part.detail.kind);
          expect(JSON.stringify(part)).not.toMatch(/\\u0000/);
          for (const text of Object.values(part.detail))
            if (typeof text === "string") expect(text.length).toBeLessThan(4_200);
        }
      }),
      { numRuns: 400 },
    );
  },
);
