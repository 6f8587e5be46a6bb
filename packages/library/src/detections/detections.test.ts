/** Each detection tells of its present examples and not of its absent ones; and the catalogues of others are covered. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  compileRule,
  detectionsOf,
  playedExample,
  type CelRule,
  type DetectionRule,
  type Observation,
  type ObservationDetail,
  type RuleExample,
  type SeriesExample,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";
import { detections } from "./index.ts";

const container = { namespace: "shop", workloadKind: "Deployment", workload: "cart", container: "app" };
const start = Date.parse("2026-01-01T00:00:00Z");
const at = (offset: number): string => new Date(start + offset).toISOString();

function seen(detail: ObservationDetail, offset: number): Observation {
  const time = at(offset);
  return {
    container,
    detail,
    sensor: "test",
    trust: "kernel",
    support: [{ pod: "cart-1", provenance: "node-1", first: time, last: time, count: 1 }],
  };
}

function toldOf(rule: CelRule, example: RuleExample): number {
  const { detections: told, undecided } = playedExample(rule, example);
  expect(undecided).toEqual([]);
  return told.length;
}

function toldOfSeries(rule: DetectionRule, { details, apart }: SeriesExample): number {
  const observations = details.map((detail, index) => seen(detail, index * apart * 1_000));
  return detectionsOf({ observations, watches: [] }, [rule]).detections.length;
}

const cases = detections.flatMap((rule) =>
  (["present", "absent"] as const).flatMap((list) =>
    rule.examples[list].map(
      (example, index) => [`${rule.id} ${list} ${index + 1}`, rule, list, example] as const,
    ),
  ),
);

test.each(cases)("%s", (_, rule, list, example) => {
  const told =
    "over" in rule ? toldOfSeries(rule, example as SeriesExample) : toldOf(rule, example as RuleExample);
  expect(told).toBe(list === "present" ? 1 : 0);
});

test("each detection has both kinds of examples, a name of its own, and compiles to a condition", () => {
  expect(new Set(detections.map(({ id }) => id)).size).toBe(detections.length);
  for (const rule of detections) {
    expect([rule.id, rule.examples.present.length > 0, rule.examples.absent.length > 0]).toEqual([
      rule.id,
      true,
      true,
    ]);
    if (!("over" in rule)) expect([rule.id, compileRule(rule).type]).toEqual([rule.id, "bool"]);
  }
});

test("the list holds every file of the folder", () => {
  const files = readdirSync(import.meta.dirname).flatMap((name) =>
    name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "index.ts" ? [name.slice(0, -3)] : [],
  );
  expect(detections.map(({ id }) => id).toSorted()).toEqual(files.toSorted());
});

test("what would have kept it from happening is a control that there is", () => {
  const ids = new Set<string>(library.controls.map(({ id }) => id));
  expect(detections.flatMap(({ closedBy }) => closedBy).filter((id) => !ids.has(id))).toEqual([]);
});

/** Ids and names of others' rules, and what of one is not seen here. */
const catalogue = readFileSync(join(import.meta.dirname, "fixtures/others.tsv"), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => line.split("\t") as [id: string, unseen: string]);

test("every stable rule of Falco and every rule of Kubescape's node agent has an example that shows it, or a reason", () => {
  const shown = new Set(detections.flatMap(shownBy));
  expect(catalogue.length).toBe(54);
  expect(catalogue.filter(([id, unseen]) => !shown.has(id) && unseen === "")).toEqual([]);
});

test("what a detection is said to equal one of its examples shows, and it shows nothing else", () => {
  const ids = new Set(catalogue.map(([id]) => id));
  for (const rule of detections) {
    const equal = rule.equivalents.filter((id) => ids.has(id));
    expect([rule.id, [...new Set(shownBy(rule))].toSorted()]).toEqual([rule.id, equal.toSorted()]);
  }
});

function shownBy({ examples }: DetectionRule): readonly string[] {
  return examples.present.flatMap(({ shows = [] }) => shows);
}

test("techniques are ATT&CK's ids", () => {
  for (const { id, techniques } of detections) {
    expect([id, techniques.length > 0]).toEqual([id, true]);
    expect(techniques.filter((technique) => !/^T\d{4}(\.\d{3})?$/.test(technique))).toEqual([]);
  }
});
