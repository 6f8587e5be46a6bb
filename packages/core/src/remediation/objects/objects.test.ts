/** Every example of every field of objects is judged as it says; and what nobody watched is clear by construction alone. */
import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { ContainerKey, Observation, Watch } from "../../model/observation.ts";
import { observationKinds } from "../../model/observation.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { verdictKinds, type EditVerdict } from "../../model/verdict.ts";
import { createJudge } from "../judge.ts";
import { applyOperations } from "../patch.ts";
import { objectFields } from "./index.ts";
import type { ObjectExample } from "./object-field.ts";

const day = [{ from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" }];

function keyOf(who: string): ContainerKey {
  const [workloadKind = "", path = ""] = who.split(" ");
  const [namespace = "", workload = ""] = path.split("/");
  return { namespace, workloadKind, workload, container: workloadKind === "Deployment" ? "app" : "" };
}

const watched = ["Deployment shop/web", "Deployment shop/front", "ServiceAccount shop/other"];

function watchesOf({ unwatched }: ObjectExample): readonly Watch[] {
  if (unwatched === true) return [];
  return watched.map((who) => ({
    container: keyOf(who),
    pod: who.startsWith("Deployment") ? "pod-1" : "",
    sensor: "test",
    provenance: "node",
    watched: day,
    heard: day,
    fromStart: true,
    sight: Object.fromEntries(
      observationKinds
        .filter((kind) => (kind === "api-request") === who.startsWith("ServiceAccount"))
        .map((kind) => [kind, "whole" as const]),
    ),
    events: {},
    drops: 0,
  }));
}

function observationsOf({ seen = {} }: ObjectExample): readonly Observation[] {
  const support = [{ pod: "pod-1", provenance: "node", first: day[0]!.from, last: day[0]!.to, count: 1 }];
  return Object.entries(seen).flatMap(([who, details]) =>
    details.map((detail) => ({
      container: keyOf(who),
      detail,
      sensor: "test",
      trust: "kernel" as const,
      support: detail.kind === "api-request" ? [{ ...support[0]!, pod: "" }] : support,
    })),
  );
}

function judged(example: ObjectExample, more: Partial<Snapshot> = {}): EditVerdict {
  const snapshot: Snapshot = {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: "2026-01-03T00:00:00Z",
      server: { kind: "files", name: "test" },
    },
    resources: example.resources.map((resource) => ({ resource, source: { file: "test" } })),
    observations: observationsOf(example),
    watches: watchesOf(example),
    images: [],
    gaps: [],
    skipped: [],
    covered: ["*"],
    ...more,
  };
  const { observations, watches = [] } = snapshot;
  const judge = createJudge(createInventory(snapshot), { observations, watches, detections: [] });
  return judge(example.resources[0]!, example.operations, "revert it");
}

const examples = objectFields.flatMap((field) =>
  verdictKinds.flatMap((verdict) =>
    (field.examples[verdict] ?? []).map((example) => ({
      id: field.id,
      verdict,
      name: example.name,
      example,
    })),
  ),
);

test.each(examples)("$id: $verdict: $name", ({ id, verdict, example }) => {
  const told = judged(example);
  expect(told.verdict, told.text).toBe(verdict);
  if (verdict === "breaks") expect(told.fields.some(({ witnesses }) => witnesses.length > 0)).toBe(true);
  if (verdict === "unknown") expect(told.text).toMatch(/Not seen: .+\(.+\)/);
  expect(told.fields.every(({ field }) => field === id || told.verdict === "unknown")).toBe(true);
});

test.each(examples)("$id: $name: unwatched it is clear by construction alone", ({ example }) => {
  const told = judged(example, { watches: [] });
  if (told.verdict === "clear" || told.verdict === "repaired") expect(told.basis).toBe("construction");
});

test.each(examples.filter(({ verdict }) => verdict === "repaired"))(
  "$id: $name: repaired and judged again it is clear, and something is still taken away",
  ({ example }) => {
    const told = judged(example);
    const operations = [...example.operations, ...told.repair];
    const again = judged({ ...example, operations });
    expect(again.verdict, again.text).toBe("clear");
    const [before] = example.resources;
    expect(applyOperations(before!, operations)).not.toEqual(before);
  },
);

test("each field has an example of each verdict that it can give, and kinds of its own", () => {
  for (const { id, examples: own, blind, kinds, paths } of objectFields) {
    expect(
      [own.clear?.length, own.unknown?.length, blind.length, kinds.length, paths.length].every(Boolean),
      id,
    ).toBe(true);
  }
});
