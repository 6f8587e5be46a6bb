import { expect, test } from "vitest";
import { defineControl } from "../../controls/control.ts";
import { exampleSnapshot } from "../../controls/example.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { scan } from "../../scan.ts";
import { applyOperations } from "./patch.ts";

const quiet = defineControl({
  id: "quiet",
  title: "Containers are quiet",
  severity: "low",
  why: "Noise.",
  remediation: "Set `level` to what it was worth.",
  equivalents: [],
  target: "container",
  path: "securityContext.level",
  validate: "container.?securityContext.?level.orValue('') == 'low'",
  message: "It is loud",
  fix: [
    {
      set: "securityContext.level",
      from: "container.?securityContext.?locked.orValue(false) ? optional.none() : optional.of('low')",
    },
  ],
  noFix: "What is locked stays.",
  examples: { pass: [], fail: [] },
});
const still = defineControl({
  ...quiet,
  id: "still",
  validate: "container.?securityContext.?still.orValue(false)",
  fix: [{ set: "securityContext.still", to: true }],
});

function editsOf(containers: readonly Json[], key = "containers") {
  const pod: Resource = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n" },
    spec: { containers: [], [key]: containers },
  };
  const library = { controls: [quiet, still], frameworks: [] };
  return scan(exampleSnapshot([pod]), library, { toolVersion: "t" }).edits.map(({ resolves, byHand }) => ({
    resolves: resolves.map((id) => id.slice(0, id.indexOf(":"))),
    byHand,
  }));
}

test("findings of one block are one edit", () => {
  expect(editsOf([{ name: "c" }])).toEqual([{ resolves: ["quiet", "still"], byHand: false }]);
});

test("a finding that gets no patch where it stands is not among those an edit resolves", () => {
  expect(editsOf([{ name: "c", securityContext: { locked: true } }])).toEqual([
    { resolves: ["quiet"], byHand: true },
    { resolves: ["still"], byHand: false },
  ]);
});

test("an ephemeral container cannot be changed", () => {
  const edits = editsOf([{ name: "debug" }], "ephemeralContainers");
  expect(edits.every(({ byHand }) => byHand)).toBe(true);
});

const listed = defineControl({
  ...quiet,
  id: "listed",
  target: "pod",
  each: "spec.tolerations",
  path: "key",
  validate: "item.key != 'bad'",
  fix: [{ remove: "" }],
});
const loud = defineControl({ ...listed, id: "loud", validate: "item.effect != 'loud'" });

test.each([
  ["two controls that want one entry gone remove it, and not its neighbour", ["bad loud", "kept"], ["kept"]],
  ["entries of one list go from its end", ["bad", "kept", "x loud", "bad loud", "last"], ["kept", "last"]],
  ["all entries go", ["bad", "bad loud"], []],
])("%s", (_, tolerations, left) => {
  const pod: Resource = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n" },
    spec: {
      containers: [],
      tolerations: tolerations.map((text) => {
        const [key = "", effect = ""] = text.split(" ");
        return { key, effect };
      }),
    },
  };
  const library = { controls: [listed, loud], frameworks: [] };
  const { edits } = scan(exampleSnapshot([pod]), library, { toolVersion: "t" });
  expect(edits).toHaveLength(1);
  const after = applyOperations(pod, edits[0]!.operations);
  expect((after["spec"] as { tolerations: readonly { key: string }[] }).tolerations).toEqual(
    left.map((key) => ({ key, effect: "" })),
  );
});

test("edits of a resource that stands in several places have ids of their own", () => {
  const pod = (securityContext: JsonObject): Resource => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n" },
    spec: { containers: [{ name: "c", securityContext }] },
  });
  // The first place fails what comes second, so that ids of results say nothing of the place of an edit's first one.
  const resources = [
    [pod({ level: "low" }), "a.yaml"],
    [pod({}), "b.yaml"],
    [pod({ locked: true }), "b.yaml"],
  ] as const;
  const snapshot = {
    ...exampleSnapshot([]),
    resources: resources.map(([resource, file]) => ({ resource, source: { file } })),
  };
  const { edits, results } = scan(
    snapshot,
    { controls: [quiet, still], frameworks: [] },
    { toolVersion: "t" },
  );
  const ids = edits.map(({ id }) => id);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { edit, source } of results.filter(({ result }) => result === "fail"))
    expect(edits.find(({ id }) => id === edit)!.source.file).toBe(source.file);
});
