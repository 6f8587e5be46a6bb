import { expect, test } from "vitest";
import { defineControl } from "../controls/control.ts";
import { exampleSnapshot } from "../controls/example.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { scan } from "../scan.ts";

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
