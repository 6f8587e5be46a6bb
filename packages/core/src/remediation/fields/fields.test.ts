/** Every example of every field is judged as it says; what they say holds however little or much is seen. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Observation, ObservationKind, Watch } from "../../model/observation.ts";
import { observationKinds } from "../../model/observation.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { verdictKinds, type EditVerdict } from "../../model/verdict.ts";
import { applyOperations } from "../patch.ts";
import { createJudge } from "../judge.ts";
import type { FieldExample, FieldState } from "./field.ts";
import { fields } from "./index.ts";

const key = { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" };
const names = ["web-1", "web-2"];

function resourceOf(state: FieldState, kind = "Deployment", name = "web"): Resource {
  const spec = { containers: [{ name: "app", image: "shop/web:1", ...state.container }], ...state.pod };
  const metadata = { name, namespace: "shop" };
  if (kind === "Deployment")
    return { apiVersion: "apps/v1", kind, metadata, spec: { replicas: 2, template: { spec } } } as Resource;
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d", controller: true };
  return {
    apiVersion: "v1",
    kind,
    metadata: { ...metadata, ownerReferences: [owner] },
    spec,
    status: {},
  } as Resource;
}

function watchesOf(unseen: readonly ObservationKind[]): readonly Watch[] {
  const kinds = observationKinds.filter((kind) => !unseen.includes(kind));
  const day = [{ from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" }];
  return names.map((pod) => ({
    container: key,
    pod,
    sensor: "test",
    provenance: "node",
    watched: day,
    heard: day,
    fromStart: true,
    sight: Object.fromEntries(kinds.map((kind) => [kind, "whole" as const])),
    events: {},
    drops: 0,
  }));
}

function observationsOf({ seen = [] }: FieldExample): readonly Observation[] {
  const support = names.map((pod) => ({
    pod,
    provenance: "node",
    first: "2026-01-01T00:00:00Z",
    last: "2026-01-02T00:00:00Z",
    count: 1,
  }));
  return seen.map((detail) => ({ container: key, detail, sensor: "test", trust: "kernel", support }));
}

function judged(example: FieldExample, more: Partial<Snapshot> = {}): EditVerdict {
  const before = example.before ?? {};
  const digests = example.running ?? [];
  const pods = names.map((name) => {
    const pod = resourceOf(before, "Pod", name);
    const statuses = digests.map((imageID) => ({ name: "app", imageID }));
    return { ...pod, status: { containerStatuses: statuses } } as unknown as Resource;
  });
  const image = { reference: "shop/web:1", sources: ["test"], ...example.image };
  const snapshot: Snapshot = {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: "2026-01-03T00:00:00Z",
      server: { kind: "cluster", name: "test" },
    },
    resources: [resourceOf(before), ...pods].map((resource) => ({ resource, source: { file: "test" } })),
    observations: observationsOf(example),
    watches: watchesOf(example.unseen ?? []),
    images: example.image === undefined ? [] : [image],
    gaps: [],
    skipped: [],
    covered: ["*"],
    ...more,
  };
  const inventory = createInventory(snapshot);
  const seen = { observations: snapshot.observations, watches: snapshot.watches ?? [], detections: [] };
  const judge = createJudge(inventory, seen);
  return judge(resourceOf(before), patchOf(resourceOf(example.after)), "revert it");
}

/** The pod spec, replaced as a whole. */
function patchOf(after: Resource): readonly { op: "replace"; path: string; value: JsonObject }[] {
  const spec = (after["spec"] as JsonObject)["template"] as JsonObject;
  return [{ op: "replace", path: "/spec/template", value: spec }];
}

const examples = fields.flatMap((field) =>
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
  expect(told.fields.find(({ field }) => field === id)?.verdict, told.text).toBe(verdict);
});

test("each field has a path of its own, and an example of each side", () => {
  const paths = fields.flatMap((field) => field.paths);
  expect(new Set(paths).size).toBe(paths.length);
  for (const { id, examples: own } of fields) {
    expect(own.clear?.length, id).toBeGreaterThan(0);
    expect(own.unknown?.length ?? 0, id).toBeGreaterThan(0);
  }
});

test.each(examples)(
  "$id: $verdict: $name: unwatched it is not clear, unless by construction",
  ({ example }) => {
    const told = judged(example, { watches: [] });
    for (const field of told.fields.filter(({ verdict }) => verdict === "clear" || verdict === "repaired"))
      expect([field.field, field.basis]).toEqual([field.field, "construction"]);
  },
);

const everything = examples.flatMap(({ example }) => example.seen ?? []);

test.each(examples.filter(({ verdict }) => verdict === "breaks"))(
  "$id: $name: whatever else is seen, it is not clear",
  ({ id, example }) => {
    const more = observationsOf({ ...example, seen: [...(example.seen ?? []), ...everything] });
    const told = judged(example, { observations: more });
    expect(told.fields.find(({ field }) => field === id)?.verdict).not.toBe("clear");
  },
);

test.each(examples.filter(({ verdict }) => verdict === "repaired"))(
  "$id: $name: repaired and judged again it is clear",
  ({ example }) => {
    const told = judged(example);
    expect(told.repair.length).toBeGreaterThan(0);
    const after = applyOperations(resourceOf(example.after), told.repair);
    const { spec } = (after["spec"] as JsonObject)["template"] as { spec: JsonObject };
    const { containers, ...pod } = spec;
    const [container] = containers as readonly JsonObject[];
    const again = judged({ ...example, after: { pod, container: container! } });
    expect(again.fields.map(({ field, verdict }) => [field, verdict])).toEqual(
      again.fields.map(({ field }) => [field, "clear"]),
    );
  },
);

const container = fc.subarray(fields.flatMap(({ examples: own }) => Object.values(own).flat()));

test("more evidence turns no conflict into none; less sight makes nothing clear; repaired and judged again is clear", () => {
  fc.assert(
    fc.property(container, fc.subarray(everything), fc.subarray(everything), (list, some, more) => {
      const [example] = list;
      if (example === undefined) return;
      const of = (seen: typeof everything): Partial<Snapshot> => ({
        observations: observationsOf({ ...example, seen }),
      });
      const few = judged(example, of(some));
      const many = judged(example, of([...new Set([...some, ...more])]));
      if (few.verdict === "breaks") expect(many.verdict).not.toBe("clear");
      const blind = judged(example, { ...of(some), watches: [] });
      expect([blind.verdict, blind.basis]).not.toEqual(["clear", "observation"]);
      expect(blind.verdict).not.toBe("repaired");
    }),
    { numRuns: 150 },
  );
});
